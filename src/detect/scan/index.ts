import { sql } from '../../sql/sql.ts';
import type { Detector } from '../detector.ts';
import { type Judgement, weightedScore } from '../finding.ts';
import { counterEvidence, evidence, missing } from './explain.ts';
import { type ScanRow, scanCandidates } from './query.ts';
import { answerOf, scoreParts, severityOf, severitySteps, shapeOf } from './score.ts';
import type { ScanValues } from './settings.ts';

export { scanSettings } from './settings.ts';

/** Is it scanning? One answer per source and direction. */
export const scanDetector: Detector<ScanRow, ScanValues> = {
  question: 'scan',
  candidates: scanCandidates,
  judge(row, settings, context): Judgement {
    const parts = scoreParts(row, settings);
    return {
      question: 'scan',
      kind: shapeOf(row, settings),
      subject: {
        peer: row.source,
        local: row.kind === 'outbound' ? null : row.onlyTarget,
        servicePort: row.onlyProtocol === 1 ? null : row.onlyPort,
        protocol: row.onlyProtocol,
        direction: row.kind,
      },
      answer: answerOf(row, settings, context),
      score: weightedScore(parts),
      severity: severityOf(row, settings),
      parts,
      severitySteps: severitySteps(row, settings),
      evidence: evidence(row, settings),
      counterEvidence: counterEvidence(row, settings),
      missing: missing(row, settings, context),
      attack: techniques(row),
      firstSeen: row.firstSeen,
      lastSeen: row.lastSeen,
      bytes: row.bytes,
      records: records(row),
    };
  },
};

/** Within a network and from it, T1046; from the Internet T1595, of addresses (.001) or of services (.002). */
function techniques({ kind, widest, ports }: ScanRow): readonly string[] {
  if (kind !== 'inbound') return ['T1046'];
  return ['T1595', ...(widest > 1 ? ['T1595.001'] : []), ...(ports > 1 ? ['T1595.002'] : [])];
}

function records({ kind, source }: ScanRow) {
  if (kind === 'inbound')
    return sql`SELECT * FROM sessions WHERE peer = ${source} AND direction = 'inbound' AND traffic = 'north_south'
      ORDER BY start, local, service_port, peer_port`;
  return sql`SELECT * FROM sessions WHERE local = ${source} AND direction = 'outbound'
      AND traffic = ${kind === 'internal' ? 'east_west' : 'north_south'} ORDER BY start, peer, service_port, local_port`;
}

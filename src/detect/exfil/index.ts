import { and, type Sql, sql } from '../../sql/sql.ts';
import type { Context, Detector } from '../detector.ts';
import { type Judgement, shifted, weightedScore } from '../finding.ts';
import { carrierOf, wayOf } from './channel.ts';
import {
  counterEvidenceOf,
  evidenceOf,
  isDoubtful,
  isOneSided,
  kindOf,
  missingOf,
  techniquesOf,
} from './explain.ts';
import { harmless } from './harmless.ts';
import { exfilCandidates } from './query.ts';
import type { ExfilRow } from './row.ts';
import { ratioOf, tunnelParts, uploadParts } from './score.ts';
import { type ExfilValues, exfilSettings } from './settings.ts';
import { isMuchLarger, isProbing, severityOfAmount, severitySteps } from './severity.ts';

export { exfilSettings };

/** Exfiltration: bytes that left and do not fit. */
export const exfilDetector: Detector<ExfilRow, ExfilValues> = {
  question: 'exfil',
  candidates: exfilCandidates,
  judge,
};

function judge(row: ExfilRow, settings: ExfilValues, context: Context): Judgement {
  const parts = row.carrier === 'data' ? uploadParts(row, settings, context) : tunnelParts(row, settings);
  const score = weightedScore(parts);
  const answer = answerOf(row, settings, context, score);
  const steps = answer === 'yes' ? severitySteps(row, settings, context, score) : [];
  return {
    question: 'exfil',
    kind: kindOf(row, settings),
    subject: {
      peer: row.peer,
      local: row.local,
      servicePort: row.servicePort,
      protocol: row.protocol,
      direction: row.way === 'in' ? 'inbound' : 'outbound',
    },
    answer,
    score: answer === 'no' ? 0 : score,
    severity:
      answer === 'yes'
        ? steps.reduce((severity, step) => shifted(severity, step.steps), severityOfAmount(row, settings))
        : 'info',
    parts: answer === 'no' ? [] : parts,
    severitySteps: steps,
    evidence: evidenceOf(row),
    counterEvidence: [
      ...harmless(row, settings, context).map(({ sentence }) => sentence),
      ...(answer === 'yes' ? [] : counterEvidenceOf(row, answer === 'no' ? parts : [], settings)),
    ],
    missing: missingOf(row, settings, context),
    attack: techniquesOf(row),
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    bytes: row.bytesOut + row.bytesIn,
    records: recordsOf(row),
  };
}

function answerOf(
  row: ExfilRow,
  settings: ExfilValues,
  context: Context,
  score: number,
): Judgement['answer'] {
  if (!context.hasBothDirections) return 'cannot-tell';
  if (row.way === 'in') return 'no';
  if (row.carrier === 'data') {
    if (row.bytesOut < row.floor || ratioOf(row) < settings.leastRatio) return 'no';
    if (isProbing(row, settings)) return 'no';
    if (row.setAside !== null) {
      const shown = row.bytesOut >= settings.setAsideBytes && row.scale === 'network';
      return shown || isMuchLarger(row, settings) ? 'yes' : 'no';
    }
  } else if (
    row.bytesOut < settings.smallestBytes ||
    row.bytesOut < settings.tunnelPacketBytes * row.packetsOut
  ) {
    return 'no';
  }
  if (score < settings.yesScore) return 'no';
  return isOneSided(row) || isDoubtful(row) ? 'cannot-tell' : 'yes';
}

/** The sessions that were judged. */
function recordsOf(row: ExfilRow): Sql {
  const labelled =
    row.setAside === null ? sql`set_aside IS NULL AND asn = ${row.asn}` : sql`set_aside = ${row.setAside}`;
  const peers =
    row.scale === 'pair'
      ? sql`peer = ${row.peer}`
      : sql`peer IN (
          SELECT peer FROM conversations JOIN addresses ON address = peer
          WHERE local = ${row.local} AND ${wayOf()} = 'out' AND ${labelled}
          GROUP BY peer HAVING sum(bytes_out) >= sum(bytes_in))`;
  return sql`
    SELECT * FROM sessions
    WHERE ${and(
      sql`traffic = 'north_south' AND local = ${row.local}`,
      peers,
      sql`${wayOf()} = ${row.way}`,
      sql`${carrierOf()} = ${row.carrier}`,
      row.servicePort === null ? undefined : sql`service_port = ${row.servicePort}`,
    )}
    ORDER BY start, peer, local_port, peer_port`;
}

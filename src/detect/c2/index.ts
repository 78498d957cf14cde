import { and, type Sql, sql } from '../../sql/sql.ts';
import type { Context, Detector } from '../detector.ts';
import { type Judgement, severities, shifted, weightedScore } from '../finding.ts';
import { byCounts } from './by-counts.ts';
import { bySeries } from './by-series.ts';
import { byStarts, floorOf } from './by-starts.ts';
import { isCommon, severitySteps } from './context.ts';
import { type C2Row, c2Candidates } from './query.ts';
import type { Reading } from './reading.ts';
import { type C2Values, c2Settings } from './settings.ts';
import { amount, duration, percent } from './words.ts';

export { c2Settings };

/** Command and control: outbound, regular, small. */
export const c2Detector: Detector<C2Row, C2Values> = {
  question: 'c2',
  candidates: (settings, context, focus) => c2Candidates({ settings, context, focus }),
  judge,
};

function judge(row: C2Row, settings: C2Values, context: Context): Judgement {
  const readings = [
    byStarts(row, settings, context),
    byCounts(row, settings),
    bySeries(row, settings, context),
  ].filter((reading) => reading !== undefined);
  const judged = readings.map((reading) => judgementOf(row, reading, settings, context));
  return judged.reduce(
    (best, next) => (rank(next) > rank(best) ? next : best),
    judged[0] ?? judgementOf(row, tooLittle(row, settings), settings, context),
  );
}

const answers = ['no', 'cannot-tell', 'yes'] as const;

function rank({ answer, severity, score, kind }: Judgement): number {
  // A trickle explains what the starts of the few sessions around it cannot.
  const settled = answer === 'no' && kind === 'keep-alive' ? 0.5 : 0;
  return answers.indexOf(answer) * 100 + severities.indexOf(severity) * 10 + settled + score;
}

function tooLittle(row: C2Row, settings: C2Values): Reading {
  if (row.rejected === row.sessions) {
    const refused = `all ${amount(row.sessions)} sessions were rejected: nothing came through`;
    return {
      ...{ kind: 'refused', verdict: 'no', base: 'info', parts: [] },
      ...{ evidence: [], counterEvidence: [refused], missing: [] },
    };
  }
  const floor = `a period below ${duration(floorOf(row, settings))} (two windows) could not be measured anyway`;
  const reason = `${amount(row.sessions)} sessions in ${duration(row.lastSeen - row.firstSeen)} show no rhythm that could be measured; ${settings.minStarts} starts more than a window apart are the fewest`;
  return {
    ...{ kind: 'too little to tell', verdict: 'cannot-tell', base: 'info', parts: [] },
    ...{ evidence: [], counterEvidence: [], missing: [reason, floor] },
  };
}

function judgementOf(row: C2Row, reading: Reading, settings: C2Values, context: Context): Judgement {
  const steps = severitySteps(row, settings, context, reading.kind !== 'long channel');
  const change = steps.reduce((sum, step) => sum + step.steps, 0);
  // A reading that starts at low is a lead by nature: context may lower it, and raise it by two at most.
  const unraised = reading.kind === 'uniform exchanges';
  const severity = unraised
    ? isCommon(row, settings, context)
      ? 'info'
      : reading.base
    : shifted(reading.base, change);
  const harmless = reading.verdict === 'yes' && severity === 'info';
  return {
    question: 'c2',
    kind: reading.kind,
    subject: {
      peer: row.peer,
      local: row.local,
      servicePort: row.servicePort,
      protocol: row.protocol,
      direction: row.traffic === 'east_west' ? 'internal' : 'outbound',
    },
    answer: harmless ? 'no' : reading.verdict,
    score: weightedScore(reading.parts),
    severity: reading.verdict === 'yes' ? severity : 'info',
    parts: reading.parts,
    severitySteps: steps,
    evidence: [
      ...reading.evidence,
      ...(reading.verdict === 'no'
        ? []
        : steps.filter(({ steps: n }) => n > 0).map(({ because }) => because)),
    ],
    counterEvidence: [
      ...reading.counterEvidence,
      ...steps.filter(({ steps: n }) => n < 0).map(({ because }) => because),
    ],
    missing: [...reading.missing, ...missing(row, context)],
    attack: attackOf(row, reading, settings),
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    bytes: row.bytesOut + row.bytesIn,
    records: recordsOf(row),
  };
}

function missing(row: C2Row, context: Context): string[] {
  const reasons: string[] = [];
  if (context.skipped > 0.001)
    reasons.push(`records of ${percent(context.skipped)} of the minutes, which were lost`);
  if (!context.hasBothDirections) reasons.push('the other direction: whether anything was answered');
  if (row.swapped) reasons.push('which end is yours: both are on the Internet, --local RANGE says it');
  if (row.undecided) reasons.push('who started the sessions');
  return reasons;
}

function attackOf(row: C2Row, { verdict }: Reading, settings: C2Values): string[] {
  if (verdict === 'no') return [];
  if (row.servicePort === 53) return ['T1071.004'];
  if (row.protocol !== 6 && row.protocol !== 17) return ['T1095'];
  return settings.usualPorts.includes(row.servicePort ?? 0) ? ['T1071'] : ['T1571'];
}

function recordsOf(row: C2Row): Sql {
  const { local, peer, servicePort, protocol, swapped } = row;
  const same = and(
    sql`local = ${swapped ? peer : local}`,
    sql`peer = ${swapped ? local : peer}`,
    sql`service_port IS NOT DISTINCT FROM ${servicePort}`,
    sql`protocol IS NOT DISTINCT FROM ${protocol}`,
    swapped ? sql`direction = 'inbound'` : sql`direction IN ('outbound', 'unknown')`,
  );
  return sql`SELECT * FROM sessions WHERE ${same} ORDER BY start, local_port, peer_port`;
}

import { and, list, type Sql, sql } from '../../sql/sql.ts';
import type { Context, Detector } from '../detector.ts';
import { type Judgement, type Severity, severities, shifted, weightedScore } from '../finding.ts';
import { byCounts } from './by-counts.ts';
import { byMesh } from './by-mesh.ts';
import { byRow } from './by-row.ts';
import { bySeries } from './by-series.ts';
import { byStarts, floorOf } from './by-starts.ts';
import { isCommon, severitySteps } from './context.ts';
import { gathered } from './gather.ts';
import { c2Candidates } from './query.ts';
import type { Reading } from './reading.ts';
import { peersOf } from './roll.ts';
import type { C2Row } from './row.ts';
import { type C2Values, c2Settings } from './settings.ts';
import { amount, duration, percent } from './words.ts';

export { c2Settings };

/** Command and control: outbound, regular, small. */
export const c2Detector: Detector<C2Row, C2Values> = {
  question: 'c2',
  candidates: (settings, context, focus) => c2Candidates({ settings, context, focus }),
  judge,
  gather: gathered,
};

function judge(row: C2Row, settings: C2Values, context: Context): Judgement {
  const judged = readingsOf(row, settings, context).map((reading) =>
    judgementOf(row, reading, settings, context),
  );
  return judged.reduce(
    (best, next) => (rank(next) > rank(best) ? next : best),
    judged[0] ?? judgementOf(row, tooLittle(row, settings), settings, context),
  );
}

function readingsOf(row: C2Row, settings: C2Values, context: Context): Reading[] {
  if (row.shape === 'mesh') return [byMesh(row, settings)];
  if (row.shape === 'row') return [byRow(row, settings, context)];
  const paces = [byStarts(row, settings, context), byCounts(row, settings, context)];
  const readings = row.way === 'in' ? paces.map((one) => inbound(row, one, settings)) : paces;
  if (row.way !== 'in') readings.push(bySeries(row, settings, context));
  return readings.filter((reading) => reading !== undefined);
}

/** Calls from outside are what services are for: only many of them at a pace are told, and low by themselves. */
function inbound(row: C2Row, reading: Reading | undefined, settings: C2Values): Reading | undefined {
  if (reading?.verdict !== 'yes') return reading;
  if (row.answered < settings.inboundBeats) {
    const few = `only ${amount(row.answered)} of its calls were answered; from ${settings.inboundBeats} on they are told`;
    return { ...reading, verdict: 'no', counterEvidence: [...reading.counterEvidence, few] };
  }
  return {
    ...reading,
    base: 'low',
    missing: [
      ...reading.missing,
      'whose the caller is (a monitor of yours, a poller of a web shell) and what it asks for',
    ],
  };
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
      ...{ kind: 'refused', verdict: 'no', base: 'info', beats: 0, seconds: 0, parts: [] },
      ...{ evidence: [], counterEvidence: [refused], missing: [] },
    };
  }
  const floor = `a period below ${duration(floorOf(row, settings))} (two windows) could not be measured anyway`;
  const reason = `${amount(row.sessions)} sessions in ${duration(row.lastSeen - row.firstSeen)} show no rhythm that could be measured; ${settings.minStarts} starts more than a window apart are the fewest`;
  return {
    ...{ kind: 'too little to tell', verdict: 'cannot-tell', base: 'info', beats: 0, seconds: 0, parts: [] },
    ...{ evidence: [], counterEvidence: [], missing: [reason, floor] },
  };
}

/**
 * The severity after its steps. A dozen beats or more stay listed, at low, whatever single things speak against them;
 * what weighs two steps (clocks, what half of all hosts do, traffic inside) silences, and so does a second explanation
 * of what every tenth host does.
 */
function severityOf(
  row: C2Row,
  reading: Reading,
  steps: Judgement['severitySteps'],
  settings: C2Values,
  context: Context,
): Severity {
  // A reading that starts at low is a lead by nature: nothing raises it, but that nobody else comes in where one does.
  if (reading.base === 'low' && row.way !== 'in')
    return isCommon(row, settings, context) ? 'info' : reading.base;
  const severity = shifted(
    reading.base,
    steps.reduce((sum, step) => sum + step.steps, 0),
  );
  const isListed =
    reading.base === 'medium' &&
    row.shape !== 'mesh' &&
    !isCommon(row, settings, context) &&
    reading.beats >= settings.shortBeats &&
    steps.every((step) => step.steps > -2);
  return isListed && severity === 'info' ? 'low' : severity;
}

function judgementOf(row: C2Row, reading: Reading, settings: C2Values, context: Context): Judgement {
  const steps = severitySteps(row, reading, settings, context);
  const severity = severityOf(row, reading, steps, settings, context);
  const harmless = reading.verdict === 'yes' && severity === 'info';
  const answer = harmless ? 'no' : reading.verdict;
  return {
    question: 'c2',
    kind: reading.kind,
    subject: {
      peer: row.peer,
      local: row.local,
      servicePort: row.servicePort,
      protocol: row.protocol,
      direction: row.way === 'in' ? 'inbound' : row.traffic === 'east_west' ? 'internal' : 'outbound',
    },
    peers: peersOf(row),
    answer,
    score: weightedScore(reading.parts),
    severity: answer === 'yes' ? severity : 'info',
    parts: reading.parts,
    severitySteps: answer === 'no' ? steps.filter((step) => step.steps <= 0) : steps,
    evidence: reading.evidence,
    counterEvidence: reading.counterEvidence,
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
  if (row.way === 'swapped')
    reasons.push('which end is yours: both are on the Internet, --local RANGE says it');
  if (row.undecided) reasons.push('who started the sessions');
  return reasons;
}

function attackOf(row: C2Row, { verdict }: Reading, settings: C2Values): string[] {
  if (verdict === 'no') return [];
  // A shell on a web server, or an implant that waits: somebody comes to it.
  if (row.way === 'in') return settings.usualPorts.includes(row.servicePort ?? 0) ? ['T1505.003'] : ['T1205'];
  if (row.shape === 'mesh') return ['T1090.003', 'T1571'];
  if (row.shape === 'row') return ['T1008', ...byPort(row, settings)];
  return byPort(row, settings);
}

function byPort(row: C2Row, settings: C2Values): string[] {
  if (row.servicePort === 53) return ['T1071.004'];
  if (row.protocol !== 6 && row.protocol !== 17) return ['T1095'];
  return settings.usualPorts.includes(row.servicePort ?? 0) ? ['T1071'] : ['T1571'];
}

function recordsOf(row: C2Row): Sql {
  const { local, peer, servicePort, protocol, way, shape } = row;
  const names = peersOf(row).map((one) => one.peer);
  const others = names.length === 0 ? sql`peer = ${peer}` : sql`peer IN (${list(names)})`;
  const same = and(
    way === 'swapped' ? sql`local = ${peer}` : sql`local = ${local}`,
    way === 'swapped' ? sql`peer = ${local}` : others,
    shape === 'mesh' ? undefined : sql`service_port IS NOT DISTINCT FROM ${servicePort}`,
    sql`protocol IS NOT DISTINCT FROM ${protocol}`,
    shape === 'mesh'
      ? undefined
      : way === 'out'
        ? sql`direction IN ('outbound', 'unknown')`
        : sql`direction = 'inbound'`,
  );
  return sql`SELECT * FROM sessions WHERE ${same} ORDER BY start, peer, local_port, peer_port`;
}

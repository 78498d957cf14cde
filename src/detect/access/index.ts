import { and, type Sql, sql } from '../../sql/sql.ts';
import type { Context, Detector } from '../detector.ts';
import { type Judgement, type Member, type ScorePart, type Subject, weightedScore } from '../finding.ts';
import {
  against,
  crowdSentences,
  guessingSentences,
  lateralSentences,
  letInSentences,
  looksLikeSsh,
  missing,
  oddSentences,
  whyNot,
  workSentences,
} from './explain.ts';
import { accessCandidates } from './query.ts';
import type { AccessRow } from './row.ts';
import {
  crowdParts,
  guessParts,
  isAnsweredOtherwise,
  isGuessing,
  isLetIn,
  isMoving,
  lateralParts,
  oddParts,
  successParts,
  workParts,
} from './score.ts';
import { databaseOnly, isOneOf } from './sessions.ts';
import { type AccessValues, portsOf } from './settings.ts';
import {
  crowdWeighs,
  guessingWeighs,
  lateralWeighs,
  letInWeighs,
  oddWeighs,
  type Weighing,
  weighed,
  workWeighs,
} from './severity.ts';

export { accessSettings } from './settings.ts';

/** Credentialed access: guessing, guessing that led somewhere, work on admin ports, moving from host to host. */
export const accessDetector: Detector<AccessRow, AccessValues> = {
  question: 'access',
  candidates: accessCandidates,
  judge,
};

/** What was found, before context. */
interface Found {
  readonly kind: string;
  readonly parts: readonly ScorePart[];
  readonly weighing: Weighing;
  readonly evidence: readonly string[];
  readonly attack: readonly string[];
  readonly local?: string | null;
}

function judge(row: AccessRow, values: AccessValues, context: Context): Judgement {
  const found = find(row, values, context);
  const { severity, steps } = weighed(found?.weighing);
  const parts = found?.parts ?? [];
  return {
    question: 'access',
    kind: found?.kind ?? 'none',
    subject: subjectOf(row, found),
    ...(row.class === 'crowd' ? { peers: peersOf(row) } : {}),
    answer: found === undefined ? 'no' : isKnown(found, row, context) ? 'yes' : 'cannot-tell',
    score: weightedScore(parts),
    severity,
    parts,
    severitySteps: steps,
    evidence: found?.evidence ?? [],
    counterEvidence: [...(found === undefined ? whyNot(row, values) : []), ...against(row, values)],
    missing: missing(row, context),
    attack: found?.attack ?? [],
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    bytes: row.bytes,
    records: recordsOf(row, values, found?.kind === 'lateral movement'),
  };
}

/** Guessing is guessing, whoever is ours; work is access only where it is ours that is worked on. */
function isKnown(found: Found, row: AccessRow, context: Context): boolean {
  if (!context.hasBothDirections) return false;
  return row.ownScope !== 'internet' || found.kind !== 'access from the Internet';
}

function find(row: AccessRow, values: AccessValues, context: Context): Found | undefined {
  const service = remoteService(row, values);
  if (row.class === 'crowd')
    return {
      kind: 'distributed guessing',
      parts: crowdParts(row, values),
      weighing: crowdWeighs,
      evidence: crowdSentences(row),
      attack: ['T1110.001'],
      local: row.anyTarget,
    };
  if (isGuessing(row, values)) {
    const parts = guessParts(row, values);
    const evidence = guessingSentences(row);
    const outside = row.class === 'inbound' ? ['T1133'] : service;
    const sprayed = row.attemptTargets >= values.sprayTargets;
    const attack = [sprayed ? 'T1110.003' : 'T1110.001'];
    if (isLetIn(row, values))
      return {
        kind: 'guessing followed by success',
        parts: [...parts, ...successParts(row)],
        weighing: letInWeighs(row, values, context),
        evidence: [...evidence, ...letInSentences(row, values, context)],
        attack: [...attack, ...outside, 'T1078'],
        local: row.largestTarget,
      };
    if (isAnsweredOtherwise(row, values))
      return {
        kind: 'guessing followed by success',
        parts: [...parts, ...oddParts(row)],
        weighing: oddWeighs(row, values, context),
        evidence: [...evidence, ...oddSentences(row, values, context)],
        attack: [...attack, ...outside, 'T1078'],
        local: row.oddTarget,
      };
    const kind = sprayed ? 'password spraying' : 'password guessing';
    return { kind, parts, weighing: guessingWeighs(row, values), evidence, attack };
  }
  if (isMoving(row, values)) {
    const parts = lateralParts(row, values);
    const evidence = lateralSentences(row);
    const weighing = lateralWeighs(row, values, context);
    return {
      kind: 'lateral movement',
      parts,
      weighing,
      evidence,
      attack: [...service, 'T1078'],
      local: null,
    };
  }
  if (row.class === 'inbound' && row.active > 0 && !databaseOnly(values).includes(row.servicePort))
    return {
      kind: 'access from the Internet',
      parts: workParts(row, values),
      weighing: workWeighs(row, values),
      evidence: workSentences(row),
      attack: ['T1133', 'T1078'],
    };
  return undefined;
}

/** The sources of a crowd, by their first session. */
function peersOf(row: AccessRow): Member[] {
  const text = (value: string | number | null | undefined) =>
    value === null || value === undefined ? null : `${value}`;
  return (row.peerNames ?? []).map((peer, at) => ({
    peer: `${peer}`,
    firstSeen: Number(row.peerSince?.[at] ?? row.firstSeen),
    lastSeen: Number(row.peerUntil?.[at] ?? row.lastSeen),
    sessions: Number(row.peerSessions?.[at] ?? 0),
    network: text(row.peerNetworks?.[at]),
    country: text(row.peerCountries?.[at]),
  }));
}

function subjectOf(row: AccessRow, found: Found | undefined): Subject {
  const single = row.targets === 1 ? row.anyTarget : null;
  const direction: Subject['direction'] = row.class === 'crowd' ? 'inbound' : row.class;
  const service = { servicePort: row.servicePort, protocol: 6, direction };
  if (row.class === 'outbound') return { ...service, peer: single ?? row.source, local: row.source };
  const everyPort = found?.kind === 'lateral movement' && row.fanOutPorts > 1;
  return {
    ...service,
    peer: row.source,
    local: found?.local === undefined ? single : found.local,
    servicePort: everyPort ? null : row.servicePort,
  };
}

/** The technique of the service, where the source moves inside or goes out. */
function remoteService(row: AccessRow, values: AccessValues): readonly string[] {
  const { servicePort } = row;
  if (values.sshPorts.includes(servicePort)) return ['T1021.004'];
  if (values.rdpPorts.includes(servicePort)) return ['T1021.001'];
  const others: Readonly<Record<number, string>> = {
    445: 'T1021.002',
    5900: 'T1021.005',
    5985: 'T1021.006',
    5986: 'T1021.006',
  };
  const technique = others[servicePort] ?? (looksLikeSsh(row) ? 'T1021.004' : undefined);
  return technique === undefined ? [] : [technique];
}

/** The sessions of the source on the port, or on all watched ports. */
function recordsOf(row: AccessRow, values: AccessValues, everyPort: boolean): Sql {
  const inbound = row.class === 'inbound' || row.class === 'crowd';
  const end = row.class === 'crowd' ? sql`local = ${row.anyTarget}` : sql`peer = ${row.source}`;
  return sql`SELECT * FROM sessions WHERE ${and(
    inbound ? end : sql`local = ${row.source}`,
    sql`protocol = 6`,
    everyPort ? isOneOf(sql`service_port`, portsOf(values)) : sql`service_port = ${row.servicePort}`,
    sql`traffic = ${row.class === 'internal' ? 'east_west' : 'north_south'}`,
    sql`direction = ${inbound ? 'inbound' : 'outbound'}`,
  )} ORDER BY start, "end", local, local_port, peer, peer_port`;
}

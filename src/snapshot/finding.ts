import * as v from 'valibot';
import type { Finding } from '../detect/results.ts';
import type { Engine } from '../engine/engine.ts';
import { explain } from '../hunt/explain.ts';
import { histogram, timelineIn } from '../hunt/ip.ts';
import type { Query } from '../sql/query.ts';
import { and, list, or, id as quoted, type Sql, sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { gapsOf, sessionsOfAddress } from '../traffic/ip.ts';
import { during, isoTime, overlapping, type Period } from '../traffic/period.ts';
import type { Identified, Snapshot } from './snapshot.ts';

const shownSessions = 100;
const shownRecords = 100;
const mostRelated = 20;

/** Everything behind one finding; undefined where there is none of that id. */
export async function findingOf(snapshot: Snapshot, id: string, signal: AbortSignal) {
  const identified = snapshot.listed.find((one) => one.id === id);
  if (identified === undefined) return undefined;
  const { finding } = identified;
  const { about, settings } = await explain(finding.question, { workspace: snapshot.folder.root });
  const behind = await behindFinding(snapshot, finding, {}, signal);
  return { ...identified, about, settings, ...behind, related: relatedTo(snapshot.listed, identified) };
}

/** Pictures, sessions and records behind a finding, of those that a period has part of. */
export function behindFinding(snapshot: Snapshot, finding: Finding, period: Period, signal: AbortSignal) {
  return snapshot.connections.lend(signal, (engine) => behindOf(engine, finding, period, signal));
}

async function behindOf(engine: Engine, finding: Finding, period: Period, signal: AbortSignal) {
  await engine.keep(sessionsOf(finding, period), { signal });
  const [sums] = await engine.ask(sumsOf(), signal);
  const { from = null, to = null, sessions = 0, records = 0 } = sums ?? {};
  const [first, last] = [later(from, period.from), earlier(to, period.to)];
  const rows = await engine.ask(firstSessions(), signal);
  const until = rows.reduce((last, { end, start }) => Math.max(last, end ?? start), Number.NEGATIVE_INFINITY);
  const sample =
    rows[0] === undefined ? [] : await engine.ask(recordsOf(finding, rows[0].start, until, period), signal);
  return {
    timeline: await timelineIn(engine, first, last, signal),
    interArrivals: await gapsIn(engine, finding, signal),
    sessions: {
      total: sessions,
      rows: rows.map(({ start, end, ...row }) => ({
        start: isoTime(start) ?? '',
        end: isoTime(end),
        ...row,
      })),
    },
    records: {
      total: records,
      columns: recordColumns,
      rows: sample.map((row) => recordColumns.map((column) => row[column] ?? null)),
    },
  };
}

function later(a: number | null, b: number | undefined): number | null {
  return a === null || b === undefined ? a : Math.max(a, b);
}

/** `before` is the first moment that no longer counts. */
function earlier(a: number | null, before: number | undefined): number | null {
  return a === null || before === undefined ? a : Math.min(a, before - 1);
}

async function gapsIn(engine: Engine, finding: Finding, signal: AbortSignal) {
  const { local, peer, servicePort, protocol } = finding;
  if (local === null || servicePort === null || local === peer) return null;
  const gaps = await engine.ask(
    gapsOf({ local, peer, peers: namesOf(finding), servicePort, protocol }),
    signal,
  );
  return gaps.length === 0 ? null : { local, peer, servicePort, protocol, ...histogram(gaps) };
}

/** The sessions of what a finding is about. */
function sessionsOf(finding: Finding, period: Period): Step {
  const chosen = and(isBetween(finding), overlapping(period));
  // What is listed of them is asked of this table, too: the file is read once.
  const more = ['interface_id', 'local_port', 'peer_port'] as const;
  const names = namesOf(finding);
  if (names.length === 0 || finding.local === null) return sessionsOfAddress(finding.peer, {}, chosen, more);
  const withThem = and(sql`peer IN (${list(names)})`, chosen);
  return sessionsOfAddress(finding.local, {}, withThem, more);
}

/** The peers of a finding that has several. */
function namesOf({ peers }: Finding): string[] {
  return peers.map(({ peer }) => peer);
}

/** The condition on sessions of the peer that they are of what the finding is about. */
function isBetween({ peer, local, servicePort, protocol }: Finding): Sql {
  return and(
    local === null || local === peer ? undefined : or(sql`local = ${local}`, sql`peer = ${local}`),
    servicePort === null ? undefined : sql`service_port = ${servicePort}`,
    protocol === null ? undefined : sql`protocol = ${protocol}`,
  );
}

const sumsRow = v.object({
  from: v.nullable(v.number()),
  to: v.nullable(v.number()),
  sessions: v.number(),
  records: v.number(),
});

function sumsOf(): Query<v.InferOutput<typeof sumsRow>> {
  return {
    name: 'sessions of a finding',
    sql: sql`SELECT min(start) AS "from", max("end") AS "to", count(*) AS sessions,
      CAST(coalesce(sum(records), 0) AS BIGINT) AS records FROM address_sessions`,
    row: sumsRow,
  };
}

const text = v.nullable(v.string());
const number = v.nullable(v.number());
const sessionRow = v.object({
  start: v.number(),
  end: number,
  interfaceId: text,
  local: v.string(),
  localPort: number,
  peer: v.string(),
  peerPort: number,
  servicePort: number,
  protocol: number,
  direction: v.string(),
  state: v.string(),
  records: v.number(),
  packetsOut: v.number(),
  bytesOut: v.number(),
  packetsIn: v.number(),
  bytesIn: v.number(),
});

function firstSessions(): Query<v.InferOutput<typeof sessionRow>> {
  return {
    name: 'first sessions of a finding',
    sql: sql`
      SELECT start, "end", interface_id AS "interfaceId", local, local_port AS "localPort", peer,
        peer_port AS "peerPort", service_port AS "servicePort", protocol, direction, state, records,
        packets_out AS "packetsOut", bytes_out AS "bytesOut", packets_in AS "packetsIn", bytes_in AS "bytesIn"
      FROM address_sessions
      ORDER BY start, local, local_port, peer, peer_port
      LIMIT ${shownSessions}`,
    row: sessionRow,
  };
}

const recordColumns = [
  ...[
    'start',
    'end',
    'interface_id',
    'srcaddr',
    'srcport',
    'dstaddr',
    'dstport',
    'protocol',
    'packets',
    'bytes',
  ],
  ...['action', 'tcp_flags'],
] as const;

/** The first records between the ends, in the time of the sessions that are shown: a part of the files is read. */
function recordsOf(
  { peer, peers, local, servicePort, protocol }: Finding,
  from: number,
  to: number,
  period: Period,
): Query<Record<string, unknown>> {
  const end = (...addresses: readonly string[]) =>
    or(sql`srcaddr IN (${list(addresses)})`, sql`dstaddr IN (${list(addresses)})`);
  return {
    name: 'first records of a finding',
    sql: sql`
      SELECT ${list(recordColumns.map((column) => quoted(column)))}
      FROM flows
      WHERE ${and(
        sql`start BETWEEN ${from} AND ${to}`,
        during(period),
        end(peer, ...peers.map((one) => one.peer)),
        local === null || local === peer ? undefined : end(local),
        servicePort === null ? undefined : or(sql`srcport = ${servicePort}`, sql`dstport = ${servicePort}`),
        protocol === null ? undefined : sql`protocol = ${protocol}`,
      )}
      ORDER BY start, "end", srcaddr, dstaddr, srcport, dstport
      LIMIT ${shownRecords}`,
    row: v.record(v.string(), v.unknown()),
  };
}

function relatedTo(listed: readonly Identified[], { id, finding }: Identified): Identified[] {
  const ends = new Set([finding.peer, finding.local].filter((end) => end !== null));
  return listed
    .filter(
      (other) =>
        other.id !== id &&
        [other.finding.peer, other.finding.local].some((end) => end !== null && ends.has(end)),
    )
    .slice(0, mostRelated);
}

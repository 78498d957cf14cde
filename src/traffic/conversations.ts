import { id, list, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { bestName } from './names.ts';
import { payloadFree } from './refusals.ts';
import { isCertain } from './session-starters.ts';
import { type EndTexts, endTexts, hasState, wayTexts } from './session-words.ts';
import { total } from './total.ts';

const conversationSums = [
  ...['sessions', 'answered', 'unanswered', 'refused', 'rejected', 'certain', 'spoken', 'flows'],
  ...[
    'flows_out',
    'packets_out',
    'bytes_out',
    'packets_in',
    'bytes_in',
    'first_seen',
    'last_seen',
    'longest',
    'largest',
  ],
  'window_seconds',
] as const;

/** The columns of `conversations`, in order. */
export const conversationColumns = [
  ...['traffic', 'local', 'peer', 'service_port', 'protocol', 'direction'],
  ...conversationSums,
] as const;

/** Half of the largest BIGINT: a hostile log may say 2^63 bytes. */
const half = 4_611_686_018_427_387_903n;

/** Nobody sends so much unasked: the other end's request can hide among its acknowledgements. */
const unaskedBytes = 10_000;

/** Answered sessions in which both ends said something: payload beyond all that headers can be. */
const isSpokenByBoth = sql`${hasState('answered')} AND (protocol <> 6
        OR (${isSaid('out')} OR ${isSaid('in', unaskedBytes)}) AND (${isSaid('in')} OR ${isSaid('out', unaskedBytes)}))`;

function isSaid(way: 'out' | 'in', more = 0): Sql {
  return sql`${id(`bytes_${way}`)} > ${payloadFree(id(`packets_${way}`))} + ${more}`;
}

/** The conversations of {@link numberedSessions}, in numbers, too. */
export function numberedConversations(sessions: Sql): Sql {
  return sql`
    SELECT crosses, local, peer, service_port, protocol, initiator, count(*) AS sessions,
      count(*) FILTER (WHERE ${hasState('answered')}) AS answered,
      count(*) FILTER (WHERE ${hasState('unanswered')}) AS unanswered,
      count(*) FILTER (WHERE ${hasState('refused')}) AS refused,
      count(*) FILTER (WHERE ${hasState('rejected')}) AS rejected, count(*) FILTER (WHERE ${isCertain}) AS certain,
      count(*) FILTER (WHERE ${isSpokenByBoth}) AS spoken,
      ${total(sql`records`)} AS flows, ${total(sql`records_out`)} AS flows_out,
      ${total(sql`packets_out`)} AS packets_out, ${total(sql`bytes_out`)} AS bytes_out,
      ${total(sql`packets_in`)} AS packets_in, ${total(sql`bytes_in`)} AS bytes_in,
      min(start) AS first_seen, max("end") AS last_seen, max("end" - start) AS longest,
      max(least(bytes_out, ${half}) + least(bytes_in, ${half})) AS largest, max(header) AS header,
      max(window_seconds) AS window_seconds
    FROM ${sessions}
    GROUP BY crosses, local, peer, service_port, protocol, initiator`;
}

/**
 * `conversations`: all sessions of (local, peer, service port, protocol, direction) as one row, those of
 * {@link numberedConversations} in words. Columns: traffic, local, peer,
 * service_port, protocol, direction, sessions, answered, unanswered, refused, rejected (sessions by state), certain (sessions of
 * which it is certain who started them), spoken (answered sessions in which both ends said something), flows (records),
 * flows_out (records from local to peer), packets_out, bytes_out, packets_in, bytes_in (as local sees them), first_seen, last_seen (Unix seconds),
 * longest (seconds of the longest session), largest (bytes of the largest session), window_seconds, header (bytes
 * of a TCP header without options, 40 or 60, for detectors), local_id, peer_id (the numbers of the ends, for joins).
 */
export function conversationsOf(numbered: Sql, texts: EndTexts): Sql {
  const ends = endTexts(texts);
  return sql`
    SELECT ${wayTexts.traffic} AS traffic, ${ends.local} AS local, ${ends.peer} AS peer, s.service_port,
      nullif(s.protocol, -1) AS protocol, ${wayTexts.direction} AS direction,
      ${list(conversationSums.map((name) => sql`s.${id(name)}`))}, s.header, s.local AS local_id,
      s.peer AS peer_id
    FROM ${numbered} AS s
    ${ends.joins}`;
}

const peerSums = [
  ...['sessions', 'answered', 'refused', 'rejected', 'flows'],
  ...['packets_out', 'bytes_out', 'packets_in', 'bytes_in'],
] as const;

/**
 * `peers`: every Internet address that was talked to, over all locals, ports and directions, of
 * {@link numberedConversations}; labels come with {@link labelledPeers}.
 */
export function peersOf(numbered: Sql, texts: EndTexts): Sql {
  const sums = list(peerSums.map((name) => sql`${total(id(name))} AS ${id(name)}`));
  // Locals are counted apart: count(DISTINCT local) beside the sums takes longer.
  return sql`
    SELECT e.address AS peer, n.locals, s.conversations, ${list(peerSums.map((name) => sql`s.${id(name)}`))},
      s.first_seen, s.last_seen, s.peer AS peer_id
    FROM (
      SELECT peer, count(*) AS conversations, ${sums}, min(first_seen) AS first_seen, max(last_seen) AS last_seen
      FROM ${numbered} WHERE crosses GROUP BY peer
    ) AS s
    JOIN (
      SELECT peer, count(*) AS locals FROM (SELECT DISTINCT local, peer FROM ${numbered} WHERE crosses) AS ends GROUP BY peer
    ) AS n ON n.peer = s.peer
    JOIN ${texts.b} AS e ON e.address_id = s.peer`;
}

/** The kept peers with their labels and names of today: set-asides are switched more often than records are loaded. */
export function labelledPeers(kept: Sql): Sql {
  const { name, names, joins } = bestName(trusted('p'), id('peer'), undefined);
  return sql`SELECT p.*, a.asn, a.network, a.country, a.city, a.provider, a.service, a.region, a.set_aside,
      a.mark, a.threat_lists, k.known_since, ${name} AS name, ${names} AS names
    FROM (${kept}) AS p LEFT JOIN addresses AS a ON a.address = p.peer LEFT JOIN known_peers AS k ON k.peer = p.peer
    ${joins}`;
}

/** One row that says what the data are as a whole: period, hosts, windows, coverage. */
export const dataAsAWhole: Step = {
  name: 'data_as_a_whole',
  about: 'One row that says what the data are as a whole: period, hosts, windows, coverage.',
  reads: ['conversations', 'coverage_hours'],
  isKept: true,
  sql: sql`
    SELECT w.*, c.covered, c.skipped FROM (
      SELECT coalesce(min(first_seen), 0) AS "from", coalesce(max(last_seen), 0) AS "to",
        count(DISTINCT local) AS "localHosts", coalesce(max(window_seconds), 60) AS "windowSeconds",
        coalesce(sum(answered + refused), 0) > 0 AS "hasBothDirections"
      FROM conversations
    ) AS w CROSS JOIN (
      SELECT least(1, coalesce(sum(minutes) / nullif(sum(span), 0), 0)) AS covered,
        least(1, coalesce(sum(skipped) / nullif(sum(span), 0), 0)) AS skipped
      FROM (
        SELECT sum(minutes) AS minutes, sum(skipped_minutes) AS skipped,
          ceil(CAST(max(last_end) - min(first_start) + 1 AS DOUBLE) / 60) AS span
        FROM coverage_hours GROUP BY account_id, interface_id
      ) AS each_interface
    ) AS c`,
};

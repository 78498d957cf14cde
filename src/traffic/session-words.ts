import { list, type Sql, sql, trusted } from '../sql/sql.ts';

/** Who started a session. */
export const starters = ['unknown', 'local', 'peer'] as const;
/** What became of a session. */
export const states = ['rejected', 'unanswered', 'answered', 'refused'] as const;
/** By what it was decided who started a session. */
export const bases = [
  ...['unknown', 'tcp-flags', 'only direction'],
  ...['first record', 'recurring port', 'port rank'],
  ...['refusal', 'scope'],
] as const;

/** The number that stands for a word. */
export function codeOf<Word extends string>(word: Word, words: readonly Word[]): Sql {
  return trusted(`CAST(${words.indexOf(word)} AS TINYINT)`);
}

function wordOf(code: Sql, words: readonly string[]): Sql {
  const cases = words.map((word, index) => sql`WHEN ${index} THEN ${word}`);
  return sql`CASE ${code} ${list(cases, ' ')} END`;
}

/** The addresses of numbers, as relations (address_id, address). */
export interface EndTexts {
  /** Of the ends `a` of all sessions. */
  readonly a: Sql;
  /** Of the ends `b` of a slice. */
  readonly b: Sql;
}

/**
 * Joins for numbered rows `s` of (crosses, local, peer), and the texts of their ends. The lower number is `a` where
 * both ends are of one kind, and a peer on the Internet is always `b`.
 */
export function endTexts(texts: EndTexts): { readonly local: Sql; readonly peer: Sql; readonly joins: Sql } {
  const localIsA = sql`s.crosses OR s.local <= s.peer`;
  return {
    local: sql`CASE WHEN ${localIsA} THEN ea.address ELSE eb.address END`,
    peer: sql`CASE WHEN ${localIsA} THEN eb.address ELSE ea.address END`,
    joins: sql`
      JOIN ${texts.a} AS ea ON ea.address_id = CASE WHEN ${localIsA} THEN s.local ELSE s.peer END
      JOIN ${texts.b} AS eb ON eb.address_id = CASE WHEN ${localIsA} THEN s.peer ELSE s.local END`,
  };
}

/** `traffic` and `direction` of numbered rows `s`, in words. */
export const wayTexts = {
  traffic: sql`CASE WHEN s.crosses THEN 'north_south' ELSE 'east_west' END`,
  direction: wordOf(sql`s.initiator`, ['unknown', 'outbound', 'inbound']),
};

/** Tells rows of {@link numberedSessions} that were answered from others: a condition on `state`. */
export function hasState(state: (typeof states)[number]): Sql {
  return sql`state = ${codeOf(state, states)}`;
}

/** The columns of `sessions`, in order. */
export const sessionColumns = [
  ...['account_id', 'interface_id', 'local', 'local_port', 'peer', 'peer_port', 'protocol', 'service_port'],
  ...['traffic', 'initiator', 'initiator_basis', 'direction', 'state', 'start', 'end', 'records', 'rejected'],
  ...[
    'records_out',
    'packets_out',
    'bytes_out',
    'packets_in',
    'bytes_in',
    'window_seconds',
    'other_interfaces',
  ],
] as const;

/**
 * `sessions`: those of {@link numberedSessions}, in words and in the same order.
 *
 * Columns: account_id, interface_id (where the session is observed), local, local_port, peer,
 * peer_port, protocol, service_port, traffic (`north_south`, `east_west`), initiator (`local`, `peer`, `unknown`),
 * initiator_basis, direction (`outbound` when local started it, `inbound` when the peer did, `unknown`), state
 * (`answered`, `unanswered`, `refused`, `rejected`), start, end (Unix seconds), records, rejected, records_out (those that go from
 * local to peer), packets_out, bytes_out, packets_in, bytes_in (as local sees them), window_seconds, other_interfaces (how many more interfaces recorded
 * the same packets; their records are not added), local_id, peer_id (the numbers of the ends, for joins).
 *
 * For north/south traffic `peer` is the Internet end; for east/west `local` is the end that started the session.
 */
export function sessionsOf(numbered: Sql, texts: EndTexts): Sql {
  const ends = endTexts(texts);
  return sql`
    SELECT i.account_id, i.interface_id, ${ends.local} AS local, s.local_port, ${ends.peer} AS peer, s.peer_port,
      nullif(s.protocol, -1) AS protocol, s.service_port, ${wayTexts.traffic} AS traffic,
      ${wordOf(sql`s.initiator`, starters)} AS initiator, ${wordOf(sql`s.initiator_basis`, bases)} AS initiator_basis,
      ${wayTexts.direction} AS direction, ${wordOf(sql`s.state`, states)} AS state, s.start, s."end", s.records,
      s.rejected, s.records_out, s.packets_out, s.bytes_out, s.packets_in, s.bytes_in, s.window_seconds, s.other_interfaces,
      s.local AS local_id, s.peer AS peer_id
    FROM ${numbered} AS s
    JOIN session_interfaces AS i ON i.iface = s.iface
    ${ends.joins}`;
}

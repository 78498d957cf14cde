import { bitAnd } from '../sql/dialect.ts';
import { list, type Sql, sql, trusted } from '../sql/sql.ts';
import { repliesUnasked } from './refusals.ts';
import { bases, codeOf, hasState } from './session-words.ts';

type End = 'a' | 'b';

/** A way to tell who started a session, and when it applies. */
interface Rule {
  readonly when: Sql;
  /** None where it cannot be told. */
  readonly starter?: End;
  readonly basis: (typeof bases)[number];
}

/** A column of one of the ends. */
type Of = (name: string) => Sql;

/** One rule for both ends: `when` gives the condition under which the first of the two has started the session. */
function either(basis: Rule['basis'], when: (own: Of, its: Of) => Sql): readonly Rule[] {
  const of = (end: End): Of => {
    return (name) => trusted(`${name}_${end}`);
  };
  return [
    { when: when(of('a'), of('b')), starter: 'a', basis },
    { when: when(of('b'), of('a')), starter: 'b', basis },
  ];
}

const hasPorts = sql`protocol IN (6, 17)`;
/** Both ends sent bare headers, so that sizes do not tell a SYN from a RST. */
const isBare = sql`(refuses_a AND refuses_b)`;
/** Records that begin the session begin with it, and not with the capture. */
const isEarlier: (own: Of, its: Of) => Sql = (own, its) =>
  sql`inside AND ${its('first')} - ${own('first')} BETWEEN 1 AND 30`;

/**
 * Who started a session, most certain first: the first rule that applies decides. They read columns of
 * `session_parts` and, for each end, `refuses`, `clients` (see session-ports.ts), `scans`, `rank` (see
 * {@link portRank}); `turned_away`, `inside` (the capture began earlier), `crosses` (`b` is on the
 * Internet) and `has_own` (`a` is not).
 */
const rules: readonly Rule[] = [
  ...either('tcp-flags', (own, its) => sql`${isSyn(own)} AND NOT ${isSyn(its)}`),
  { when: sql`${repliesUnasked('a')} OR ${repliesUnasked('b')}`, basis: 'unknown' },
  ...either('tcp-flags', (_, its) => sql`${bitAnd(its('flags'), 18)} = 18`),
  // ICMP errors are the answer to what the other end has sent.
  ...either('refusal', (own) => sql`turned_away AND NOT ${hasPorts} AND ${own('first')} IS NULL`),
  ...either('only direction', (_, its) => sql`${its('first')} IS NULL`),
  ...either(
    'first record',
    (own, its) => sql`NOT ${hasPorts} AND inside AND ${own('first')} < ${its('first')}`,
  ),
  { when: sql`NOT ${hasPorts}`, basis: 'unknown' },
  // From a service port to a client's port may be the end of a connection from before the capture, or backscatter.
  ...either(
    'refusal',
    (own, its) => sql`${its('refuses')} AND NOT ${own('refuses')}
      AND (${own('clients')} < 0 OR ${own('clients')} < 2 AND ${own('rank')} >= ${its('rank')})`,
  ),
  { when: sql`refuses_a <> refuses_b`, basis: 'unknown' },
  ...either('recurring port', (own, its) => sql`${own('clients')} < 0 AND ${its('clients')} >= 0`),
  ...either('recurring port', (own, its) => sql`${isBare} AND ${own('scans')} AND NOT ${its('scans')}`),
  ...either('first record', isEarlier),
  ...either('port rank', (own, its) => sql`${isBare} AND ${its('rank')} = 0 AND ${own('rank')} > 0`),
  { when: sql`${isBare} AND crosses AND has_own`, starter: 'b', basis: 'scope' },
  { when: isBare, basis: 'unknown' },
  ...either(
    'recurring port',
    (own, its) => sql`${its('clients')} > 1 AND ${its('clients')} > 2 * ${own('clients')}`,
  ),
  ...either('port rank', (own, its) => sql`${its('rank')} < ${own('rank')}`),
  ...either(
    'port rank',
    (own, its) => sql`${its('rank')} = ${own('rank')} AND ${its('port')} < ${own('port')}`,
  ),
];

function isSyn(own: Of): Sql {
  return sql`${bitAnd(own('flags'), 18)} = 2`;
}

/** Who started a session, `a` or `b`; NULL where it cannot be told. */
export const starter = sql`CASE ${list(
  rules.map(({ when, starter: end }) => sql`WHEN ${when} THEN ${end ?? null}`),
  '\n        ',
)} END`;

/** By which of the rules it was decided. */
export const starterBasis = sql`CASE ${list(
  rules.map(({ when, basis }) => sql`WHEN ${when} THEN ${codeOf(basis, bases)}`),
  '\n        ',
)} ELSE ${codeOf('unknown', bases)} END`;

/** Sessions of which it is certain who started them: no reply, RST or rest of a connection is among them. */
export const isCertain = sql`(initiator_basis IN (${list(
  (['tcp-flags', 'refusal', 'only direction'] as const).map((basis) => codeOf(basis, bases)),
)}) OR initiator_basis = ${codeOf('recurring port', bases)} AND ${hasState('refused')})`;

/** Service ports first: system ports, then what is registered, then what systems hand out to clients. */
export function portRank(port: Sql): Sql {
  return sql`CASE WHEN ${port} < 1024 THEN 0 WHEN ${port} < 32768 THEN 1 ELSE 2 END`;
}

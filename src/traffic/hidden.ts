import * as v from 'valibot';
import { rowsOf } from '../addresses/segments.ts';
import type { Query } from '../sql/query.ts';
import { list, type Sql, sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { addressesRead, placedRules } from './noise.ts';
import type { NoiseRule } from './noise-rules.ts';

/** What a finding is about, as far as its records can be told by it. */
export interface HiddenSubject {
  readonly peer: string;
  readonly local: string | null;
  readonly servicePort: number | null;
}

/** The shape of {@link HiddenRecords}. */
export const hiddenRow = v.object({
  name: v.string(),
  /** Index of the subject in the list. */
  place: v.number(),
  records: v.number(),
});

/** How many records of a subject an entry hides, or would hide. */
export type HiddenRecords = v.InferOutput<typeof hiddenRow>;

const none = sql`SELECT NULL AS name, NULL AS place, NULL AS records WHERE FALSE`;

/** The records of each subject that each noise rule matches, whether the rule is on or off. */
export function hiddenByRules(
  rules: readonly NoiseRule[],
  subjects: readonly HiddenSubject[],
  period: Sql,
): Query<HiddenRecords> {
  if (rules.length === 0) return { name: 'findings behind noise rules', sql: none, row: hiddenRow };
  const placed = placedRules(rules);
  const counts = placed.map(({ matches, records }) => sql`count(*) FILTER (WHERE ${matches}) AS ${records}`);
  const each = placed.map(
    ({ name, records }) =>
      sql`SELECT ${name} AS name, place, ${records} AS records FROM counts WHERE ${records} > 0`,
  );
  return {
    name: 'findings behind noise rules',
    steps: [
      subjectStep(subjects),
      {
        name: 'matched',
        about: 'The records of each subject, and which rules match them.',
        reads: ['north_south', 'subjects', ...addressesRead(rules)],
        sql: sql`
        SELECT place, ${list(placed.map(({ column }) => column))}
        FROM (
          SELECT n.*, s.place FROM north_south AS n JOIN subjects AS s ON s.subject_peer = n.peer
          WHERE ${isOfSubject(sql`n.local`)}
        ) AS n
        WHERE ${period}`,
      },
      {
        name: 'counts',
        about: 'How many records of each subject each rule matches.',
        reads: ['matched'],
        sql: sql`SELECT place, ${list(counts)} FROM matched GROUP BY place`,
      },
    ],
    sql: sql`SELECT name, place, records FROM (${list(each, ' UNION ALL ')}) AS each_rule ORDER BY name, place`,
    row: hiddenRow,
  };
}

/** The records to the Internet of each subject that set-asides match; `asides` has (address, set_aside). */
export function hiddenBySetAsides(
  asides: Sql,
  subjects: readonly HiddenSubject[],
  period: Sql,
): Query<HiddenRecords> {
  return {
    name: 'findings behind set-asides',
    steps: [subjectStep(subjects)],
    sql: sql`
      SELECT a.set_aside AS name, s.place, count(*) AS records
      FROM outbound_flows AS n
      JOIN subjects AS s ON s.subject_peer = n.dstaddr
      JOIN ${asides} AS a ON a.address = n.dstaddr
      WHERE a.set_aside IS NOT NULL AND ${isOfSubject(sql`n.local`)} AND ${period}
      GROUP BY a.set_aside, s.place
      ORDER BY name, place`,
    row: hiddenRow,
  };
}

function isOfSubject(local: Sql): Sql {
  return sql`(s.subject_local IS NULL OR s.subject_local = ${local})
    AND (s.subject_port IS NULL OR s.subject_port IN (n.dstport, n.srcport))`;
}

function subjectStep(subjects: readonly HiddenSubject[]): Step {
  return { name: 'subjects', about: 'What findings are about.', reads: [], sql: subjectRows(subjects) };
}

/** A relation (place, subject_peer, subject_local, subject_port) of the subjects. */
export function subjectRows(subjects: readonly HiddenSubject[]): Sql {
  return rowsOf(
    ['place', 'subject_peer', 'subject_local', 'subject_port'],
    ['INTEGER', 'VARCHAR', 'VARCHAR', 'INTEGER'],
    subjects.map(({ peer, local, servicePort }, place) => [place, peer, local, servicePort]),
  );
}

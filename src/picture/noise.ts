import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { id, list, type Sql, sql } from '../sql/sql.ts';
import { type HiddenSubject, hiddenRow, subjectRows } from '../traffic/hidden.ts';
import { type Matched, matchedRow, type ServiceMatches, serviceRow } from '../traffic/noise.ts';
import type { NoiseRule } from '../traffic/noise-rules.ts';
import type { Period } from '../traffic/period.ts';
import { isExposed } from '../traffic/views.ts';
import type { Facts } from './facts.ts';
import { isMatched } from './matched.ts';

/** What each noise rule matches, as `noiseMatches` has it, from the sums. */
export function matchesOfSums(rules: readonly NoiseRule[], facts: Facts, period: Period): Query<Matched> {
  const each = rules.map(
    ({ name }, place) => sql`
      SELECT ${name} AS name, CAST(coalesce(sum(flows), 0) AS BIGINT) AS records,
        CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes, count(DISTINCT peer) AS peers
      FROM workbench_matched WHERE ${isMatched(place)} AND ${facts.during(period)}`,
  );
  const none = sql`SELECT NULL AS name, 0 AS records, 0 AS bytes, 0 AS peers WHERE FALSE`;
  return { name: 'noise rules', sql: list([none, ...each], ' UNION ALL '), row: matchedRow };
}

/** The addresses of set-asides, on or off, without those that are shown in spite of it. */
export const hidingAsides = sql`(
  SELECT * FROM workbench_asides WHERE address NOT IN (SELECT address FROM known_addresses WHERE ${isExposed}))`;

/** What each set-aside matches, as `setAsideMatches` has it, from the sums of what goes to the Internet. */
export function asidesOfSums(facts: Facts, period: Period): Query<ServiceMatches> {
  return {
    name: 'set-asides',
    sql: sql`
      SELECT a.set_aside AS name, a.service, CAST(sum(p.flows) AS BIGINT) AS records, CAST(sum(p.bytes) AS BIGINT) AS bytes,
        count(*) AS peers
      FROM (
        SELECT dst, sum(flows) AS flows, coalesce(sum(bytes), 0) AS bytes FROM ${facts.relation}
        WHERE ${facts.during(period)} GROUP BY dst
      ) AS p
      JOIN ${hidingAsides} AS a ON a.address_id = p.dst
      GROUP BY a.set_aside, a.service
      ORDER BY records DESC, name, a.service NULLS LAST`,
    row: serviceRow,
  };
}

const toldRow = v.object({ ...hiddenRow.entries, unclear: v.number() });

/**
 * Records of a subject that an entry hides; `unclear` are those of which the sums, which have the lower port of a
 * record, do not tell whether the higher one is that of the subject.
 */
export type ToldRecords = v.InferOutput<typeof toldRow>;

/** The records of each subject that each noise rule matches, from the sums. */
export function hiddenByRulesOfSums(
  rules: readonly NoiseRule[],
  subjects: readonly HiddenSubject[],
  facts: Facts,
  period: Period,
): Query<ToldRecords> {
  const told = sql`s.subject_port IS NULL OR service_port = s.subject_port`;
  const counts = rules.flatMap((_, place) => [
    sql`coalesce(sum(flows) FILTER (WHERE ${isMatched(place)} AND (${told})), 0) AS ${id(`records_${place}`)}`,
    sql`coalesce(sum(flows) FILTER (WHERE ${isMatched(place)} AND service_port < s.subject_port), 0) AS ${id(`unclear_${place}`)}`,
  ]);
  const none = sql`SELECT NULL AS name, NULL AS place, NULL AS records, NULL AS unclear WHERE FALSE`;
  const each = rules.map(
    ({ name }, place) => sql`
      SELECT ${name} AS name, place, CAST(${id(`records_${place}`)} AS BIGINT) AS records,
        CAST(${id(`unclear_${place}`)} AS BIGINT) AS unclear
      FROM counts WHERE ${id(`records_${place}`)} + ${id(`unclear_${place}`)} > 0`,
  );
  return {
    name: 'findings behind noise rules',
    sql: sql`
      WITH subjects AS (${numberedSubjects(subjects)}), counts AS MATERIALIZED (
        SELECT s.place, ${list([...counts, sql`count(*) AS sums`])}
        FROM workbench_matched AS m JOIN subjects AS s ON s.peer_id = m.peer
        WHERE (s.subject_local IS NULL OR s.local_id = m.local) AND ${facts.during(period)}
        GROUP BY s.place
      )
      SELECT * FROM (${list([none, ...each], ' UNION ALL ')}) ORDER BY name, place`,
    row: toldRow,
  };
}

/** The records to the Internet of each subject that set-asides match, from the sums of what goes there. */
export function hiddenBySetAsidesOfSums(
  subjects: readonly HiddenSubject[],
  facts: Facts,
  period: Period,
): Query<ToldRecords> {
  const told = sql`s.subject_port IS NULL OR coalesce(s.subject_port IN (n.dst_port, n.service_port), FALSE)`;
  // Where the destination has the higher port, the lower one is that of the source.
  const unclear = sql`NOT (${told}) AND n.service_port = coalesce(n.dst_port, n.service_port) AND n.service_port < s.subject_port`;
  return {
    name: 'findings behind set-asides',
    sql: sql`
      WITH subjects AS MATERIALIZED (
        SELECT s.*, a.set_aside FROM (${numberedSubjects(subjects)}) AS s
        JOIN ${hidingAsides} AS a ON a.address_id = s.peer_id
      )
      SELECT * FROM (
        SELECT s.set_aside AS name, s.place, CAST(coalesce(sum(n.flows) FILTER (WHERE ${told}), 0) AS BIGINT) AS records,
          CAST(coalesce(sum(n.flows) FILTER (WHERE ${unclear}), 0) AS BIGINT) AS unclear
        FROM (SELECT * FROM ${facts.relation} WHERE ${facts.during(period)}) AS n
        JOIN subjects AS s ON s.peer_id = n.dst
        WHERE s.subject_local IS NULL OR s.local_id = n.src
        GROUP BY s.set_aside, s.place
      )
      WHERE records + unclear > 0
      ORDER BY name, place`,
    row: toldRow,
  };
}

/** Subjects with the numbers of their ends. */
function numberedSubjects(subjects: readonly HiddenSubject[]): Sql {
  return sql`
    WITH given AS MATERIALIZED (${subjectRows(subjects)}), ends AS MATERIALIZED (
      SELECT address_id, address FROM addresses
      WHERE address IN (SELECT subject_peer FROM given UNION ALL SELECT subject_local FROM given)
    )
    SELECT g.*, p.address_id AS peer_id, l.address_id AS local_id
    FROM given AS g
    LEFT JOIN ends AS p ON p.address = g.subject_peer
    LEFT JOIN ends AS l ON l.address = g.subject_local`;
}

import { id, list, or, type Sql, sql } from '../sql/sql.ts';
import { matchesRule } from '../traffic/noise.ts';
import type { NoiseRule } from '../traffic/noise-rules.ts';

/** Rules whose bits stand in one column. */
const rulesPerColumn = 30;

/** The columns that say which noise rules a north/south record matches, whether they are on or off, a bit for each. */
export function ruleColumns(rules: readonly NoiseRule[]): readonly Sql[] {
  return Array.from({ length: Math.ceil(rules.length / rulesPerColumn) }, (_, index) => id(`rules_${index}`));
}

const isNorthSouth = sql`coalesce(log_status, 'OK') = 'OK' AND coalesce(action, 'ACCEPT') = 'ACCEPT' AND peer IS NOT NULL`;

/** Those columns, over the columns of `labelled_flows`. */
export function rulesOfRecord(rules: readonly NoiseRule[]): readonly Sql[] {
  return ruleColumns(rules).map((column, index) => {
    const own = rules.slice(index * rulesPerColumn, (index + 1) * rulesPerColumn);
    const bits = own.map(
      ({ match }, place) => sql`CASE WHEN ${matchesRule(match)} THEN ${2 ** place} ELSE 0 END`,
    );
    return sql`CAST(CASE WHEN ${isNorthSouth} THEN ${list(bits, ' | ')} ELSE 0 END AS INTEGER) AS ${column}`;
  });
}

/** The condition that the rule at that place of the list matches. */
export function isMatched(place: number): Sql {
  const column = id(`rules_${Math.floor(place / rulesPerColumn)}`);
  return sql`${column} & ${2 ** (place % rulesPerColumn)} <> 0`;
}

/** Sums of the records that any noise rule matches: so few that each question about rules is asked of them. */
export function matchedOfSums(resolutionSeconds: number, rules: readonly NoiseRule[]): Sql {
  const columns = ruleColumns(rules);
  const any = or(...columns.map((column) => sql`${column} <> 0`));
  return sql`
    SELECT * FROM (
      SELECT slot, peer, CASE WHEN peer = dst THEN src ELSE dst END AS local, service_port,
        ${list([...columns, sql`CAST(sum(flows) AS BIGINT) AS flows`, sql`CAST(sum(bytes) AS BIGINT) AS bytes`])}
      FROM workbench_sums WHERE ${any} GROUP BY ALL)
    ORDER BY slot // ${Math.ceil(86_400 / resolutionSeconds)}, peer, slot`;
}

/** Records that each rule that is on matches, by stretch of time. */
export function countedByRule(rules: readonly NoiseRule[]): Sql {
  const counts = rules.flatMap(({ on }, place) =>
    on ? [sql`coalesce(CAST(sum(flows) FILTER (WHERE ${isMatched(place)}) AS BIGINT), 0)`] : [],
  );
  return sql`SELECT slot, [${list(counts)}] AS by_rule FROM workbench_matched GROUP BY slot`;
}

import { type Sql, sql } from '../sql/sql.ts';
import { isExposed } from '../traffic/views.ts';
import { isOutbound } from './cube.ts';

// What pictures have of set-asides, when a mark exposes some of their addresses or no longer does.

/**
 * The set-aside addresses that are to be shown and were not, or the other way round, as (address_id, set_aside, exposed).
 * `addresses` has the labels with `mark_before`, `mark` and `threat_lists`.
 */
export function turned(addresses: Sql): Sql {
  const exposure = (mark: Sql) => sql`(SELECT address_id, set_aside, coalesce(${isExposed}, FALSE) AS exposed
    FROM (SELECT address_id, set_aside, threat_lists, ${mark} AS mark FROM ${addresses}) WHERE set_aside IS NOT NULL)`;
  return sql`SELECT now.* FROM ${exposure(sql`mark`)} AS now JOIN ${exposure(sql`mark_before`)} AS was USING (address_id)
    WHERE now.exposed <> was.exposed`;
}

/** Takes those addresses out of the hidden ones, and puts back those that are hidden again. */
export function turnHidden(those: Sql): readonly Sql[] {
  return [
    sql`DELETE FROM workbench_hidden WHERE address_id IN (SELECT address_id FROM ${those})`,
    sql`INSERT INTO workbench_hidden SELECT address_id FROM ${those} WHERE NOT exposed`,
  ];
}

/** `workbench_kinds` with the sums of those addresses taken from what is set aside to what is shown in spite, or back. */
export function turnedKinds(those: Sql): Sql {
  return sql`
    WITH moved AS (
      SELECT e.slot, e.kind, t.set_aside, t.exposed, CAST(sum(e.flows) AS BIGINT) AS flows, CAST(sum(e.bytes) AS BIGINT) AS bytes
      FROM workbench_ends AS e JOIN ${those} AS t ON t.address_id = e.dst AND t.address_id = e.peer
      WHERE ${isOutbound}
      GROUP BY ALL
    )
    SELECT slot, kind, set_aside, in_spite, CAST(sum(flows) AS BIGINT) AS flows, CAST(sum(bytes) AS BIGINT) AS bytes
    FROM (
      SELECT slot, kind, set_aside, in_spite, flows, bytes FROM workbench_kinds
      UNION ALL
      SELECT slot, kind, NULL, TRUE, CASE WHEN exposed THEN flows ELSE -flows END, CASE WHEN exposed THEN bytes ELSE -bytes END
      FROM moved
      UNION ALL
      SELECT slot, kind, set_aside, FALSE, CASE WHEN exposed THEN -flows ELSE flows END,
        CASE WHEN exposed THEN -bytes ELSE bytes END
      FROM moved
    )
    GROUP BY slot, kind, set_aside, in_spite
    HAVING sum(flows) <> 0`;
}

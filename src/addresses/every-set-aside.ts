import { list, nothing, type Sql, sql, trusted } from '../sql/sql.ts';
import { setAsideRanks } from './set-aside-ranks.ts';
import type { SetAside } from './set-asides.ts';

/**
 * The addresses that set-asides would match if every entry were on: (address_id, address, service, set_aside).
 * `addresses` is a relation of addresses that are labelled already, as `labelledAddresses` labels them: what entries
 * are on now says nothing of the others.
 */
export function everySetAside(addresses: Sql, setAsides: readonly SetAside[]): Sql {
  const asides = setAsideRanks(setAsides.map((entry) => ({ ...entry, on: true })));
  const ranges = asides.rangeColumns.map((column) => {
    const own = ([4, 6] as const).flatMap((family) =>
      asides
        .ranges(family)
        .filter(({ name }) => name === column)
        .map(
          ({ sql: matches }) =>
            sql`SELECT CAST(${family} AS UTINYINT) AS family, CAST(key AS UHUGEINT) AS key, rank FROM (${matches})`,
        ),
    );
    return { column: trusted(column), matches: own.length === 0 ? undefined : list(own, ' UNION ALL ') };
  });
  const joins = ranges.map(({ column, matches }) =>
    matches === undefined
      ? nothing
      : sql` LEFT JOIN (${matches}) AS ${column} ON ${column}.family = a.family AND ${column}.key = a.number`,
  );
  const columns = ranges.map(({ column, matches }) =>
    matches === undefined ? sql`CAST(NULL AS INTEGER) AS ${column}` : sql`${column}.rank AS ${column}`,
  );
  return sql`
    WITH ${asides.tables}
      internet AS (SELECT * FROM ${addresses} WHERE scope = 'internet'),
      keys_4 AS (SELECT DISTINCT CAST(number AS UINTEGER) AS key FROM internet WHERE family = 4),
      keys_6 AS (SELECT DISTINCT number AS key FROM internet WHERE family = 6),
      ranged AS (SELECT ${list([sql`a.*`, ...columns])} FROM internet AS a${list(joins, '')}),
      named AS (
        SELECT l.address_id, l.address, l.service, ${asides.name} AS set_aside FROM ranged AS l ${asides.joins}
      )
    SELECT * FROM named WHERE set_aside IS NOT NULL`;
}

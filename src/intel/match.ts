import type { Family } from '../addresses/address.ts';
import { list, type Sql, sql } from '../sql/sql.ts';
import type { IntelList } from './list.ts';

/** A list with the place of its entries. */
export interface PlacedList extends IntelList {
  readonly path: string;
}

/**
 * The addresses of `labelled` that are on lists: (address, list, kind, list_date, entry, port, context), a row for each
 * entry that holds the address. Only addresses on the Internet: lists name private ranges too, which anybody's are.
 * `now` is Unix seconds; entries that have expired then do not count.
 */
export function listedAddresses(lists: readonly PlacedList[], labelled: Sql, now: number): Sql {
  const found = lists.map(
    ({ name, kind, date, path, asns }) => sql`
      SELECT address, ${name} AS list, ${kind} AS kind, ${date} AS list_date, entries
      FROM (${list(
        [
          inSegments(path, 4, labelled),
          inSegments(path, 6, labelled),
          ...(asns === 0 ? [] : [ofNumbers(path, labelled)]),
        ],
        ' UNION ALL ',
      )})`,
  );
  return sql`
    SELECT address, list, kind, list_date, e.entry AS entry, e.port AS port, e.context AS context
    FROM (SELECT address, list, kind, list_date, unnest(entries) AS e FROM (${list(found, ' UNION ALL ')}))
    WHERE e.valid_until IS NULL OR e.valid_until > ${now}`;
}

function inSegments(path: string, family: Family, labelled: Sql): Sql {
  const [key, first, last] =
    family === 4
      ? [sql`CAST(number AS UINTEGER)`, sql`CAST(first_low AS UINTEGER)`, sql`CAST(last_low AS UINTEGER)`]
      : [sql`number`, whole(sql`first_high`, sql`first_low`), whole(sql`last_high`, sql`last_low`)];
  return sql`
    SELECT a.address, s.entries
    FROM (SELECT address, ${key} AS key FROM ${labelled} WHERE family = ${family} AND scope = 'internet') AS a
    ASOF JOIN (
      SELECT ${first} AS first, ${last} AS last, entries
      FROM read_parquet(${path}, hive_partitioning = false) WHERE family = ${family}
    ) AS s ON a.key >= s.first
    WHERE a.key <= s.last`;
}

function whole(high: Sql, low: Sql): Sql {
  return sql`(CAST(${high} AS UHUGEINT) << 64) | CAST(${low} AS UHUGEINT)`;
}

function ofNumbers(path: string, labelled: Sql): Sql {
  return sql`
    SELECT a.address, s.entries
    FROM ${labelled} AS a
    JOIN (SELECT asn, entries FROM read_parquet(${path}, hive_partitioning = false) WHERE asn IS NOT NULL) AS s
      ON s.asn = a.asn
    WHERE a.scope = 'internet'`;
}

/** The same columns, of nobody. */
export const nobodyListed = sql`
  SELECT CAST(NULL AS VARCHAR) AS address, CAST(NULL AS VARCHAR) AS list, CAST(NULL AS VARCHAR) AS kind,
    CAST(NULL AS VARCHAR) AS list_date, CAST(NULL AS VARCHAR) AS entry, CAST(NULL AS INTEGER) AS port,
    CAST(NULL AS VARCHAR) AS context
  WHERE FALSE`;

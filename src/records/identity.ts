import { id, list, type Sql, sql } from '../sql/sql.ts';
import { columnOf, defaultFormat } from './fields.ts';

const own = defaultFormat.map(columnOf);

/** What tells records apart; more fields make the hash dearer and find no fewer duplicates. */
const telling = ['interface_id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'packets', 'bytes', 'start'];

/** Columns that the path of a file can fill where the record does not: no part of what a record says then. */
const placeColumns: readonly string[] = ['account_id', 'region'];

/**
 * A 63-bit hash of what tells records apart, the same for every order of their fields; a field that is absent
 * and one that is `-` count alike. `has` are the columns of the record, `storedValue`
 * their values as they are stored. The two lowest bits tell whether the
 * record itself states its account (1) and its region (2). Equal hashes are only a hint: duplicates are compared
 * by {@link contentOf}.
 */
export function recordHash(has: ReadonlySet<string>, storedValue: (column: string) => Sql): Sql {
  const stated = placeColumns.map((column) =>
    has.has(column) ? sql`CAST(${id(column)} IS NOT NULL AS BIGINT)` : sql`0`,
  );
  return hashWith(has, storedValue, stated);
}

/** The same hash of stored records whose hash another version of DuckDB made. */
export function hashOfStored(columns: readonly string[]): Sql {
  const stated = placeColumns.map((_, bit) => sql`CAST(${isStated(bit)} AS BIGINT)`);
  return hashWith(new Set(columns), contentColumn, stated);
}

/** What two stored records must have in common to be the same, besides `record_hash`. */
export function contentOf(columns: readonly string[]): Sql {
  return list(columns.map(contentColumn));
}

function hashWith(
  has: ReadonlySet<string>,
  statedValue: (column: string) => Sql,
  stated: readonly Sql[],
): Sql {
  const base = sql`hash(${list(telling.map((column) => (has.has(column) ? statedValue(column) : sql`NULL`)))})`;
  const more = [...has].filter((column) => !own.includes(column)).sort();
  const mixed = more.reduce((sum, column) => {
    const value = statedValue(column);
    return sql`xor(${sum}, CASE WHEN ${value} IS NULL THEN 0 ELSE hash(${column}, ${value}) END)`;
  }, base);
  const bits = stated.map((bit, index) => (index === 0 ? bit : sql`${bit} * 2`));
  return sql`((CAST((${mixed}) >> 3 AS BIGINT) << 2) + ${list(bits, ' + ')})`;
}

/** A stored column as the record itself states it. */
function contentColumn(column: string): Sql {
  const bit = placeColumns.indexOf(column);
  return bit < 0 ? id(column) : sql`CASE WHEN ${isStated(bit)} THEN ${id(column)} END`;
}

function isStated(bit: number): Sql {
  return sql`(record_hash >> ${bit}) & 1 = 1`;
}

import { sumOf } from '../sql/dialect.ts';
import { type Sql, sql } from '../sql/sql.ts';

/** The sum of whole numbers, as BIGINT; one that would not fit stays at the largest (a hostile log may say 2^63). */
export function total(value: Sql): Sql {
  return sql`CAST(least(coalesce(${sumOf(value)}, 0), 9223372036854775807) AS BIGINT)`;
}

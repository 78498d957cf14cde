import { addressNumbers } from '../addresses/number.ts';
import { id, type Sql, sql } from '../sql/sql.ts';

/**
 * The distinct texts in `srcaddr` and `dstaddr` of records that are no addresses. Texts are checked once each,
 * however many records have them.
 */
export function invalidAddresses(records: Sql): Sql {
  return sql`SELECT address FROM (${addressNumbers(sql`(
    SELECT DISTINCT address FROM (
      SELECT srcaddr AS address FROM ${records}
      UNION ALL
      SELECT dstaddr AS address FROM ${records}
    ) WHERE address IS NOT NULL
  )`)}) WHERE family IS NULL`;
}

/** A SELECT of `parsed` whose `fault` also tells of texts that are no addresses. */
export function withAddressFaults(parsed: Sql): Sql {
  const invalid = (column: string) =>
    sql`WHEN ${id(column)} IN (FROM invalid) THEN ${`${column}: '`} || left(${id(column)}, 60) || ''' is no address'`;
  return sql`
    WITH parsed AS MATERIALIZED (${parsed}),
      invalid AS MATERIALIZED (${invalidAddresses(sql`(FROM parsed WHERE fault IS NULL)`)})
    SELECT * EXCLUDE (fault),
      CASE WHEN fault IS NOT NULL THEN fault ${invalid('srcaddr')} ${invalid('dstaddr')} END AS fault
    FROM parsed`;
}

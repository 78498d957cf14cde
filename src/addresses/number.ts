import { type Sql, sql, trusted } from '../sql/sql.ts';

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4 = trusted(`'${octet}([.]${octet}){3}'`);
const groups = '([0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4})*)?';
const ipv6 = trusted(`'${groups}(::${groups})?'`);

/**
 * Addresses as numbers: `relation`, a table or a subquery in parentheses with a column `address` VARCHAR of distinct texts,
 * becomes (address VARCHAR, family UTINYINT, number UHUGEINT). Family and number are NULL for a text that is
 * no address; the rules are those of `parseAddress`. Every row of IPv4 skips the steps of IPv6.
 */
export function addressNumbers(relation: Sql): Sql {
  // The text is checked by pattern before any cast: TRY_CAST reads '1e3', '1.5', '+5' and '1_000' as integers.
  return sql`
    SELECT
      address,
      CASE WHEN number IS NOT NULL THEN CAST(kind AS UTINYINT) END AS family,
      number
    FROM (
      SELECT address, kind, CASE
        WHEN kind = 4 THEN CAST(${quadNumber(sql`address`)} AS UHUGEINT)
        WHEN kind = 6 AND length(hex) = 32 THEN
          (CAST(TRY_CAST('0x' || substr(hex, 1, 16) AS UBIGINT) AS UHUGEINT) << 64)
          | CAST(TRY_CAST('0x' || substr(hex, 17) AS UBIGINT) AS UHUGEINT)
        END AS number
      FROM (
        SELECT address, kind, CASE WHEN kind = 6 THEN
          CASE
            WHEN NOT has_gap THEN before_gap
            WHEN length(before_gap) + length(after_gap) <= 28
              THEN before_gap || repeat('0', 32 - length(before_gap) - length(after_gap)) || after_gap
          END END AS hex
        FROM (
          SELECT
            address,
            kind,
            kind = 6 AND contains(text, '::') AS has_gap,
            CASE WHEN kind = 6 THEN ${hexOf(sql`split_part(text, '::', 1)`)} END AS before_gap,
            CASE WHEN kind = 6 THEN ${hexOf(sql`split_part(text, '::', 2)`)} END AS after_gap
          FROM (
            SELECT address, text, CASE
              WHEN kind = 4 THEN 4
              WHEN kind = 6 AND regexp_full_match(text, ${ipv6}) THEN 6
              END AS kind
            FROM (
              SELECT address, kind, CASE WHEN kind = 6 THEN ${withoutQuad(sql`address`)} END AS text
              FROM (
                SELECT address, CASE
                  WHEN regexp_full_match(address, ${ipv4}) THEN 4
                  WHEN contains(address, ':') THEN 6
                  END AS kind
                FROM ${relation}
              )
            )
          )
        )
      )
    )`;
}

/** The number of a text that is known to be four decimal parts. */
function quadNumber(quad: Sql): Sql {
  return sql`(
    TRY_CAST(split_part(${quad}, '.', 1) AS UBIGINT) * 16777216 + TRY_CAST(split_part(${quad}, '.', 2) AS UBIGINT) * 65536
    + TRY_CAST(split_part(${quad}, '.', 3) AS UBIGINT) * 256 + TRY_CAST(split_part(${quad}, '.', 4) AS UBIGINT))`;
}

/** `::ffff:1.2.3.4` as `::ffff:102:304`; any other text as it is. */
function withoutQuad(address: Sql): Sql {
  const quad = sql`split_part(${address}, ':', -1)`;
  return sql`CASE WHEN contains(${address}, '.') AND regexp_full_match(${quad}, ${ipv4})
    THEN left(${address}, length(${address}) - length(${quad}))
      || printf('%x:%x', ${quadNumber(quad)} // 65536, ${quadNumber(quad)} % 65536)
    ELSE ${address} END`;
}

/** Groups of one to four digits, `2001:db8`, as four digits each, `20010db8`. */
function hexOf(groupText: Sql): Sql {
  return sql`regexp_replace(
    regexp_replace(${groupText}, '([0-9a-fA-F]+)', '000\\1', 'g'),
    '[0-9a-fA-F]*([0-9a-fA-F]{4})(:|$)', '\\1', 'g')`;
}

import { list, type Sql, sql, trusted } from '../sql/sql.ts';

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4 = trusted(`'${octet}([.]${octet}){3}'`);
const groups = '([0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4})*)?';
const ipv6 = trusted(`'${groups}(::${groups})?'`);

/**
 * Addresses as numbers: `relation`, a table or a subquery in parentheses with a column `address` VARCHAR of
 * distinct texts, becomes (address VARCHAR, family UTINYINT, number UHUGEINT). Family and number are NULL for
 * a text that is no address; the rules are those of `parseAddress`. Rows of IPv4 skip the steps of IPv6.
 */
export function addressNumbers(relation: Sql): Sql {
  // The text is checked by pattern before any cast: TRY_CAST reads '1e3', '1.5', '+5' and '1_000' as integers.
  // Steps are not materialized, so that they run in one pass over the texts.
  return sql`
    WITH
      guesses AS NOT MATERIALIZED (
        SELECT address, CASE
          WHEN regexp_full_match(address, ${ipv4}) THEN 4
          WHEN contains(address, ':') THEN 6
          END AS guess
        FROM ${relation}
      ),
      texts AS NOT MATERIALIZED (
        SELECT address, guess, CASE WHEN guess = 6 THEN ${withoutQuad(sql`address`)} END AS text FROM guesses
      ),
      kinds AS NOT MATERIALIZED (
        SELECT address, text, CASE
          WHEN guess = 4 THEN 4
          WHEN guess = 6 AND regexp_full_match(text, ${ipv6}) THEN 6
          END AS kind
        FROM texts
      ),
      closed AS NOT MATERIALIZED (
        SELECT address, text, kind, CASE WHEN kind = 6 THEN ${withoutOpenEnds(sql`text`)} END AS closed_text
        FROM kinds
      ),
      groups AS NOT MATERIALIZED (
        SELECT address, kind, CASE WHEN kind = 6 THEN ${groupsOf(sql`text`, sql`closed_text`)} END AS g FROM closed
      ),
      numbers AS NOT MATERIALIZED (
        SELECT address, kind, CASE
          WHEN kind = 4 THEN CAST(${quadNumber(sql`address`)} AS UHUGEINT)
          WHEN kind = 6 AND len(g) = 8 THEN
            (CAST(${halfOf(sql`g`, 1)} AS UHUGEINT) << 64) | CAST(${halfOf(sql`g`, 5)} AS UHUGEINT)
          END AS number
        FROM groups
      )
    SELECT address, CASE WHEN number IS NOT NULL THEN CAST(kind AS UTINYINT) END AS family, number
    FROM numbers`;
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

/** `::1` as `0::1`, `1::` as `1::0`: every group written, but for those that the gap stands for. */
function withoutOpenEnds(text: Sql): Sql {
  return sql`CASE WHEN starts_with(${text}, '::') THEN '0' ELSE '' END || ${text}
    || CASE WHEN ends_with(${text}, '::') THEN '0' ELSE '' END`;
}

/** The groups of a text without open ends as a list, the gap filled with zeros; NULL when the gap has no room. */
function groupsOf(text: Sql, closed: Sql): Sql {
  // With a gap there are as many colons as groups written down.
  const written = sql`(length(${closed}) - length(replace(${closed}, ':', '')))`;
  return sql`CASE
    WHEN NOT contains(${closed}, '::') THEN string_split(${closed}, ':')
    WHEN ${written} < 8 OR (${written} = 8 AND ${closed} <> ${text})
      THEN string_split(replace(${closed}, '::', ':' || repeat('0:', 8 - ${written})), ':')
    END`;
}

/** 64 bits from four groups of up to four hexadecimal digits. */
function halfOf(groups: Sql, first: 1 | 5): Sql {
  // Written into the text: a bound integer is a HUGEINT, which indexes no list.
  const shifted = [48, 32, 16, 0].map((shift, index) => {
    const group = sql`${groups}[${trusted(String(first + index))}]`;
    return sql`(TRY_CAST('0x' || ${group} AS UBIGINT) << ${trusted(String(shift))})`;
  });
  return sql`(${list(shifted, ' | ')})`;
}

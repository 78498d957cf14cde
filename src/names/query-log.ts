import { addressNumbers } from '../addresses/number.ts';
import { type Sql, sql, trusted } from '../sql/sql.ts';

/** A name in a query is at most 253 characters, and four times that where each is written as an escape. */
const longestName = 1024;

/**
 * What DNS query records (Route 53 Resolver query logs) say: from a relation of `line`, `raw`, `file_id`, `body` (the
 * JSON text of the record) and `broken` (why a line has none) to `line`, `raw`, `file_id`, `fault` (why it is no record),
 * `name`, `queried_at` (Unix seconds), `host` (who asked), `instance`, `vpc_id` and `answers`, the distinct addresses
 * that the answer holds, and `query_key`, which is the same for two records of one second only where all of them
 * is. Names of a CNAME chain are passed over: the name that was asked is the name.
 */
export function judgedQueries(from: Sql): Sql {
  return sql`
    WITH parsed AS MATERIALIZED (${typedQueries(from)}),
      numbered AS MATERIALIZED (${addressNumbers(sql`(
        SELECT DISTINCT address
        FROM (SELECT host AS address FROM parsed UNION ALL SELECT unnest(answers) AS address FROM parsed)
        WHERE address IS NOT NULL)`)}),
      bad AS MATERIALIZED (SELECT address FROM numbered WHERE family IS NULL),
      faulty AS (
        SELECT answers, min(address) AS no_address
        FROM (SELECT answers, unnest(answers) AS address FROM parsed) SEMI JOIN bad USING (address)
        GROUP BY answers
      )
    SELECT line, raw, file_id, name, queried_at, host, instance, vpc_id, answers, query_key,
      CASE
        WHEN fault IS NOT NULL THEN fault
        WHEN no_host IS NOT NULL THEN 'srcaddr: ' || ${quoted(sql`host`)} || ' is no address'
        WHEN no_address IS NOT NULL THEN 'answers: ' || ${quoted(sql`no_address`)} || ' is no address'
      END AS fault
    FROM parsed
    LEFT JOIN (SELECT address AS no_host FROM bad) ON no_host = host
    LEFT JOIN (SELECT answers AS those, no_address FROM faulty) ON those = answers`;
}

const recordShape = JSON.stringify({
  query_name: 'VARCHAR',
  query_timestamp: 'VARCHAR',
  query_type: 'VARCHAR',
  query_class: 'VARCHAR',
  rcode: 'VARCHAR',
  transport: 'VARCHAR',
  srcaddr: 'VARCHAR',
  srcport: 'VARCHAR',
  account_id: 'VARCHAR',
  vpc_id: 'VARCHAR',
  answers: [{ Rdata: 'VARCHAR', Type: 'VARCHAR' }],
  srcids: { instance: 'VARCHAR', resolver_endpoint: 'VARCHAR' },
});

function typedQueries(from: Sql): Sql {
  const isTime = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z`;
  return sql`
    SELECT line, raw, file_id, name, queried_at, host, instance, vpc_id, answers, query_key,
      CASE
        WHEN broken IS NOT NULL THEN broken
        WHEN q IS NULL THEN 'not a JSON object'
        WHEN coalesce(q.query_name, '') = '' THEN 'query_name: missing'
        WHEN length(q.query_name) > ${longestName} THEN ${`query_name: longer than ${longestName} characters`}
        WHEN q.query_timestamp IS NULL THEN 'query_timestamp: missing'
        WHEN queried_at IS NULL THEN 'query_timestamp: ' || ${quoted(sql`q.query_timestamp`)} || ' is no ISO time in UTC'
        WHEN q.answers IS NULL AND json_type(body, '$.answers') <> 'NULL' THEN 'answers: not a list'
      END AS fault
    FROM (
      SELECT line, raw, file_id, body, broken, q, ${nameOf(sql`q.query_name`)} AS name,
        CASE WHEN regexp_full_match(q.query_timestamp, ${isTime})
          THEN CAST(floor(epoch(TRY_CAST(q.query_timestamp AS TIMESTAMP))) AS BIGINT) END AS queried_at,
        nullif(q.srcaddr, '') AS host,
        ${short(sql`coalesce(q.srcids.instance, q.srcids.resolver_endpoint)`)} AS instance,
        ${short(sql`q.vpc_id`)} AS vpc_id,
        list_distinct(list_transform(
          list_filter(q.answers, lambda each: each.Type IN ('A', 'AAAA')),
          lambda each: coalesce(each.Rdata, ''))) AS answers,
        md5_number_lower(CAST(to_json(q) AS VARCHAR)) AS query_key
      FROM (
        SELECT line, raw, file_id, body, broken,
          CASE WHEN starts_with(ltrim(body), '{') THEN TRY(from_json(body, ${trusted(`'${recordShape}'`)})) END AS q
        FROM ${from}
      )
    )`;
}

/** Names are compared without case and without the dot of the root. NUL would hide the rest from the engine. */
function nameOf(text: Sql): Sql {
  const plain = sql`lower(replace(${text}, chr(0), '\u2400'))`;
  return sql`CASE WHEN length(${text}) > 1 AND ends_with(${text}, '.') THEN left(${plain}, length(${plain}) - 1) ELSE ${plain} END`;
}

function short(text: Sql): Sql {
  return sql`left(replace(${text}, chr(0), '\u2400'), 64)`;
}

function quoted(text: Sql): Sql {
  return sql`'''' || CASE WHEN length(${text}) > 40 THEN left(${text}, 40) || '...' ELSE ${text} END || ''''`;
}

/** Hosts that are told apart for one name of one address; what further ones asked is counted without them. */
const hostsAtMost = 1000;

/**
 * One row for each address, name and host that asked, from rows of `address`, `name`, `host`, `instance`, `vpc_id`,
 * `first_seen`, `last_seen` and `queries`. Joining its results again gives what all rows at once would have given.
 */
export function joinedNames(rows: Sql): Sql {
  const grouped = (rows: Sql) => sql`
    SELECT address, name, host, max(instance) AS instance, max(vpc_id) AS vpc_id, min(first_seen) AS first_seen,
      max(last_seen) AS last_seen, CAST(sum(queries) AS BIGINT) AS queries
    FROM ${rows}
    GROUP BY address, name, host`;
  // Few names are asked for by so many hosts: only those are put in order.
  return sql`
    WITH asked AS MATERIALIZED (${grouped(rows)}),
      crowded AS MATERIALIZED (SELECT address, name FROM asked GROUP BY address, name HAVING count(*) > ${hostsAtMost}),
      placed AS (
        SELECT *, row_number() OVER (PARTITION BY address, name ORDER BY host NULLS LAST) AS place
        FROM asked SEMI JOIN crowded USING (address, name)
      )
    FROM asked ANTI JOIN crowded USING (address, name)
    UNION ALL
    FROM (${grouped(sql`(
      SELECT * REPLACE (CASE WHEN place <= ${hostsAtMost} THEN host END AS host,
        CASE WHEN place <= ${hostsAtMost} THEN instance END AS instance,
        CASE WHEN place <= ${hostsAtMost} THEN vpc_id END AS vpc_id)
      FROM placed)`)})`;
}

/** One row for each host and hour in which it asked, with how often, from rows of `host`, `hour` and `queries`. */
export function joinedHours(rows: Sql): Sql {
  return sql`SELECT host, hour, CAST(sum(queries) AS BIGINT) AS queries FROM ${rows} GROUP BY host, hour`;
}

import { type Sql, sql } from '../sql/sql.ts';
import { interfaceOf, type Step } from './sessions.ts';

/**
 * All sessions of (local, peer, service port, protocol, direction) as one row. Columns: traffic, local, peer,
 * service_port, protocol, direction, sessions, answered, unanswered, rejected (sessions by state), flows (records),
 * flows_out (records from local to peer), packets_out, bytes_out, packets_in, bytes_in (as local sees them), first_seen, last_seen (Unix seconds),
 * longest (seconds of the longest session), window_seconds.
 */
export const conversations: Step = {
  name: 'conversations',
  sql: sql`
    SELECT traffic, local, peer, service_port, protocol, direction, count(*) AS sessions,
      count(*) FILTER (WHERE state = 'answered') AS answered,
      count(*) FILTER (WHERE state = 'unanswered') AS unanswered,
      count(*) FILTER (WHERE state = 'rejected') AS rejected,
      CAST(sum(records) AS BIGINT) AS flows, CAST(sum(records_out) AS BIGINT) AS flows_out,
      CAST(sum(packets_out) AS BIGINT) AS packets_out, CAST(sum(bytes_out) AS BIGINT) AS bytes_out,
      CAST(sum(packets_in) AS BIGINT) AS packets_in, CAST(sum(bytes_in) AS BIGINT) AS bytes_in,
      min(start) AS first_seen, max("end") AS last_seen, max("end" - start) AS longest,
      max(window_seconds) AS window_seconds
    FROM sessions
    GROUP BY traffic, local, peer, service_port, protocol, direction`,
};

/** Every Internet address that was talked to, over all locals, ports and directions; labels come with {@link labelledPeers}. */
export const peers: Step = {
  name: 'peers',
  sql: sql`
    SELECT peer, count(DISTINCT local) AS locals, count(*) AS conversations,
      CAST(sum(sessions) AS BIGINT) AS sessions, CAST(sum(answered) AS BIGINT) AS answered,
      CAST(sum(rejected) AS BIGINT) AS rejected, CAST(sum(flows) AS BIGINT) AS flows,
      CAST(sum(packets_out) AS BIGINT) AS packets_out, CAST(sum(bytes_out) AS BIGINT) AS bytes_out,
      CAST(sum(packets_in) AS BIGINT) AS packets_in, CAST(sum(bytes_in) AS BIGINT) AS bytes_in,
      min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM conversations
    WHERE traffic = 'north_south'
    GROUP BY peer`,
};

/** The kept peers with their labels of today: set-asides are switched more often than records are loaded. */
export function labelledPeers(kept: Sql): Sql {
  return sql`SELECT p.*, a.asn, a.network, a.country, a.city, a.provider, a.service, a.region, a.set_aside
    FROM (${kept}) AS p LEFT JOIN addresses AS a ON a.address = p.peer`;
}

/**
 * What is there for each interface and hour: records with data, their rejects, NODATA and SKIPDATA records, and the
 * minutes of the hour that any record speaks of, by the length of the interface's windows. Columns: account_id,
 * interface_id, hour, first_start, last_end (Unix seconds), records, rejected, no_data, skip_data, minutes,
 * skipped_minutes (of windows for which AWS says it lost records). Hours without any record are no rows.
 */
export function coverageHours(columns: ReadonlySet<string>): Step {
  const windows = (condition: Sql) => sql`
least(60,
        CAST(count(DISTINCT CASE WHEN ${condition} THEN start // seconds END) * min(seconds) // 60 AS BIGINT))`;
  return {
    name: 'coverage_hours',
    sql: sql`
      SELECT account_id, interface_id, start // 3600 * 3600 AS hour,
        min(start) AS first_start, max("end") AS last_end,
        count(*) FILTER (WHERE log_status = 'OK') AS records,
        count(*) FILTER (WHERE action = 'REJECT') AS rejected,
        count(*) FILTER (WHERE log_status = 'NODATA') AS no_data,
        count(*) FILTER (WHERE log_status = 'SKIPDATA') AS skip_data,
        ${windows(sql`log_status <> 'SKIPDATA'`)} AS minutes,
        ${windows(sql`log_status = 'SKIPDATA'`)} AS skipped_minutes
      FROM (
        SELECT r.account_id, ${interfaceOf(columns)} AS interface_id, r.start,
          greatest(r.start, coalesce(r."end", r.start)) AS "end", r.action,
          coalesce(r.log_status, 'OK') AS log_status,
          coalesce(i.window_seconds, CASE WHEN r."end" - r.start BETWEEN 75 AND 1200 THEN 600 ELSE 60 END) AS seconds
        FROM records AS r
        LEFT JOIN session_interfaces AS i
          ON i.account_id IS NOT DISTINCT FROM r.account_id AND i.interface_id = ${interfaceOf(columns)}
        WHERE r.start IS NOT NULL
      )
      GROUP BY account_id, interface_id, start // 3600 * 3600`,
  };
}

/** One row that says what the data are as a whole: period, hosts, windows, coverage. */
export const dataAsAWhole: Step = {
  name: 'data_as_a_whole',
  sql: sql`
    SELECT * FROM (
      SELECT coalesce(min(first_seen), 0) AS "from", coalesce(max(last_seen), 0) AS "to",
        count(DISTINCT local) AS "localHosts", coalesce(max(window_seconds), 60) AS "windowSeconds",
        coalesce(sum(answered), 0) > 0 AS "hasBothDirections"
      FROM conversations
    ), (
      SELECT least(1, coalesce(sum(minutes) / nullif(sum(span), 0), 0)) AS covered,
        least(1, coalesce(sum(skipped) / nullif(sum(span), 0), 0)) AS skipped
      FROM (
        SELECT sum(minutes) AS minutes, sum(skipped_minutes) AS skipped,
          ceil((max(last_end) - min(first_start) + 1) / 60) AS span
        FROM coverage_hours GROUP BY account_id, interface_id
      )
    )`,
};

import { sql } from '../sql/sql.ts';
import type { Step } from './sessions.ts';

/**
 * All sessions of (local, peer, service port, protocol, direction) as one row. Columns: traffic, local, peer,
 * service_port, protocol, direction, sessions, answered, unanswered, rejected (sessions by state), flows (records),
 * packets_out, bytes_out, packets_in, bytes_in (as local sees them), first_seen, last_seen (Unix seconds),
 * longest (seconds of the longest session), window_seconds.
 */
export const conversations: Step = {
  name: 'conversations',
  sql: sql`
    SELECT traffic, local, peer, service_port, protocol, direction, count(*) AS sessions,
      count(*) FILTER (WHERE state = 'answered') AS answered,
      count(*) FILTER (WHERE state = 'unanswered') AS unanswered,
      count(*) FILTER (WHERE state = 'rejected') AS rejected,
      CAST(sum(records) AS BIGINT) AS flows,
      CAST(sum(packets_out) AS BIGINT) AS packets_out, CAST(sum(bytes_out) AS BIGINT) AS bytes_out,
      CAST(sum(packets_in) AS BIGINT) AS packets_in, CAST(sum(bytes_in) AS BIGINT) AS bytes_in,
      min(start) AS first_seen, max("end") AS last_seen, max("end" - start) AS longest,
      max(window_seconds) AS window_seconds
    FROM sessions
    GROUP BY traffic, local, peer, service_port, protocol, direction`,
};

/** Every Internet address that was talked to, over all locals, ports and directions. */
export const peers: Step = {
  name: 'peers',
  sql: sql`
    SELECT c.peer, count(DISTINCT c.local) AS locals, count(*) AS conversations,
      CAST(sum(c.sessions) AS BIGINT) AS sessions, CAST(sum(c.answered) AS BIGINT) AS answered,
      CAST(sum(c.rejected) AS BIGINT) AS rejected, CAST(sum(c.flows) AS BIGINT) AS flows,
      CAST(sum(c.packets_out) AS BIGINT) AS packets_out, CAST(sum(c.bytes_out) AS BIGINT) AS bytes_out,
      CAST(sum(c.packets_in) AS BIGINT) AS packets_in, CAST(sum(c.bytes_in) AS BIGINT) AS bytes_in,
      min(c.first_seen) AS first_seen, max(c.last_seen) AS last_seen,
      any_value(a.asn) AS asn, any_value(a.network) AS network, any_value(a.country) AS country,
      any_value(a.provider) AS provider, any_value(a.set_aside) AS set_aside
    FROM conversations AS c
    JOIN addresses AS a ON a.address = c.peer
    WHERE c.traffic = 'north_south'
    GROUP BY c.peer`,
};

/**
 * What is there for each interface and hour: records with data, their rejects, NODATA and SKIPDATA records, and the
 * minutes of the hour that any record speaks of. Hours without any record are no rows.
 */
export const coverageHours: Step = {
  name: 'coverage_hours',
  sql: sql`
    SELECT account_id, interface_id, start // 3600 * 3600 AS hour,
      count(*) FILTER (WHERE coalesce(log_status, 'OK') = 'OK') AS records,
      count(*) FILTER (WHERE action = 'REJECT') AS rejected,
      count(*) FILTER (WHERE log_status = 'NODATA') AS no_data,
      count(*) FILTER (WHERE log_status = 'SKIPDATA') AS skip_data,
      count(DISTINCT CASE WHEN log_status IS DISTINCT FROM 'SKIPDATA' THEN start // 60 END) AS minutes,
      count(DISTINCT CASE WHEN log_status = 'SKIPDATA' THEN start // 60 END) AS skipped_minutes
    FROM records
    WHERE start IS NOT NULL
    GROUP BY account_id, interface_id, start // 3600 * 3600`,
};

import { type Sql, sql } from '../../sql/sql.ts';
import type { Context } from '../detector.ts';
import type { ExfilValues } from './settings.ts';

/**
 * The common table expressions `hour_profiles` and `day_profiles`: how the bytes of each candidate lie in time.
 * Sessions know their total only: the bytes of one that lasts are spread evenly over its hours.
 */
export function profiles(candidates: Sql, settings: ExfilValues, context: Context): Sql {
  return sql`
    session_bytes AS (${sessionBytes(candidates, settings, context)}),
    hour_bytes AS (
      SELECT candidate, hour, sum(bytes_out / hours) AS bytes
      FROM (
        SELECT candidate, bytes_out, last_hour - first_hour + 1 AS hours,
          unnest(generate_series(first_hour, last_hour)) AS hour
        FROM session_bytes
      )
      GROUP BY candidate, hour
    ),
    hour_profiles AS (
      SELECT candidate, hours, spread, doubtful_out
      FROM (
        SELECT candidate, count(*) AS hours, coalesce(stddev_pop(bytes) / nullif(avg(bytes), 0), 0) AS spread
        FROM hour_bytes GROUP BY candidate
      )
      JOIN (
        SELECT candidate, coalesce(sum(bytes_out) FILTER (WHERE doubtful), 0) AS doubtful_out
        FROM session_bytes GROUP BY candidate
      ) USING (candidate)
    ),
    local_days AS (
      SELECT local, start // 86400 AS day, sum(bytes_out) AS bytes
      FROM sessions
      WHERE traffic = 'north_south' AND direction <> 'inbound' AND local IN (SELECT local FROM ${candidates})
      GROUP BY local, start // 86400
    ),
    candidate_days AS (
      SELECT candidate, first_hour * 3600 // 86400 AS day, sum(bytes_out) AS bytes
      FROM session_bytes
      GROUP BY candidate, first_hour * 3600 // 86400
    ),
    day_profiles AS (
      SELECT c.candidate, count(*) AS days, max(coalesce(d.bytes, 0)) AS peak_day,
        quantile_cont(coalesce(d.bytes, 0), 0.5) AS usual_day,
        quantile_cont(greatest(0, l.bytes - coalesce(d.bytes, 0)), 0.5) AS rest_day
      FROM ${candidates} AS c
      JOIN local_days AS l ON l.local = c.local
      LEFT JOIN candidate_days AS d ON d.candidate = c.candidate AND d.day = l.day
      GROUP BY c.candidate
    )`;
}

/**
 * The sessions behind the candidates. Doubtful is who started one that was seen in one direction only, whose ports
 * could both be a client's, or whose local port is a system port while the peer's is not;
 * unless an answered session to a system port of the same peer shows that the local host asks there (as of FTP).
 */
function sessionBytes(candidates: Sql, settings: ExfilValues, { from, to }: Context): Sql {
  return sql`
    SELECT c.candidate, s.bytes_out,
      greatest(s.start, ${from}) // 3600 AS first_hour,
      greatest(s.start, ${from}, least(s."end", ${to}, s.start + 2592000)) // 3600 AS last_hour,
      c.vouched = 0 AND s.protocol IN (6, 17) AND (s.initiator <> 'local' OR s.initiator_basis = 'only direction'
        OR s.initiator_basis = 'port rank' AND s.peer_port >= 1024 AND NOT (s.local_port >= 32768 AND s.peer_port < 32768)
        OR s.initiator_basis <> 'tcp-flags' AND s.local_port < 1024 AND s.peer_port >= 1024) AS doubtful
    FROM (
      SELECT local, peer, local_port, peer_port, protocol, service_port, bytes_out, start, "end", initiator_basis,
        ${carrierOf()} AS carrier, ${wayOf()} AS way, initiator
      FROM sessions
      WHERE traffic = 'north_south' AND bytes_out > 0
    ) AS s
    JOIN (
      SELECT c.candidate, p.local, p.peer, p.carrier, p.way, p.vouched, c.service_port
      FROM ${candidates} AS c
      JOIN pairs AS p ON p.local = c.local AND p.carrier = c.carrier AND p.way = c.way
        AND (c.scale = 'pair' AND p.peer = c.peer
          OR c.scale = 'network' AND p.network_key = c.network_key AND p.bytes_out >= ${settings.leastRatio} * p.bytes_in)
    ) AS c ON c.local = s.local AND c.peer = s.peer AND c.carrier = s.carrier AND c.way = s.way
      AND (c.service_port IS NULL OR c.service_port = s.service_port)`;
}

/** How the bytes travel: DNS and ICMP are never meant for bulk, so that much of it is a kind of its own. */
export function carrierOf(): Sql {
  return sql`CASE WHEN protocol IN (1, 58) THEN 'icmp' WHEN service_port = 53 AND protocol IN (6, 17) THEN 'dns' ELSE 'data' END`;
}

/**
 * Who fetched and who sent. A local port that systems hand out to clients is no service: where the peer is said to
 * have started such a session, that is not certain, or it is the data connection of FTP.
 */
export function wayOf(): Sql {
  return sql`CASE WHEN direction = 'inbound' AND NOT ${isClientPort} THEN 'in' ELSE 'out' END`;
}

/** The service port of a channel; unknown where it is the local host's own client port. */
export function channelPort(): Sql {
  return sql`CASE WHEN direction = 'inbound' AND ${isClientPort} THEN NULL ELSE service_port END`;
}

const isClientPort = sql`(protocol IN (6, 17) AND service_port >= 32768)`;

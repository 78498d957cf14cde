import { type Sql, sql } from '../../sql/sql.ts';

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

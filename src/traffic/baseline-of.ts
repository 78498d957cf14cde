import * as v from 'valibot';
import { sumOf, texts, wholes } from '../sql/dialect.ts';
import type { Query } from '../sql/query.ts';
import { sql } from '../sql/sql.ts';

const traffic = {
  address: v.string(),
  servicePort: v.nullable(v.number()),
  protocol: v.nullable(v.number()),
  direction: v.string(),
  days: v.number(),
  bytesMax: v.number(),
};

const knownRow = v.object({
  baseline: v.string(),
  ...traffic,
  others: v.number(),
  firstSeen: v.number(),
  lastSeen: v.number(),
  flowsMedian: v.number(),
  bytesMedian: v.number(),
});

/** What a baseline knows of an address on one service port; times in Unix seconds, amounts of a day. */
export type KnownTraffic = v.InferOutput<typeof knownRow>;

/** What baselines know of the addresses, as peers or as local ones. */
export function knownTraffic(addresses: readonly string[]): Query<KnownTraffic> {
  return {
    name: 'baseline of addresses',
    sql: sql`
      SELECT baseline, address, service_port AS "servicePort", protocol, direction, days, bytes_max AS "bytesMax", others,
        first_seen AS "firstSeen", last_seen AS "lastSeen", flows_p50 AS "flowsMedian", bytes_p50 AS "bytesMedian"
      FROM baseline
      WHERE address IN (${texts(addresses)})
      ORDER BY address, baseline, days DESC, bytes_max DESC, service_port, protocol, direction`,
    row: knownRow,
  };
}

const dayRow = v.object(traffic);

/** What an address does now on one service port: on how many days, and the bytes of the largest. */
export type DayTraffic = v.InferOutput<typeof dayRow>;

/** The largest days of the addresses in the loaded records, as peers or as local ones, on each port. */
export function largestDays(addresses: readonly string[]): Query<DayTraffic> {
  const side = (end: 'peer' | 'local') => sql`
    SELECT ${end === 'peer' ? sql`peer` : sql`local`} AS address, service_port, protocol, direction, ${wholes(sql`start`, 86_400)} AS day,
      bytes_in + bytes_out AS bytes
    FROM sessions
    WHERE traffic = 'north_south' AND ${end === 'peer' ? sql`peer` : sql`local`} IN (${texts(addresses)})`;
  return {
    name: 'largest days of addresses',
    sql: sql`
      SELECT address, service_port AS "servicePort", protocol, direction, count(*) AS days,
        CAST(max(bytes) AS BIGINT) AS "bytesMax"
      FROM (
        SELECT address, service_port, protocol, direction, day, ${sumOf(sql`bytes`)} AS bytes
        FROM (${side('peer')} UNION ALL ${side('local')})
        GROUP BY address, service_port, protocol, direction, day
      )
      GROUP BY address, service_port, protocol, direction
      ORDER BY address, "bytesMax" DESC, service_port, protocol, direction`,
    row: dayRow,
  };
}

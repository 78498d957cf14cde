import * as v from 'valibot';
import { leastOf, texts } from '../sql/dialect.ts';
import type { Query } from '../sql/query.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { isoTime } from './period.ts';

/** Every peer with its first record ever, in the workspace or in a baseline: `peer`, `first_known`. */
const firstRecords = sql`
  SELECT f.peer, ${leastOf(sql`f.first_seen`, sql`k.known_since`)} AS first_known
  FROM (
    SELECT peer, min(start) AS first_seen FROM labelled_flows
    WHERE peer IS NOT NULL AND coalesce(log_status, 'OK') = 'OK' GROUP BY peer
  ) AS f
  LEFT JOIN known_peers AS k ON k.peer = f.peer`;

/** The peers whose first record ever starts at or after a time in Unix seconds. */
export function peersNewSince(seconds: number): Sql {
  return sql`SELECT peer FROM (${firstRecords}) WHERE first_known >= ${seconds}`;
}

/**
 * Those of the peers of findings whose first record ever starts at or after a time; by `peers`, whose ends are those of
 * sessions, as those of findings are.
 */
export function newAmong(peers: readonly string[], seconds: number): Query<{ peer: string }> {
  return {
    name: 'new peers among some',
    sql: sql`SELECT peer FROM peers WHERE ${leastOf(sql`first_seen`, sql`known_since`)} >= ${seconds} AND peer IN (${texts(peers)})`,
    row: v.object({ peer: v.string() }),
  };
}

const summaryRow = v.object({
  peers: v.number(),
  of: v.number(),
  recordsFrom: v.nullable(v.number()),
  baselinesFrom: v.nullable(v.number()),
});

/** How many peers are new since a time, and how far back one can tell. */
export interface NewPeers {
  readonly since: string | null;
  /** Peers whose first record ever is at or after it, of all peers. */
  readonly peers: number;
  readonly of: number;
  /** Begin of the loaded records, and of the baselines in use; null where there are none. */
  readonly recordsFrom: string | null;
  readonly baselinesFrom: string | null;
  /** Nothing is known of the time before: each peer is new for want of older records. */
  readonly isBlind: boolean;
}

export function newPeers(seconds: number): Query<v.InferOutput<typeof summaryRow>> {
  return {
    name: 'new peers',
    sql: sql`
      SELECT count(*) FILTER (WHERE first_known >= ${seconds}) AS peers, count(*) AS "of",
        (SELECT min(start) FROM records WHERE coalesce(log_status, 'OK') = 'OK') AS "recordsFrom",
        (SELECT min(first_seen) FROM baseline) AS "baselinesFrom"
      FROM (${firstRecords})`,
    row: summaryRow,
  };
}

/** The summary with its times as texts. */
export function newPeersOf(seconds: number, row: v.InferOutput<typeof summaryRow> | undefined): NewPeers {
  const { peers, of, recordsFrom, baselinesFrom } = row ?? {
    ...{ peers: 0, of: 0, recordsFrom: null, baselinesFrom: null },
  };
  const known = [recordsFrom, baselinesFrom].filter((time) => time !== null);
  return {
    since: isoTime(seconds),
    ...{ peers, of },
    recordsFrom: isoTime(recordsFrom),
    baselinesFrom: isoTime(baselinesFrom),
    isBlind: known.every((time) => time >= seconds),
  };
}

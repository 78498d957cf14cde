import * as v from 'valibot';
import type { Query } from '../../sql/query.ts';
import { id, list, type Sql, sql, trusted } from '../../sql/sql.ts';
import { fewHosts, type Inputs, starts, talks } from './candidates.ts';
import { paces } from './pace.ts';
import { channels, counts } from './series.ts';

const number = v.number();
const maybe = v.nullable(number);
const text = v.nullable(v.string());

const c2Row = v.object({
  ...{ traffic: v.string(), local: v.string(), peer: v.string(), servicePort: maybe, protocol: maybe },
  ...{ swapped: v.boolean(), undecided: v.boolean(), foreign: v.boolean() },
  ...{ sessions: number, answered: number, rejected: number, flows: number },
  ...{ packetsOut: number, bytesOut: number, packetsIn: number, bytesIn: number },
  ...{ firstSeen: number, lastSeen: number, longest: number, windowSeconds: number },
  ...{ locals: number, peerFirstSeen: number, looked: number, alike: number },
  ...{ asn: maybe, network: text, country: text, provider: text, setAside: text },
  ...{
    connections: maybe,
    siblings: number,
    period: maybe,
    deadSeconds: maybe,
    visits: maybe,
    gaps: maybe,
    firstStart: maybe,
    lastStart: maybe,
  },
  ...{ early: maybe, onGrid: maybe, near10: maybe, near20: maybe, near35: maybe, skippedOnBeat: maybe },
  ...{ beatsDue: maybe, longestHole: maybe, typicalAstray: maybe, gapSpread: maybe, seconds: maybe },
  ...{ outLow: maybe, outMid: maybe, outHigh: maybe, inLow: maybe, inMid: maybe, inHigh: maybe },
  ...{ slots: maybe, activeSlots: maybe, slotSum: maybe, slotSquares: maybe },
  ...{ startedLow: maybe, startedMid: maybe, startedHigh: maybe },
  ...{ sessionStart: maybe, sessionEnd: maybe, sessionBytesOut: maybe, sessionBytesIn: maybe },
  ...{ sessionPacketsOut: maybe, sessionPacketsIn: maybe },
  ...{ channelSlots: maybe, channelDue: maybe, packetsLow: maybe, packetsMid: maybe, packetsHigh: maybe },
});

/** One conversation with the numbers of its pace, its counts and its longest session, where it has them. */
export type C2Row = v.InferOutput<typeof c2Row>;

/** The conversations worth judging; with a focus, all of that address. */
export function c2Candidates(inputs: Inputs): Query<C2Row> {
  const { settings, context, focus } = inputs;
  // Wide: what `judge` says no to is left out here only where it cannot be a yes.
  const worthJudging =
    focus.address !== undefined
      ? sql`TRUE`
      : sql`2 * near_35 >= gaps AND period >= ${settings.floorWindows * 0.8} * c.window_seconds OR slots >= 1 OR session_start IS NOT NULL`;
  return {
    name: 'c2 candidates',
    row: c2Row,
    sql: sql`
      WITH
      ${talks(inputs)},
      ${starts},
      ${paces(settings.minStarts)},
      ${counts(settings)},
      ${channels(inputs)},
      chosen AS (
        SELECT t.*, ${columnsOf('p', ofPace)}, ${columnsOf('k', ofCounts)}, ${columnsOf('l', ofSession)},
          ${columnsOf('c', ofChannel)}, count(*) OVER () AS looked
        FROM talks AS t
        LEFT JOIN paces AS p USING (talk)
        LEFT JOIN counts AS k USING (talk)
        LEFT JOIN longest_sessions AS l USING (talk)
        LEFT JOIN channels AS c USING (talk)
      ),
      kept AS (
        SELECT *,
          CASE WHEN near_35 >= 0.4 * gaps AND period >= ${settings.floorWindows * 0.9} * window_seconds
              THEN round(8 * ln(period))
            WHEN slot_squares / slots - slot_sum * slot_sum / slots / slots < 0.8 * slot_sum / slots
              THEN round(8 * ln((last_seen - first_seen) / sessions)) END AS pitch,
          coalesce((near_35 - 0.4 * gaps) / sqrt(gaps), 0) AS promise
        FROM chosen AS c
        WHERE ${worthJudging}
      ),
      alikes AS (
        SELECT asn, service_port, pitch, count(DISTINCT local) AS hosts
        FROM kept
        WHERE asn IS NOT NULL AND pitch IS NOT NULL
        GROUP BY asn, service_port, pitch
      ),
      siblings AS (
        SELECT talk, row_number() OVER (PARTITION BY local, asn, service_port, pitch ORDER BY sessions DESC, peer) - 1
          AS busier
        FROM kept
        WHERE asn IS NOT NULL AND pitch IS NOT NULL
      ),
      best AS (
        SELECT k.*, coalesce(x.hosts, 0) AS alike, coalesce(b.busier, 0) AS siblings
        FROM kept AS k
        LEFT JOIN siblings AS b ON b.talk = k.talk
        LEFT JOIN alikes AS x ON x.asn = k.asn AND x.service_port = k.service_port AND x.pitch = k.pitch
        ORDER BY CASE WHEN k.locals <= ${fewHosts(settings, context)} THEN 0 ELSE 1 END, promise DESC, k.sessions DESC, k.talk
        LIMIT ${settings.maxCandidates}
      ),
      sizes AS (
        SELECT talk, count(DISTINCT port) AS ports, quantile_cont("end" - start, 0.5) AS seconds,
          quantile_cont(bytes_out, 0.25) AS out_low, quantile_cont(bytes_out, 0.5) AS out_mid,
          quantile_cont(bytes_out, 0.75) AS out_high, quantile_cont(bytes_in, 0.25) AS in_low,
          quantile_cont(bytes_in, 0.5) AS in_mid, quantile_cont(bytes_in, 0.75) AS in_high
        FROM starts
        WHERE talk IN (SELECT talk FROM best)
        GROUP BY talk
      )
      SELECT k.traffic, k.local, k.peer, k.service_port AS "servicePort", k.protocol, k.swapped,
        k.undecided = 1 AS undecided, k.is_foreign AS "foreign", ${cast('k', 'BIGINT', counted)},
        ${cast('k', 'DOUBLE', measured)}, ${cast('z', 'DOUBLE', sized)},
        CASE WHEN k.protocol = 6 AND k.sessions > 2 * z.ports THEN z.ports END AS connections,
        k.asn, k.network, k.country, k.provider, k.set_aside AS "setAside"
      FROM best AS k
      LEFT JOIN sizes AS z ON z.talk = k.talk
      ORDER BY promise DESC, k.talk`,
  };
}

function columnsOf(table: string, columns: Columns): Sql {
  return list(columns.map(([column]) => sql`${id(table)}.${id(column)}`));
}

function cast(table: string, type: 'BIGINT' | 'DOUBLE', columns: Columns): Sql {
  return list(
    columns.map(([column, name]) => sql`CAST(${id(table)}.${id(column)} AS ${trusted(type)}) AS ${id(name)}`),
  );
}

type Columns = readonly (readonly [string, string])[];

/** `[column, name of the property]` of snake_case columns. */
function named(...columns: readonly string[]): Columns {
  return columns.map((column) => [
    column,
    column.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
  ]);
}

const counted = named(
  ...['sessions', 'answered', 'rejected', 'flows', 'packets_out', 'bytes_out', 'packets_in', 'bytes_in'],
  ...[
    'first_seen',
    'last_seen',
    'longest',
    'window_seconds',
    'locals',
    'peer_first_seen',
    'looked',
    'alike',
    'siblings',
  ],
);
const ofPace = named(
  ...[
    'period',
    'dead_seconds',
    'visits',
    'gaps',
    'first_start',
    'last_start',
    'early',
    'on_grid',
    'near_10',
    'near_20',
  ],
  ...['near_35', 'skipped_on_beat', 'beats_due', 'longest_hole', 'typical_astray', 'gap_spread'],
);
const ofCounts = named(
  ...['slots', 'active_slots', 'slot_sum', 'slot_squares', 'started_low', 'started_mid', 'started_high'],
);
const ofSession = named(
  ...['session_start', 'session_end', 'session_bytes_out', 'session_bytes_in', 'session_packets_out'],
  ...['session_packets_in'],
);
const ofChannel = named('channel_slots', 'channel_due', 'packets_low', 'packets_mid', 'packets_high');
const measured = [...ofPace, ...ofCounts, ...ofSession, ...ofChannel];
const sized = named('seconds', 'out_low', 'out_mid', 'out_high', 'in_low', 'in_mid', 'in_high');

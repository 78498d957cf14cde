import * as v from 'valibot';

const number = v.number();
const maybe = v.nullable(number);
const text = v.nullable(v.string());
const roster = v.nullable(v.array(v.nullable(v.union([v.string(), v.number()]))));

/** Numbers that a row has where the candidate has them: `[column, property]`. */
type Columns = readonly (readonly [string, string])[];

/** `[column, name of the property]` of snake_case columns. */
function named(...columns: readonly string[]): Columns {
  return columns.map((column) => [
    column,
    column.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
  ]);
}

/** The columns of the relations that make a row, by relation. */
export const rowColumns = {
  counted: named(
    ...['sessions', 'answered', 'rejected', 'flows', 'packets_out', 'bytes_out', 'packets_in', 'bytes_in'],
    ...['first_seen', 'last_seen', 'longest', 'window_seconds', 'locals', 'callers', 'members', 'networks'],
    ...['alike', 'network_hosts', 'port_hosts'],
  ),
  pace: named(
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
    ],
    ...['near_20', 'near_35', 'skipped_on_beat', 'beats_due', 'longest_hole', 'typical_astray', 'gap_spread'],
    ...['bouts', 'longest_bout', 'bout_since', 'bout_until', 'bout_visits', 'active_seconds'],
  ),
  counts: named(
    ...['slots', 'slot_bouts', 'active_slots', 'slot_sum', 'slot_squares', 'started_low', 'started_mid'],
    'started_high',
  ),
  session: named(
    ...['session_start', 'session_end', 'session_bytes_out', 'session_bytes_in', 'session_packets_out'],
    'session_packets_in',
  ),
  channel: named('channel_slots', 'channel_due', 'packets_low', 'packets_mid', 'packets_high'),
  sizes: named(
    ...[
      'seconds',
      'out_low',
      'out_mid',
      'out_high',
      'in_low',
      'in_mid',
      'in_high',
      'day_hours',
      'host_hours',
    ],
  ),
  mesh: named(
    ...[
      'kept_up',
      'exchange_mid',
      'bulk_share',
      'called_share',
      'sharing_peers',
      'stay_mid',
      'hours',
      'hours_due',
    ],
    ...['hour_low', 'hour_mid', 'hour_high', 'return_mid', 'returns', 'returns_near'],
  ),
} as const;

/** The shape of a row: every candidate with the numbers that it has. */
export const c2Row = v.object({
  ...{ shape: v.picklist(['pair', 'row', 'mesh']), way: v.picklist(['out', 'swapped', 'in']) },
  ...{ traffic: v.string(), local: v.string(), peer: v.string(), servicePort: maybe, protocol: maybe },
  ...{ undecided: v.boolean(), foreign: v.boolean(), looked: number, pitch: maybe },
  ...{ sessions: number, answered: number, rejected: number, flows: number },
  ...{ packetsOut: number, bytesOut: number, packetsIn: number, bytesIn: number },
  ...{ firstSeen: number, lastSeen: number, longest: number, windowSeconds: number },
  ...{ locals: number, callers: number, members: number, networks: number },
  ...{ alike: number, networkHosts: number, portHosts: number },
  ...{ asn: maybe, network: text, country: text, provider: text, setAside: text },
  ...{ connections: maybe, period: maybe, deadSeconds: maybe, visits: maybe, gaps: maybe },
  ...{ firstStart: maybe, lastStart: maybe, early: maybe, onGrid: maybe },
  ...{
    near10: maybe,
    near20: maybe,
    near35: maybe,
    skippedOnBeat: maybe,
    beatsDue: maybe,
    longestHole: maybe,
  },
  ...{ typicalAstray: maybe, gapSpread: maybe, bouts: maybe, longestBout: maybe, boutSince: maybe },
  ...{ boutUntil: maybe, boutVisits: maybe, activeSeconds: maybe },
  ...{ slots: maybe, slotBouts: maybe, activeSlots: maybe, slotSum: maybe, slotSquares: maybe },
  ...{ startedLow: maybe, startedMid: maybe, startedHigh: maybe },
  ...{ sessionStart: maybe, sessionEnd: maybe, sessionBytesOut: maybe, sessionBytesIn: maybe },
  ...{ sessionPacketsOut: maybe, sessionPacketsIn: maybe },
  ...{ channelSlots: maybe, channelDue: maybe, packetsLow: maybe, packetsMid: maybe, packetsHigh: maybe },
  ...{
    seconds: maybe,
    outLow: maybe,
    outMid: maybe,
    outHigh: maybe,
    inLow: maybe,
    inMid: maybe,
    inHigh: maybe,
  },
  ...{ dayHours: maybe, hostHours: maybe },
  ...{ keptUp: maybe, exchangeMid: maybe, bulkShare: maybe, calledShare: maybe, sharingPeers: maybe },
  ...{ stayMid: maybe, hours: maybe, hoursDue: maybe, hourLow: maybe, hourMid: maybe, hourHigh: maybe },
  ...{ returnMid: maybe, returns: maybe, returnsNear: maybe },
  ...{ memberSeconds: maybe, peerNames: roster, peerSince: roster, peerUntil: roster, peerSessions: roster },
  ...{ peerNetworks: roster, peerCountries: roster },
});

/** A candidate with the numbers of its pace, its counts, its longest session and its members, where it has them. */
export type C2Row = v.InferOutput<typeof c2Row>;

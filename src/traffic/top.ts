import * as v from 'valibot';
import type { Registration } from '../registries/registration.ts';
import { sumOf } from '../sql/dialect.ts';
import type { Query, RowSchema } from '../sql/query.ts';
import { and, id, list, nothing, type Sql, sql, trusted } from '../sql/sql.ts';
import { bestName } from './names.ts';
import { peersNewSince } from './new-peers.ts';
import { during, type Period } from './period.ts';

export const topGroups = ['flow', 'peer', 'local', 'asn', 'country', 'port'] as const;
export const topOrders = ['flows', 'bytes', 'packets'] as const;
/** Rows of each ranking on a page of several. */
export const rowsOfRankings = 12;
export type TopGroup = (typeof topGroups)[number];
export type TopOrder = (typeof topOrders)[number];

/** What a filter asks of the records that go into groups, and of the groups that come out. */
export interface TopConditions {
  readonly records: Sql;
  readonly groups: Sql;
}

export interface TopOptions extends Period {
  readonly by?: TopOrder;
  readonly group?: TopGroup;
  /** Rows at most; 1000 as the notebook has it. */
  readonly limit?: number;
  /** Show set-asides too. */
  readonly all?: boolean;
  /** Only peers whose first record ever starts at or after this time, in Unix seconds. */
  readonly newSince?: number;
}

const text = v.nullable(v.string());
const number = v.nullable(v.number());
const measured = { flows: v.number(), packets: v.number(), bytes: v.number() };
const named = { name: text, names: v.number() };
const labelled = {
  ...{ asn: number, network: text, country: text, city: text },
  ...{ provider: text, service: text, region: text },
  ...named,
  ...{ setAside: text, mark: text, threatLists: v.nullable(v.array(v.string())) },
};
const peers = { peers: v.number() };

const rows: Readonly<Record<TopGroup, RowSchema<TopRow>>> = {
  flow: v.object({
    rank: v.number(),
    accountId: text,
    interfaceId: text,
    srcAddr: v.nullable(v.string()),
    dstAddr: v.string(),
    dstPort: number,
    protocol: number,
    action: text,
    ...measured,
    ...labelled,
  }),
  peer: v.object({ rank: v.number(), peer: v.string(), ...measured, ...labelled }),
  local: v.object({ rank: v.number(), local: text, ...measured, ...peers, ...named }),
  asn: v.object({ rank: v.number(), asn: number, network: text, provider: text, ...measured, ...peers }),
  country: v.object({ rank: v.number(), country: text, ...measured, ...peers }),
  port: v.object({ rank: v.number(), dstPort: number, protocol: number, ...measured, ...peers }),
};

/** One row of `top`. Columns that the grouping does not have are absent; unknown values are null. */
export interface TopRow {
  readonly rank: number;
  readonly accountId?: string | null;
  readonly interfaceId?: string | null;
  readonly srcAddr?: string | null;
  readonly dstAddr?: string;
  readonly dstPort?: number | null;
  readonly protocol?: number | null;
  readonly action?: string | null;
  readonly peer?: string;
  readonly local?: string | null;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
  /** Distinct peers behind the row, for the groupings that join several. */
  readonly peers?: number;
  readonly asn?: number | null;
  readonly network?: string | null;
  readonly country?: string | null;
  readonly city?: string | null;
  readonly provider?: string | null;
  readonly service?: string | null;
  readonly region?: string | null;
  /** The best name that DNS logs give the address: what the source asked for last, else any host; and how many there are. */
  readonly name?: string | null;
  readonly names?: number;
  /** The set-aside that the peer belongs to; shown in spite of it where `all` asks so or the peer is exposed. */
  readonly setAside?: string | null;
  /** What the hunter said of the peer. */
  readonly mark?: string | null;
  /** Names of the threat lists that the peer is on; null where none. */
  readonly threatLists?: readonly string[] | null;
  /** What a registry said of the destination, in a hunt; null: nothing is known. */
  readonly registry?: Registration | null;
}

interface Grouping {
  /** Columns that make a row, with the names they have in the answer. */
  readonly keys: readonly { readonly column: Sql; readonly as: string }[];
  /** The address whose labels the row carries. */
  readonly labelOf?: string;
  /** The address whose names it carries, where that has no labels of the Internet. */
  readonly nameOf?: string;
  /** The local address that talks to it, whose own name for it is preferred. */
  readonly localIs?: string;
  readonly countsPeers: boolean;
  /** The keys are labels of the peer, under the name `label`. */
  readonly byLabel?: boolean;
}

const key = (column: string, as: string) => ({ column: id(column), as });

const groupings: Readonly<Record<TopGroup, Grouping>> = {
  flow: {
    keys: [
      key('account_id', 'accountId'),
      key('interface_id', 'interfaceId'),
      key('srcaddr', 'srcAddr'),
      key('dstaddr', 'dstAddr'),
      key('dstport', 'dstPort'),
      key('protocol', 'protocol'),
      key('action', 'action'),
    ],
    labelOf: 'dstAddr',
    localIs: 'srcAddr',
    countsPeers: false,
  },
  peer: { keys: [key('peer', 'peer')], labelOf: 'peer', countsPeers: false },
  local: { keys: [key('local', 'local')], nameOf: 'local', countsPeers: true },
  asn: {
    keys: [
      { column: sql`label.asn`, as: 'asn' },
      { column: sql`label.network`, as: 'network' },
      { column: sql`label.provider`, as: 'provider' },
    ],
    byLabel: true,
    countsPeers: true,
  },
  country: { keys: [{ column: sql`label.country`, as: 'country' }], byLabel: true, countsPeers: true },
  port: { keys: [key('dstport', 'dstPort'), key('protocol', 'protocol')], countsPeers: true },
};

/**
 * The largest groups of records to the Internet, without noise and, unless `all`, without set-asides: the
 * notebook's last table. Ties are broken by the keys, so that the answer is always the same.
 */
export function top(options: TopOptions = {}, conditions?: TopConditions): Query<TopRow> {
  const { by = 'flows', group = 'flow', limit = 1000, all = false } = options;
  const { keys, labelOf, nameOf = labelOf, localIs, countsPeers, byLabel = false } = groupings[group];
  const names = keys.map(({ as }) => id(as));
  const total = sql`${id(by)} DESC, ${list(names.map((name) => sql`${name} ASC NULLS FIRST`))}`;
  const best =
    nameOf === undefined
      ? undefined
      : bestName(trusted('largest'), id(nameOf), localIs === undefined ? undefined : id(localIs));
  const nameColumns = best === undefined ? nothing : sql`, ${best.name} AS name, ${best.names} AS names`;
  const labels =
    labelOf === undefined
      ? nothing
      : sql`, label.asn, label.network, label.country, label.city, label.provider, label.service, label.region,
          label.set_aside AS "setAside", label.mark, label.threat_lists AS "threatLists"`;
  const labelJoin =
    labelOf === undefined
      ? nothing
      : sql`LEFT JOIN addresses AS label ON label.address = largest.${id(labelOf)}`;
  const isNew =
    options.newSince === undefined ? undefined : sql`dstaddr IN (${peersNewSince(options.newSince)})`;
  return {
    name: `top ${group} by ${by}`,
    sql: sql`
      SELECT row_number() OVER (ORDER BY ${total}) AS rank, largest.*${labels}${nameColumns}
      FROM (
        SELECT ${list(keys.map(({ column, as }) => sql`${column} AS ${id(as)}`))},
          count(*) AS flows, coalesce(${sumOf(sql`packets`)}, 0) AS packets, coalesce(${sumOf(sql`bytes`)}, 0) AS bytes${
            countsPeers ? sql`, count(DISTINCT peer) AS peers` : nothing
          }
        FROM labelled_outbound_flows${
          byLabel ? sql` LEFT JOIN addresses AS label ON label.address = dstaddr` : nothing
        }
        WHERE ${and(during(options), all ? undefined : sql`dst_set_aside IS NULL`, isNew, conditions?.records)}
        GROUP BY ${list(keys.map((_, index) => trusted(String(index + 1))))}${
          conditions === undefined ? nothing : sql` HAVING ${conditions.groups}`
        }
        ORDER BY ${total}
        LIMIT ${limit}
      ) AS largest
      ${labelJoin} ${best?.joins ?? nothing}
      ORDER BY rank`,
    row: rows[group],
  };
}

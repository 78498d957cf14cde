import * as v from 'valibot';
import type { Query, RowSchema } from '../sql/query.ts';
import { and, id, list, nothing, type Sql, sql, trusted } from '../sql/sql.ts';
import { bestName } from '../traffic/names.ts';
import type { TopGroup } from '../traffic/top.ts';
import type { Facts } from './facts.ts';
import { labelsOfPeers, labelsOfRows } from './tops.ts';
import { endKey, outbound, type View } from './view.ts';

const text = v.nullable(v.string());
const number = v.nullable(v.number());

/** A column of the answer: what it is called, what it holds, and whether that is an end, told by its number. */
interface Column {
  readonly as: string;
  readonly sql: Sql;
  readonly isEnd?: true;
  readonly row: v.GenericSchema;
}

interface Grouping {
  readonly keys: readonly Column[];
  /** The end that carries labels; `peer` where keys are labels themselves. */
  readonly labelled?: 'dst';
  readonly byLabel?: true;
  readonly countsPeers?: true;
}

const src = { as: 'src', sql: sql`src`, isEnd: true, row: text } as const;
const dst = { as: 'dst', sql: sql`dst`, isEnd: true, row: v.string() } as const;
const port = { as: 'dstPort', sql: sql`dst_port`, row: number };
const protocol = { as: 'protocol', sql: sql`protocol`, row: number };
const label = (name: string, row: v.GenericSchema = text) => ({ as: name, sql: sql`a.${id(name)}`, row });

const groupings: Readonly<Record<TopGroup, Grouping>> = {
  flow: {
    keys: [
      { as: 'accountId', sql: sql`account_id`, row: text },
      { as: 'interfaceId', sql: sql`interface_id`, row: text },
      { ...src, as: 'srcAddr' },
      { ...dst, as: 'dstAddr' },
      port,
      protocol,
      { as: 'action', sql: sql`action`, row: text },
    ],
    labelled: 'dst',
  },
  peer: { keys: [{ ...dst, as: 'peer' }], labelled: 'dst' },
  local: { keys: [{ ...src, as: 'local' }], countsPeers: true },
  asn: {
    keys: [label('asn', number), label('network'), label('provider')],
    byLabel: true,
    countsPeers: true,
  },
  country: { keys: [label('country')], byLabel: true, countsPeers: true },
  port: { keys: [port, protocol], countsPeers: true },
};

/** What stands behind the number of a place. */
const placeColumns: Readonly<Record<string, Sql>> = {
  accountId: sql`p.account_id`,
  interfaceId: sql`p.interface_id`,
  action: sql`p.action`,
};

/** The keys as the facts have them: sums know account, interface and action by one number. */
function keysOf({ byPlace }: Facts, group: TopGroup): readonly Column[] {
  const { keys } = groupings[group];
  if (!byPlace || group !== 'flow') return keys;
  return [
    { as: 'place', sql: sql`place`, row: v.number() },
    ...keys.filter(({ as }) => !(as in placeColumns)),
  ];
}

const labels = ['asn', 'network', 'country', 'city', 'provider', 'service', 'region'] as const;

/** The columns that a list of the grouping can be sorted by. */
export function sortable(group: TopGroup): readonly string[] {
  const { keys, labelled, countsPeers } = groupings[group];
  return [
    ...['flows', 'packets', 'bytes'],
    ...keys.map(({ as }) => as),
    ...(labelled === undefined ? [] : labels),
    ...(countsPeers ? ['peers'] : []),
  ];
}

const measured = sql`CAST(sum(flows) AS BIGINT) AS flows, CAST(coalesce(sum(packets), 0) AS BIGINT) AS packets,
  CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes`;

/** Every row of the list, in no order, ends and labels still as numbers of addresses; `groups` is asked of rows. */
export function listOfGroups(
  facts: Facts,
  view: View,
  group: TopGroup,
  groups: Sql | undefined,
  peers?: Sql,
): Sql {
  const { byLabel, countsPeers } = groupings[group];
  const chosen = groups === undefined ? nothing : sql` WHERE ${groups}`;
  if (byLabel) {
    return sql`SELECT * FROM (${labelCounts(facts, view, group, peers)})${chosen}`;
  }
  return sql`SELECT * FROM (${countsPeers ? peerCounts(facts, view, group) : sumsOfKeys(facts, view, group)})${chosen}`;
}

/** Sums by labels, with how many peers there are. The list of peers has the same sums already, where it was made. */
function labelCounts(facts: Facts, view: View, group: TopGroup, peers: Sql | undefined): Sql {
  const { named, columns } = columnsOfKeys(facts, group);
  if (facts.columns.labelSet === undefined) {
    return sql`
      SELECT ${named}, ${measured}, count(*) AS peers
      FROM ${peers ?? sql`(${sumsOfKeys(facts, view, 'peer')})`} AS p
      LEFT JOIN addresses AS a ON a.${endKey(facts)} = p.peer
      GROUP BY ${columns}`;
  }
  const byLabel = peers === undefined ? labelsOfRows(outbound(facts, view)) : labelsOfPeers(peers);
  return sql`
    SELECT ${named}, ${measured}, CAST(sum(peers) AS BIGINT) AS peers
    FROM (${byLabel}) AS p LEFT JOIN workbench_label_sets AS a ON a.label_set = p.label_set
    GROUP BY ${columns}`;
}

/** Sums by the keys of the grouping. A row that shares them with no other one is its own sum, and need not be grouped. */
function sumsOfKeys(facts: Facts, view: View, group: TopGroup): Sql {
  const { named, columns } = columnsOfKeys(facts, group);
  const alone = facts.alone[group];
  const { labelSet } = facts.columns;
  // The labels of a peer are the same in all its rows.
  const more =
    group === 'peer' && labelSet !== undefined ? sql`, any_value(${labelSet.column}) AS label_set` : nothing;
  const grouped = (rows: View) =>
    sql`SELECT ${named}, ${measured}${more} FROM ${outbound(facts, rows)} GROUP BY ${columns}`;
  if (alone === undefined) return grouped(view);
  return sql`
    SELECT ${named}, flows, coalesce(packets, 0) AS packets, coalesce(bytes, 0) AS bytes
    FROM ${outbound(facts, among(view, alone))}
    UNION ALL ${grouped(among(view, sql`NOT ${alone}`))}`;
}

/** The same, with how many peers there are. A row that shares keys and peer with no other one is a peer of its own. */
function peerCounts(facts: Facts, view: View, group: TopGroup): Sql {
  const { named, columns, names } = columnsOfKeys(facts, group);
  const alone = facts.alone[group];
  const grouped = (rows: View) => sql`
    SELECT ${named}, ${measured}, count(*) AS peers
    FROM (SELECT ${columns}, dst AS to_count, ${measured} FROM ${outbound(facts, rows)} GROUP BY ${columns}, dst)
    GROUP BY ${columns}`;
  if (alone === undefined) return grouped(view);
  return sql`
    SELECT ${names}, ${measured}, CAST(sum(peers) AS BIGINT) AS peers FROM (
      SELECT ${named}, ${measured}, count(*) AS peers FROM ${outbound(facts, among(view, alone))} GROUP BY ${columns}
      UNION ALL ${grouped(among(view, sql`NOT ${alone}`))})
    GROUP BY ${names}`;
}

function among(view: View, condition: Sql): View {
  return { ...view, rows: and(view.rows, condition) };
}

function columnsOfKeys(facts: Facts, group: TopGroup) {
  const keys = keysOf(facts, group);
  return {
    columns: list(keys.map(({ sql: column }) => column)),
    names: list(keys.map(({ as }) => id(as))),
    named: list(keys.map(({ as, sql: column }) => sql`${column} AS ${id(as)}`)),
  };
}

export interface Window {
  readonly sort: string;
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** A window of the list that {@link listOfGroups} gave, in order, with addresses and labels as texts. */
export function windowOfList(
  facts: Facts,
  table: Sql,
  group: TopGroup,
  window: Window,
): Query<Record<string, unknown>> {
  const { sort, descending, offset, limit } = window;
  const { keys: shown, labelled } = groupings[group];
  const keys = keysOf(facts, group);
  const ends = keys.filter(({ isEnd }) => isEnd);
  const end = keys.find(({ as }) => as === 'dstAddr' || as === 'peer');
  const behindPlace = (as: string) => (keys.some((key) => key.as === 'place') ? placeColumns[as] : undefined);
  const joinsOf = (addresses: (as: string) => Sql) => [
    ...ends.map(({ as }) => {
      const joined = id(`end_${as}`);
      return sql` LEFT JOIN ${addresses(as)} AS ${joined} ON ${joined}.${endKey(facts)} = l.${id(as)}`;
    }),
    ...(behindPlace('action') === undefined
      ? []
      : [sql` LEFT JOIN workbench_places AS p ON p.place = l.place`]),
  ];
  // Labels are read of the addresses of the window alone, where the order does not need them.
  const joins = joinsOf(
    (as) => sql`(SELECT * FROM addresses WHERE ${endKey(facts)} IN (SELECT ${id(as)} FROM shown_window))`,
  );
  const labelOf = (name: string) => sql`${id(`end_${end?.as}`)}.${id(name)}`;
  const isLabel = labelled !== undefined && labels.some((name) => name === sort);
  const isEnd = ends.some(({ as }) => as === sort);
  const direction = descending ? sql`DESC NULLS LAST` : sql`ASC NULLS LAST`;
  // Addresses in the order of their numbers: 9.0.0.0 is before 10.0.0.0.
  const isText = facts.columns.ends === 'address';
  const byText = isEnd && isText ? sql`${id(`end_${sort}`)}.address_id` : undefined;
  const column = (isLabel ? labelOf(sort) : (behindPlace(sort) ?? byText)) ?? sql`l.${id(sort)}`;
  const order = (value: Sql) =>
    sql`${value} ${direction}, ${list(keys.map(({ as }) => sql`l.${id(as)} ASC NULLS FIRST`))}`;
  const inner =
    isLabel || behindPlace(sort) !== undefined || byText !== undefined
      ? list(
          joinsOf(() => sql`addresses`),
          '',
        )
      : nothing;
  const columns = shown.map(({ as, isEnd: whether }) =>
    whether
      ? sql`${id(`end_${as}`)}.address AS ${id(as)}`
      : sql`${behindPlace(as) ?? sql`l.${id(as)}`} AS ${id(as)}`,
  );
  const more =
    labelled === undefined
      ? []
      : [
          ...labels.map((name) => labelOf(name)),
          sql`${labelOf('set_aside')} AS "setAside"`,
          labelOf('mark'),
          sql`${labelOf('threat_lists')} AS "threatLists"`,
        ];
  // Names are joined to the window alone, by the text of its addresses.
  const whose = end ?? keys.find(({ as }) => as === 'local');
  const named =
    whose === undefined
      ? undefined
      : bestName(trusted('w'), id(whose.as), whose.as === 'dstAddr' ? id('srcAddr') : undefined);
  return {
    name: `destinations by ${group}`,
    sql: sql`
      WITH shown_window AS MATERIALIZED (
        SELECT ${offset} + row_number() OVER (ORDER BY ${order(sql`l.sorted_by`)}) AS rank, l.* FROM (
          SELECT l.*, ${column} AS sorted_by FROM ${table} AS l${inner}
          ORDER BY ${order(sql`sorted_by`)} LIMIT ${limit} OFFSET ${offset}
        ) AS l
      )
      SELECT w.*${named === undefined ? nothing : sql`, ${named.name} AS name, ${named.names} AS names`}
      FROM (
      SELECT rank, ${list([...columns, sql`flows`, sql`packets`, sql`bytes`, ...(groupings[group].countsPeers ? [sql`peers`] : []), ...more])}
      FROM shown_window AS l${list(joins, '')}
      ) AS w ${named?.joins ?? nothing}
      ORDER BY rank`,
    row: rowOf(group),
  };
}

function rowOf(group: TopGroup): RowSchema<Record<string, unknown>> {
  const { keys, labelled, countsPeers } = groupings[group];
  const entries: Record<string, v.GenericSchema> = {
    rank: v.number(),
    ...Object.fromEntries(keys.map(({ as, row }) => [as, row])),
    ...{ flows: v.number(), packets: v.number(), bytes: v.number() },
    ...(countsPeers ? { peers: v.number() } : {}),
    ...(labelled === undefined
      ? {}
      : {
          ...{
            asn: number,
            network: text,
            country: text,
            city: text,
            provider: text,
            service: text,
            region: text,
          },
          ...{
            setAside: text,
            mark: text,
            threatLists: v.nullable(v.array(v.string())),
          },
        }),
    ...(keys.some(({ isEnd }) => isEnd) ? { name: text, names: v.number() } : {}),
  };
  return v.object(entries) as RowSchema<Record<string, unknown>>;
}

const countRow = v.object({ total: v.number(), flows: v.number(), packets: v.number(), bytes: v.number() });

/** How long the list is, and its sums. */
export function lengthOfList(table: Sql): Query<v.InferOutput<typeof countRow>> {
  const total = (name: string) => sql`CAST(coalesce(sum(${id(name)}), 0) AS BIGINT) AS ${id(name)}`;
  return {
    name: 'length of the list',
    sql: sql`SELECT count(*) AS total, ${total('flows')}, ${total('packets')}, ${total('bytes')} FROM ${table}`,
    row: countRow,
  };
}

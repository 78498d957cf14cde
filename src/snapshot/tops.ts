import { lengthOfList, listOfGroups, windowOfList } from '../picture/destinations.ts';
import { factsOfRows, rowsToInternet } from '../picture/overview.ts';
import { rankings } from '../picture/tops.ts';
import { type Sql, sql } from '../sql/sql.ts';
import type { Period } from '../traffic/period.ts';
import type { TopGroup, TopOrder } from '../traffic/top.ts';
import type { Chosen } from './basis.ts';
import { firstOf, useList } from './destinations.ts';
import type { Snapshot } from './snapshot.ts';

const rowsTable = sql`overview_rows`;
const peersTable = sql`overview_peers`;
const noTotals = { flows: 0, packets: 0, bytes: 0 };
const nothing = { totals: noTotals, networks: [], countries: [], ports: [], locals: [] };

interface TopsOptions {
  readonly period: Period;
  readonly by: TopOrder;
  readonly asides: boolean;
  readonly rows: number;
}

/**
 * The largest networks, countries, ports and local hosts, and what they are of altogether. Where neither time nor a filter
 * on rows narrows them, they are the first of the lists of destinations, which stay.
 */
export async function topsIn(snapshot: Snapshot, chosen: Chosen, options: TopsOptions, signal: AbortSignal) {
  const { period } = options;
  const { facts, rows } = chosen;
  const isAll = facts.basis === 'cube' && [rows, period.from, period.to].every((one) => one === undefined);
  if (isAll) return ofLists(snapshot, chosen, options, signal);
  const wanted = rowsToInternet(facts, { period, rows, asides: options.asides });
  return facts.basis === 'cube'
    ? ofSums(snapshot, wanted, chosen, options, signal)
    : ofRecords(snapshot, wanted, chosen, options, signal);
}

async function ofLists(
  snapshot: Snapshot,
  { groups }: Chosen,
  { by, asides, rows }: TopsOptions,
  signal: AbortSignal,
) {
  const top = async (group: TopGroup) =>
    (await firstOf(snapshot, { group, asides, by, rows, groups }, signal)).rows;
  const { total: _, ...totals } = await useList(
    snapshot,
    { group: 'peer', asides },
    signal,
    async (_chosen, _list, about) => about,
  );
  return {
    totals,
    networks: await top('asn'),
    countries: await top('country'),
    ports: await top('port'),
    locals: await top('local'),
  };
}

function ofSums(
  { connections }: Snapshot,
  wanted: Sql,
  { groups }: Chosen,
  { by, rows }: TopsOptions,
  signal: AbortSignal,
) {
  return connections.lend(signal, async (engine) => {
    const [found] = await engine.ask(rankings(wanted, { by, rows, groups }), signal);
    return found ?? nothing;
  });
}

/** Records know their ends as texts. Their groups are put together once, in a table of the connection. */
function ofRecords(
  { connections }: Snapshot,
  wanted: Sql,
  { facts, groups }: Chosen,
  { period, by, rows }: TopsOptions,
  signal: AbortSignal,
) {
  const found = factsOfRows(facts, rowsTable);
  const listed = (group: TopGroup, of: Sql | undefined, peers?: Sql) =>
    listOfGroups(found, { period, asides: true }, group, of, peers);
  return connections.lend(signal, async (engine) => {
    await engine.define(sql`CREATE OR REPLACE TEMP TABLE ${rowsTable} AS ${wanted}`, signal);
    const peers = listed('peer', undefined);
    await engine.define(sql`CREATE OR REPLACE TEMP TABLE ${peersTable} AS ${peers}`, signal);
    const top = async (group: TopGroup, from?: Sql) => {
      const list = sql`(${listed(group, groups, from)})`;
      const window = { sort: by, descending: true, offset: 0, limit: rows };
      const ranked = await engine.ask(windowOfList(found, list, group, window), signal);
      return ranked.map(({ rank: _, ...row }) => row);
    };
    const [about = noTotals] = await engine.ask(lengthOfList(peersTable), signal);
    const { flows, packets, bytes } = about;
    return {
      totals: { flows, packets, bytes },
      networks: await top('asn', peersTable),
      countries: await top('country', peersTable),
      ports: await top('port'),
      locals: await top('local'),
    };
  });
}

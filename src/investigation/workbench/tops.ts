import type { DuckDb } from '../../engine/duckdb.ts';
import { lengthOfList, listOfGroups, windowOfList } from '../../picture/destinations.ts';
import { factsOfRows, rowsToInternet } from '../../picture/overview.ts';
import {
  sumsOfLabels,
  type TopSources,
  topCountries,
  topLocals,
  topNetworks,
  topPorts,
} from '../../picture/tops.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { Period } from '../../traffic/period.ts';
import type { TopGroup, TopOrder } from '../../traffic/top.ts';
import type { Chosen } from './basis.ts';
import { useList } from './destinations.ts';
import type { Ground } from './ground.ts';

const rowsTable = sql`overview_rows`;
const peersTable = sql`overview_peers`;
const labelsTable = sql`overview_labels`;

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
export async function topsIn(ground: Ground, chosen: Chosen, options: TopsOptions, signal: AbortSignal) {
  const { period } = options;
  const { facts, rows } = chosen;
  const isAll = facts.basis === 'cube' && [rows, period.from, period.to].every((one) => one === undefined);
  return isAll
    ? ofLists(ground, chosen, options, signal)
    : ground.connections.lend(signal, (engine) => ofRows(engine, chosen, options, signal));
}

async function ofLists(
  ground: Ground,
  { groups }: Chosen,
  { by, asides, rows }: TopsOptions,
  signal: AbortSignal,
) {
  const window = { sort: by, descending: true, offset: 0, limit: rows };
  const top = (group: TopGroup) =>
    useList(ground, { group, asides }, signal, async ({ facts }, list) => {
      const asked = groups === undefined ? list : sql`(SELECT * FROM ${list} WHERE ${groups})`;
      const ranked = await ground.connections.lend(signal, (engine) =>
        engine.rows(windowOfList(facts, asked, group, window), signal),
      );
      return ranked.map(({ rank: _, ...row }) => row);
    });
  const { total: _, ...totals } = await useList(
    ground,
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

/** The rows of the view are looked for once, into a table of the connection; the tops are counted from it. */
async function ofRows(engine: DuckDb, chosen: Chosen, options: TopsOptions, signal: AbortSignal) {
  const { facts, rows } = chosen;
  const { period, asides } = options;
  const define = (table: Sql, query: Sql) =>
    engine.define(sql`CREATE OR REPLACE TEMP TABLE ${table} AS ${query}`, signal);
  await define(rowsTable, rowsToInternet(facts, { period, rows, asides }));
  const found = factsOfRows(facts, rowsTable);
  const peers = sql`(${listOfGroups(found, { period, asides: true }, 'peer', undefined)})`;
  const areSums = facts.basis === 'cube';
  const table = areSums ? labelsTable : peersTable;
  await define(table, areSums ? sumsOfLabels(peers) : sql`SELECT * FROM ${peers}`);
  const [total] = await engine.rows(lengthOfList(table), signal);
  const totals = { flows: total?.flows ?? 0, packets: total?.packets ?? 0, bytes: total?.bytes ?? 0 };
  return areSums
    ? { totals, ...(await ofSums(engine, chosen, options, signal)) }
    : { totals, ...(await ofRecords(engine, chosen, options, signal)) };
}

async function ofSums(engine: DuckDb, { groups }: Chosen, { by, rows }: TopsOptions, signal: AbortSignal) {
  const from: TopSources = { rows: rowsTable, labels: labelsTable };
  const options = { by, rows, groups };
  return {
    networks: await engine.rows(topNetworks(from, options), signal),
    countries: await engine.rows(topCountries(from, options), signal),
    ports: await engine.rows(topPorts(from, options), signal),
    locals: await engine.rows(topLocals(from, options), signal),
  };
}

/** Records know their ends as texts. */
async function ofRecords(
  engine: DuckDb,
  { facts, groups }: Chosen,
  { period, by, rows }: TopsOptions,
  signal: AbortSignal,
) {
  const found = factsOfRows(facts, rowsTable);
  const top = async (group: TopGroup, peers?: Sql) => {
    const list = sql`(${listOfGroups(found, { period, asides: true }, group, groups, peers)})`;
    const window = { sort: by, descending: true, offset: 0, limit: rows };
    const ranked = await engine.rows(windowOfList(found, list, group, window), signal);
    return ranked.map(({ rank: _, ...row }) => row);
  };
  return {
    networks: await top('asn', peersTable),
    countries: await top('country', peersTable),
    ports: await top('port'),
    locals: await top('local'),
  };
}

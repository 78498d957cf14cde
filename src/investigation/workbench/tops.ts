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
 * The largest networks, countries, ports and local hosts, and what they are of altogether. The rows of the view are looked
 * for once, into a table of the connection; the tops are counted from it. Where neither time nor filter narrows rows, the
 * list of all peers is the same for every question, and kept.
 */
export async function topsIn(ground: Ground, chosen: Chosen, options: TopsOptions, signal: AbortSignal) {
  const { connections } = ground;
  const { period, asides } = options;
  const { facts, rows } = chosen;
  const isAll = facts.basis === 'cube' && [rows, period.from, period.to].every((one) => one === undefined);
  if (!isAll) return connections.lend(signal, (engine) => topsOf(engine, chosen, options, undefined, signal));
  return useList(ground, { ...period, group: 'peer', asides }, signal, (_, peers) =>
    connections.lend(signal, (engine) => topsOf(engine, chosen, options, peers, signal)),
  );
}

async function topsOf(
  engine: DuckDb,
  chosen: Chosen,
  options: TopsOptions,
  listed: Sql | undefined,
  signal: AbortSignal,
) {
  const { facts, rows } = chosen;
  const { period, asides } = options;
  const wanted = rowsToInternet(facts, { period, rows, asides });
  const define = (table: Sql, query: Sql) =>
    engine.define(sql`CREATE OR REPLACE TEMP TABLE ${table} AS ${query}`, signal);
  // Where nothing is left out, another table would hold the same.
  if (listed === undefined) await define(rowsTable, wanted);
  const found = factsOfRows(facts, rowsTable);
  const peers = listed ?? sql`(${listOfGroups(found, { period, asides: true }, 'peer', undefined)})`;
  const areSums = facts.basis === 'cube';
  const table = areSums ? labelsTable : peersTable;
  await define(table, areSums ? sumsOfLabels(peers) : sql`SELECT * FROM ${peers}`);
  const [total] = await engine.rows(lengthOfList(table), signal);
  const totals = { flows: total?.flows ?? 0, packets: total?.packets ?? 0, bytes: total?.bytes ?? 0 };
  const from = { rows: listed === undefined ? rowsTable : sql`(${wanted})`, labels: labelsTable };
  return areSums
    ? { totals, ...(await ofSums(engine, chosen, from, options, signal)) }
    : { totals, ...(await ofRecords(engine, chosen, options, signal)) };
}

async function ofSums(
  engine: DuckDb,
  { groups }: Chosen,
  from: TopSources,
  { by, rows }: TopsOptions,
  signal: AbortSignal,
) {
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

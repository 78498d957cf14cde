import type { DuckDb } from '../../engine/duckdb.ts';
import { lengthOfList, listOfGroups, windowOfList } from '../../picture/destinations.ts';
import { factsOfRows, rowsToInternet } from '../../picture/overview.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { Period } from '../../traffic/period.ts';
import type { TopGroup, TopOrder } from '../../traffic/top.ts';
import type { Chosen } from './basis.ts';

const rowsTable = sql`overview_rows`;
const peersTable = sql`overview_peers`;

interface TopsOptions {
  readonly period: Period;
  readonly by: TopOrder;
  readonly asides: boolean;
  readonly rows: number;
}

/**
 * The largest networks, countries, ports and local hosts, and what they are of altogether. The rows of the view are looked
 * for once, into a table of the connection; the tops are counted from it.
 */
export async function topsOf(
  engine: DuckDb,
  { facts, rows, groups }: Chosen,
  { period, by, asides, rows: limit }: TopsOptions,
  signal: AbortSignal,
) {
  const found = factsOfRows(facts, rowsTable);
  const view = { period, asides: true };
  const top = async (group: TopGroup, peers?: Sql) => {
    const list = sql`(${listOfGroups(found, view, group, groups, peers)})`;
    const window = { sort: by, descending: true, offset: 0, limit };
    const ranked = await engine.rows(windowOfList(found, list, group, window), signal);
    return ranked.map(({ rank: _, ...row }) => row);
  };
  const wanted = rowsToInternet(facts, { period, rows, asides });
  await engine.define(sql`CREATE OR REPLACE TEMP TABLE ${rowsTable} AS ${wanted}`, signal);
  const byPeer = listOfGroups(found, view, 'peer', undefined);
  await engine.define(sql`CREATE OR REPLACE TEMP TABLE ${peersTable} AS ${byPeer}`, signal);
  const [total] = await engine.rows(lengthOfList(peersTable), signal);
  return {
    totals: { flows: total?.flows ?? 0, packets: total?.packets ?? 0, bytes: total?.bytes ?? 0 },
    networks: await top('asn', peersTable),
    countries: await top('country', peersTable),
    ports: await top('port'),
    locals: await top('local'),
  };
}

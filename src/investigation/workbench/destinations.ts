import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDb } from '../../engine/duckdb.ts';
import { HuntError } from '../../errors.ts';
import { lengthOfList, listOfGroups, sortable, windowOfList } from '../../picture/destinations.ts';
import type { Facts } from '../../picture/facts.ts';
import { totalsOf } from '../../picture/overview.ts';
import { id, type Sql, sql } from '../../sql/sql.ts';
import { keyOf } from '../../store/kept.ts';
import { periodOf } from '../../traffic/period.ts';
import type { TopGroup, TopOrder } from '../../traffic/top.ts';
import { exportQuery } from '../export.ts';
import { secondsSince } from './asked.ts';
import { type Asked, type Chosen, chooseForGroups } from './basis.ts';
import type { Ground } from './ground.ts';

export interface ListOptions extends Asked {
  readonly group: TopGroup;
  readonly sort: string;
  readonly descending: boolean;
  readonly asides: boolean;
}

/** A window of the list of destinations, with how long the whole list is. */
export async function destinationsOf(
  ground: Ground,
  options: ListOptions & { readonly offset: number; readonly limit: number },
  signal: AbortSignal,
) {
  const started = performance.now();
  checkSort(options);
  const { chosen, list } = await listOf(ground, options, signal);
  const rows = await ground.connections.lend(signal, (engine) =>
    engine.rows(windowOfList(chosen.facts, id(list.table), options.group, options), signal),
  );
  const { total, hidden, ...totals } = list.about;
  return {
    basis: chosen.facts.basis,
    seconds: secondsSince(started),
    ...{ group: options.group, total, totals, hidden, offset: options.offset, rows },
  };
}

type Made = Omit<ListOptions, 'sort' | 'descending'>;

/** The list, made where it is not kept, and the facts that it is made of. */
async function listOf(
  ground: Ground,
  options: Made,
  signal: AbortSignal,
): Promise<{
  readonly chosen: Chosen;
  readonly list: { readonly table: string; readonly about: AboutList };
}> {
  const chosen = chooseForGroups(ground, options, options.group);
  const isByLabel = options.group === 'asn' || options.group === 'country';
  // Before a connection is taken: whoever holds one while waiting for another might wait for ever.
  const peers =
    isByLabel && chosen.groups === undefined
      ? await listOf(ground, { ...options, group: 'peer' }, signal)
      : undefined;
  const list = await ground.lists.get(listKey(options), signal, (engine, table) =>
    makeList(engine, table, chosen, options, peers?.list.table, signal),
  );
  return { chosen, list };
}

/** The first rows of a list, the largest by one measure. */
export async function firstOf(
  ground: Ground,
  options: Made & { readonly by: TopOrder; readonly rows: number },
  signal: AbortSignal,
): Promise<{ readonly basis: Facts['basis']; readonly rows: readonly Record<string, unknown>[] }> {
  const { by, rows: limit, ...made } = options;
  const { chosen, list } = await listOf(ground, made, signal);
  const window = { sort: by, descending: true, offset: 0, limit };
  const rows = await ground.connections.lend(signal, (engine) =>
    engine.rows(windowOfList(chosen.facts, id(list.table), options.group, window), signal),
  );
  return { basis: chosen.facts.basis, rows: rows.map(({ rank: _, ...row }) => row) };
}

function checkSort({ sort, group }: ListOptions): void {
  const columns = sortable(group);
  if (columns.includes(sort)) return;
  throw new HuntError('usage.value', `Rows of the group ${group} have no ${sort} to sort by.`, {
    hint: `They have ${columns.join(', ')}.`,
  });
}

/** What a list is made of; its order and window are asked of it afterwards. */
function listKey({ from, to, where, group, asides }: Made): string {
  return keyOf([from, to, where, group, asides]);
}

/** Length and sums of a list. */
export interface AboutList {
  readonly total: number;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
  readonly hidden: { readonly flows: number; readonly bytes: number };
}

async function makeList(
  engine: DuckDb,
  table: Sql,
  { facts, rows, groups }: Chosen,
  options: Made,
  peers: string | undefined,
  signal: AbortSignal,
): Promise<AboutList> {
  const view = { period: periodOf(options), rows, asides: options.asides };
  await engine.define(
    sql`CREATE TABLE ${table} AS ${listOfGroups(facts, view, options.group, groups, peers === undefined ? undefined : id(peers))}`,
    signal,
  );
  const [about] = await engine.rows(lengthOfList(table), signal);
  const [totals] = options.asides ? [] : await engine.rows(totalsOf(facts, view), signal);
  return {
    ...(about ?? { total: 0, flows: 0, packets: 0, bytes: 0 }),
    hidden: { flows: totals?.hiddenFlows ?? 0, bytes: totals?.hiddenBytes ?? 0 },
  };
}

/** Writes the whole list to a file of this run, in the order that is shown; whoever reads it removes it. */
export async function exportDestinations(
  ground: Ground,
  options: ListOptions & { readonly format: 'csv' | 'ndjson' | 'parquet' },
  signal: AbortSignal,
): Promise<string> {
  checkSort(options);
  const { chosen, list } = await listOf(ground, options, signal);
  const folder = join(ground.spare, 'exports');
  await mkdir(folder, { recursive: true });
  const file = join(
    folder,
    `${keyOf([listKey(options), performance.now(), Math.random()])}.${options.format}`,
  );
  const all = { ...options, offset: 0, limit: list.about.total };
  const question = windowOfList(chosen.facts, id(list.table), options.group, all);
  try {
    await ground.connections.lend(signal, (engine) =>
      exportQuery(engine, sql`(${question.sql})`, file, signal),
    );
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return file;
}

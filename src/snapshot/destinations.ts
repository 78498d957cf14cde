import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalEngine } from '../engine/local.ts';
import { HuntError } from '../errors.ts';
import { exportQuery } from '../hunt/export.ts';
import { lengthOfList, listOfGroups, sortable, windowOfList } from '../picture/destinations.ts';
import type { Facts } from '../picture/facts.ts';
import { totalsOf } from '../picture/overview.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { keyOf } from '../store/kept.ts';
import { periodOf } from '../traffic/period.ts';
import type { TopGroup, TopOrder } from '../traffic/top.ts';
import { secondsSince } from './asked.ts';
import { type Asked, type Chosen, chooseForGroups } from './basis.ts';
import { cachedAnswer } from './cached-answer.ts';
import type { Snapshot } from './snapshot.ts';

export interface ListOptions extends Asked {
  readonly group: TopGroup;
  readonly sort: string;
  readonly descending: boolean;
  readonly asides: boolean;
}

/** A window of the list of destinations, with how long the whole list is. */
export async function destinationsOf(
  snapshot: Snapshot,
  options: ListOptions & { readonly offset: number; readonly limit: number },
  signal: AbortSignal,
) {
  const started = performance.now();
  checkSort(options);
  const window = useList(snapshot, options, signal, async ({ facts }, table, about) => {
    const rows = await snapshot.connections.lend(signal, (engine) =>
      engine.ask(windowOfList(facts, table, options.group, options), signal),
    );
    return { basis: facts.basis, about, rows };
  });
  const [{ basis, about, rows }, hidden] = await Promise.all([window, hiddenOf(snapshot, options, signal)]);
  const { total, ...totals } = about;
  return {
    ...{ basis, seconds: secondsSince(started) },
    ...{ group: options.group, total, totals, hidden, offset: options.offset, rows },
  };
}

/** What set-asides leave out of a list: the same for each grouping and order. */
async function hiddenOf(snapshot: Snapshot, options: Made, signal: AbortSignal) {
  const { from, to, where, asides } = options;
  if (asides) return { flows: 0, bytes: 0 };
  return cachedAnswer(snapshot, ['hidden', from, to, where], signal, async (asked) => {
    const { facts, rows } = chooseForGroups(snapshot, options);
    const period = periodOf(options);
    const [totals] = await snapshot.connections.lend(asked, (engine) =>
      engine.ask(totalsOf(facts, { period, rows, asides }), asked),
    );
    return { flows: totals?.hiddenFlows ?? 0, bytes: totals?.hiddenBytes ?? 0 };
  });
}

type Made = Omit<ListOptions, 'sort' | 'descending'>;

/** Gives `read` the list, made where it is not kept, and the facts that it is made of. */
export async function useList<Result>(
  snapshot: Snapshot,
  options: Made,
  signal: AbortSignal,
  read: (chosen: Chosen, table: Sql, about: AboutList) => Promise<Result>,
): Promise<Result> {
  const { connections, lists } = snapshot;
  const chosen = chooseForGroups(snapshot, options);
  const isByLabel = options.group === 'asn' || options.group === 'country';
  const make = async (table: Sql, stop: AbortSignal): Promise<AboutList> => {
    const making = (peers: Sql | undefined) =>
      connections.lend(stop, (engine) => makeList(engine, table, chosen, options, peers, stop));
    if (!isByLabel || chosen.groups !== undefined) return making(undefined);
    return useList(snapshot, { ...options, group: 'peer' }, stop, (_, peers) => making(peers));
  };
  return lists.use(
    listKey(options),
    signal,
    make,
    (table, about) => read(chosen, table, about),
    isOfAll(options),
  );
}

/** The first rows of a list, the largest by one measure; `groups` is a condition on them. */
export async function firstOf(
  snapshot: Snapshot,
  options: Made & { readonly by: TopOrder; readonly rows: number; readonly groups?: Sql | undefined },
  signal: AbortSignal,
): Promise<{ readonly basis: Facts['basis']; readonly rows: readonly Record<string, unknown>[] }> {
  const { by, rows: limit, groups, ...made } = options;
  const window = { sort: by, descending: true, offset: 0, limit };
  return useList(snapshot, made, signal, async ({ facts }, table) => {
    const asked = groups === undefined ? table : sql`(SELECT * FROM ${table} WHERE ${groups})`;
    const rows = await snapshot.connections.lend(signal, (engine) =>
      engine.ask(windowOfList(facts, asked, options.group, window), signal),
    );
    return { basis: facts.basis, rows: rows.map(({ rank: _, ...row }) => row) };
  });
}

function checkSort({ sort, group }: ListOptions): void {
  const columns = sortable(group);
  if (columns.includes(sort)) return;
  throw new HuntError('usage.value', `Rows of the group ${group} have no ${sort} to sort by.`, {
    hint: `They have ${columns.join(', ')}.`,
  });
}

/** The first page and the other lists without a filter stand on these. */
function isOfAll({ from, to, where, group, asides }: Made): boolean {
  return !asides && group !== 'flow' && [from, to, where].every((narrowing) => narrowing === undefined);
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
}

async function makeList(
  engine: LocalEngine,
  table: Sql,
  { facts, rows, groups }: Chosen,
  options: Made,
  peers: Sql | undefined,
  signal: AbortSignal,
): Promise<AboutList> {
  const view = { period: periodOf(options), rows, asides: options.asides };
  await engine.define(
    sql`CREATE TABLE ${table} AS ${listOfGroups(facts, view, options.group, groups, peers)}`,
    signal,
  );
  const [about] = await engine.ask(lengthOfList(table), signal);
  return about ?? { total: 0, flows: 0, packets: 0, bytes: 0 };
}

/** Writes the whole list to a file of this run, in the order that is shown; whoever reads it removes it. */
export async function exportDestinations(
  snapshot: Snapshot,
  options: ListOptions & { readonly format: 'csv' | 'ndjson' | 'parquet' },
  signal: AbortSignal,
): Promise<string> {
  checkSort(options);
  const folder = join(snapshot.spare, 'exports');
  await mkdir(folder, { recursive: true });
  const name = keyOf([listKey(options), performance.now(), Math.random()]);
  const file = join(folder, `${name}.${options.format}`);
  try {
    await useList(snapshot, options, signal, ({ facts }, table, { total }) => {
      const { sql: rows } = windowOfList(facts, table, options.group, {
        ...options,
        offset: 0,
        limit: total,
      });
      return snapshot.connections.lend(signal, (engine) => exportQuery(engine, sql`(${rows})`, file, signal));
    });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return file;
}

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type AddressLabel, lookupQuery } from '../addresses/lookup.ts';
import { stateOfLabels } from '../addresses/precedence.ts';
import type { ScopeOverrides } from '../addresses/scope.ts';
import { switchSetAside } from '../addresses/set-asides.ts';
import type { EverythingShown, NoiseReport } from '../detect/noise-report.ts';
import type {
  AddressReport,
  BaselineInfo,
  ExportedBaseline,
  Finding,
  FindingsResult,
  Hunt,
  ImportedBaseline,
  ListedPeer,
} from '../detect/results.ts';
import { DuckDb, type DuckDbOptions } from '../engine/duckdb.ts';
import type { QueryResult } from '../engine/query-result.ts';
import { askReadOnly } from '../engine/read-only.ts';
import { HuntError } from '../errors.ts';
import type { LoadResult } from '../ingest/load-result.ts';
import type { IntelList } from '../intel/list.ts';
import type { IntelChange, IntelListReport, IntelRefresh } from '../intel/results.ts';
import { labelData } from '../labels/in-use.ts';
import { readMarks } from '../marks/file.ts';
import type { MarkedSubject, Verdict } from '../marks/mark.ts';
import type { ImportResult, MarkResult, MarksReport } from '../marks/results.ts';
import { matchedAddresses } from '../marks/traffic.ts';
import type { Query } from '../sql/query.ts';
import type { Sql } from '../sql/sql.ts';
import { baselinesIn } from '../store/baselines.ts';
import {
  type Folder,
  folderAt,
  isWorkspace,
  makeFolder,
  makeTemporary,
  parquetFilesOf,
  unwritable,
} from '../store/folder.ts';
import { isThere, keyOf, stateOfBatches } from '../store/kept.ts';
import { type Batch, readBatches } from '../store/manifest.ts';
import type { CoverageReport } from '../traffic/coverage.ts';
import { funnelOf, funnelSteps, intake } from '../traffic/funnel.ts';
import { addressesOnLists } from '../traffic/listed.ts';
import { dnsSummary, dnsSummaryOf } from '../traffic/names.ts';
import { type NewPeers, newPeers, newPeersOf } from '../traffic/new-peers.ts';
import { switchNoiseRule } from '../traffic/noise-rules.ts';
import { isoTime, type Period } from '../traffic/period.ts';
import { filesWith, type RejectsResult, rejectReasons, rejects } from '../traffic/rejects.ts';
import { span } from '../traffic/span.ts';
import { type TopOptions, type TopRow, top } from '../traffic/top.ts';
import { documentedViews } from '../traffic/views.ts';
import { type AddressTableInputs, addressTable } from './address-table.ts';
import { Analysis, namesAnalysis } from './analysis.ts';
import { importBaseline, listBaselines, removeBaseline } from './baselines.ts';
import { catalog } from './catalog.ts';
import { hideAgain, showEverything } from './everything-shown.ts';
import { exportQuery } from './export.ts';
import type { FindingsOptions } from './findings.ts';
import type { Footing } from './footing.ts';
import { type AddListOptions, addList, dropList, type IntelPlace, refreshLists } from './intel.ts';
import type { AddressOptions } from './ip.ts';
import { type Knowers, type KnownAddresses, knownAddresses, readKnowers } from './known-addresses.ts';
import { listedPeers } from './listed-peers.ts';
import { loadPaths } from './loading.ts';
import {
  exportedMarks,
  importMarks,
  type MarkOptions,
  makeMark,
  subjectOf,
  takeMarkBack,
} from './marking.ts';
import { type NameTable, nameTable } from './name-table.ts';
import { type Narrowed, narrowedGroups, narrowedView, narrowing } from './narrowing.ts';
import { noiseReport } from './noise.ts';
import { type LoadOptions, memoryOf, type RunOptions, threadsOf } from './options.ts';
import {
  addressOutside,
  huntOutside,
  type OutsideOptions,
  type OutsideWorld,
  withRegistrations,
} from './outside.ts';
import { inForce, readSettings, type Settings, writeMissingSettings } from './settings.ts';

/**
 * Opens the workspace of one investigation. `create` makes it where there is none; otherwise a missing one is an
 * error. Several processes may have it open; only one at a time may load. Close it when done.
 */
export async function openWorkspace(options: RunOptions & { readonly create?: boolean }): Promise<Workspace> {
  const folder = folderAt(resolve(options.workspace));
  if (options.create) await makeFolder(folder);
  else if (!(await isWorkspace(folder))) {
    throw new HuntError('input.not-found', `There is no workspace at ${folder.root}.`, {
      hint: 'Make one with northsouth hunt PATH, or name another folder with --workspace.',
    });
  }
  await writeMissingSettings(folder);
  const temporary = await makeTemporary(folder, 'run');
  const engineOptions = {
    memoryBytes: memoryOf(options),
    threads: threadsOf(options),
    spillDirectory: temporary,
  };
  const engine = await DuckDb.open(engineOptions);
  return new Workspace(options, folder, engine, engineOptions, await readSettings(folder));
}

export interface NoiseOptions extends Period {
  /** `false` leaves out what of the hidden traffic is a finding. */
  readonly findings?: boolean;
}

export interface HuntOptions extends TopOptions, Narrowed, Pick<OutsideOptions, 'onRegistryProgress'> {
  /** `false` leaves the four questions out, which take most of the time of a first hunt. */
  readonly findings?: boolean;
  /** Ask registries about so many peers: those of findings first, then those of the most bytes. Default: nobody. */
  readonly rdap?: number;
}

/** An open workspace: load into it, ask it, close it. */
export class Workspace {
  readonly #options: RunOptions;
  readonly #folder: Folder;
  readonly #engine: DuckDb;
  readonly #engineOptions: DuckDbOptions;
  #settings: Settings;
  #ready: Promise<readonly Batch[]> | undefined;
  #analysis: Analysis | undefined;
  #knowers: Knowers = { marks: [], lists: [] };
  #known: { readonly key: string; readonly made: Promise<KnownAddresses> } | undefined;

  /** Use {@link openWorkspace}. */
  constructor(
    options: RunOptions,
    folder: Folder,
    engine: DuckDb,
    engineOptions: DuckDbOptions,
    settings: Settings,
  ) {
    this.#options = options;
    this.#folder = folder;
    this.#engine = engine;
    this.#engineOptions = engineOptions;
    this.#settings = settings;
  }

  /**
   * Loads what is new at the paths: files, folders, globs. Throws `input.not-found` for a path that is not there
   * and `input.nothing-readable` when no record was found; what could be read is kept in both cases.
   */
  async load(paths: readonly string[], options: LoadOptions = {}): Promise<LoadResult> {
    this.#ready = undefined;
    const format = options.format ?? this.#settings.format;
    const withFormat = { ...options, ...(format === undefined ? {} : { format }) };
    const signals = [this.#options.signal, options.signal].filter((signal) => signal !== undefined);
    const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
    return loadPaths(this.#engine, this.#folder, paths, withFormat, signal);
  }

  /**
   * The funnel, the largest destinations and the findings of what is loaded. A filter narrows destinations and
   * findings; the funnel stays whole, or it would not add up.
   */
  async hunt(options: HuntOptions = {}): Promise<Hunt> {
    // A mistake in the filter is told before anything is counted.
    if (options.findings !== false) narrowing(options, 'findings');
    top(options, narrowedGroups(options));
    const { noise, everythingShown } = inForce(this.#settings);
    const [read] = await this.#ask(intake());
    const steps = await this.#ask(funnelSteps(noise, options));
    const [found] = await this.#ask(span(options));
    const rows = await this.top(options);
    const asks = options.findings !== false;
    const findings = asks
      ? (await this.findings({ ...periodOf(options), ...whereOf(options), ...newSinceOf(options) })).findings
      : [];
    return {
      workspace: this.#options.workspace,
      period: { from: isoTime(found?.from ?? null), to: isoTime(found?.to ?? null) },
      funnel: funnelOf(read ?? nothingRead, steps, noise, options),
      dns: dnsSummaryOf((await this.#ask(dnsSummary()))[0]),
      ...(options.newSince === undefined ? {} : { newPeers: await this.newPeers(options.newSince) }),
      ...(await huntOutside(
        rows,
        findings,
        (most) => this.#largestPeers(options, most),
        options,
        this.#outside,
      )),
      everythingShown,
      intel: await this.#listed(periodOf(options), asks ? findings : undefined),
    };
  }

  /** The answers to the four questions over all loaded records; a period selects those whose traffic overlaps it. */
  async findings(options: FindingsOptions & Narrowed = {}): Promise<FindingsResult> {
    narrowing(options, 'findings');
    const result = await (await this.#analysed()).findings(this.#options.workspace, options);
    return { ...result, findings: await withRegistrations(result.findings, this.#outside) };
  }

  /** How many peers have their first record ever at or after a time, in Unix seconds, and how far back one can tell. */
  async newPeers(since: number): Promise<NewPeers> {
    return newPeersOf(since, (await this.#ask(newPeers(since)))[0]);
  }

  /** Writes what is normal in the loaded records to a Parquet file, which another workspace imports. */
  async exportBaseline(file: string): Promise<ExportedBaseline> {
    return (await this.#analysed()).exportBaseline(resolve(file));
  }

  /** Takes a baseline into use, under a name, its file's where none is given. */
  async importBaseline(file: string, name?: string): Promise<ImportedBaseline> {
    this.#ready = undefined;
    return importBaseline(this.#engine, this.#folder, resolve(file), name, this.#options.signal);
  }

  /** The baselines in use. */
  baselines(): Promise<BaselineInfo[]> {
    return listBaselines(this.#engine, this.#folder);
  }

  /** Takes a baseline out of use. */
  async removeBaseline(name: string): Promise<void> {
    this.#ready = undefined;
    await removeBaseline(this.#folder, name);
  }

  /** Everything about one address: labels, totals, conversations, and the four questions. */
  async ip(address: string, options: AddressOptions = {}): Promise<AddressReport> {
    const report = await (await this.#analysed()).address(address, options);
    return addressOutside(report, options, this.#outside);
  }

  /** What is there for each interface and hour. */
  async coverage(period: Period = {}): Promise<CoverageReport> {
    return (await this.#analysed()).coverage(period);
  }

  /** The largest groups of records to the Internet. */
  async top(options: TopOptions & Narrowed = {}): Promise<TopRow[]> {
    return this.#ask(this.topQuery(options));
  }

  /** The question behind {@link top}, for those who want to see or run its SQL. */
  topQuery(options: TopOptions & Narrowed = {}): Query<TopRow> {
    return top(options, narrowedGroups(options));
  }

  /** The lines that were not read: how many for which reason, and the first `limit` of them. */
  async rejects(limit: number): Promise<RejectsResult> {
    const byReason = await this.#ask(rejectReasons());
    return {
      total: byReason.reduce((sum, { lines }) => sum + lines, 0),
      byReason,
      rejects: await this.#ask(rejects(limit)),
      failedFiles: await this.#ask(filesWith('failed')),
    };
  }

  /** Each noise rule, set-aside and benign mark with what it hides, and what of that is a finding. */
  async noise(options: NoiseOptions = {}): Promise<NoiseReport> {
    const batches = await this.#prepared();
    const { noise: rules, setAsides, everythingShown } = this.#settings;
    const inputs = {
      ...{ engine: this.#engine, folder: this.#folder, batches, scopes: this.#scopes, rules, setAsides },
      ...{ period: periodOf(options), signal: this.#options.signal },
      known: options.findings === false ? undefined : await (await this.#analysed()).knowledge(),
    };
    return { ...(await noiseReport(inputs)), everythingShown };
  }

  /** Shows everything that rules, set-asides and benign marks hide or lower, until {@link hideAgain}. */
  async showEverything(): Promise<EverythingShown> {
    const shown = await showEverything(this.#folder);
    await this.#readAgain();
    return shown;
  }

  /** Ends what {@link showEverything} began: everything is as it was. False where there was nothing to end. */
  async hideAgain(): Promise<boolean> {
    const ended = await hideAgain(this.#folder);
    await this.#readAgain();
    return ended;
  }

  async #readAgain(): Promise<void> {
    this.#settings = await readSettings(this.#folder);
    this.#ready = undefined;
  }

  /** Switches a noise rule or a set-aside, in its file, for every later run. Throws when none has the name. */
  async switchNoise(name: string, on: boolean): Promise<void> {
    await writeMissingSettings(this.#folder);
    const { noise, setAsides } = this.#folder;
    const rules = switchNoiseRule(await readFile(noise, 'utf8'), noise, name, on);
    if (rules !== undefined) await replace(this.#folder, noise, rules);
    else {
      const known = this.#settings.setAsides.some(
        (entry) => entry.name.toLowerCase() === name.trim().toLowerCase(),
      );
      if (!known) throw this.#unknownNoise(name);
      await replace(this.#folder, setAsides, switchSetAside(await readFile(setAsides, 'utf8'), name, on));
    }
    this.#settings = await readSettings(this.#folder);
    this.#ready = undefined;
  }

  /** Marks an address, a network, an AS or a name: at once, and for all that is loaded. */
  async mark(target: string, verdict: Verdict, options: MarkOptions = {}): Promise<MarkResult> {
    const subject = subjectOf(target, options);
    const batches = await this.#prepared();
    const [seen = null] = batches.length === 0 ? [] : await (await this.#analysed()).profiles([subject]);
    const made = await makeMark(this.#folder, subject, verdict, options, seen);
    return { ...made, addresses: await this.#addressesOf(subject) };
  }

  /** Takes a mark back. Throws where there is none of exactly this target, port and local end. */
  async unmark(target: string, options: MarkOptions = {}): Promise<MarkResult> {
    const subject = subjectOf(target, options);
    const undone = await takeMarkBack(this.#folder, subject, options.by);
    return { ...undone, addresses: await this.#addressesOf(subject) };
  }

  /** All marks, with how the traffic of the benign ones changed since. */
  async marks(): Promise<MarksReport> {
    const book = await readMarks(this.#folder.marks);
    // Another process may have marked something since this one looked.
    if (JSON.stringify(book.marks) !== JSON.stringify(this.#knowers.marks)) this.#ready = undefined;
    const shown = await (await this.#analysed()).marks();
    const marks = [...shown.entries()];
    const found = await this.#ask(matchedAddresses(marks.map(([mark]) => mark)));
    const addresses = new Map(found.map((row) => [row.place, row.addresses]));
    return {
      file: this.#folder.marks,
      marks: marks.map(([{ seen }, mark], place) => ({
        ...mark,
        addresses: addresses.get(place) ?? 0,
        seen,
      })),
      removed: book.removed.length,
    };
  }

  /** The marks as YAML that another workspace imports. */
  exportMarks(): Promise<string> {
    return exportedMarks(this.#folder);
  }

  /** Merges marks that {@link exportMarks} wrote; of two that differ the later holds. */
  async importMarks(file: string): Promise<ImportResult> {
    const result = await importMarks(this.#folder, resolve(file));
    this.#ready = undefined;
    return result;
  }

  /** Takes in a list of addresses from a file or a URL; a URL is asked now and by {@link refreshIntel} only. */
  async addIntel(source: string, options: AddListOptions): Promise<IntelChange> {
    const change = await addList(this.#intelPlace, source, options);
    this.#ready = undefined;
    return change;
  }

  /** Asks the origins of some lists again, or of all. */
  async refreshIntel(
    names: readonly string[] = [],
    options: { readonly force?: boolean } = {},
  ): Promise<IntelRefresh[]> {
    const results = await refreshLists(this.#intelPlace, names, options.force === true);
    this.#ready = undefined;
    return results;
  }

  /** Takes a list out. */
  async removeIntel(name: string): Promise<IntelList> {
    const list = await dropList(this.#folder, name);
    this.#ready = undefined;
    return list;
  }

  /** The lists, each with how many loaded addresses are on it. */
  async intel(): Promise<IntelListReport[]> {
    this.#ready = undefined;
    const counted = await this.#ask(addressesOnLists());
    const on = new Map(counted.map(({ list, addresses }) => [list, addresses]));
    return this.#knowers.lists.map(({ path: _, ...list }) => ({
      ...list,
      addresses: on.get(list.name) ?? 0,
    }));
  }

  /** Peers on threat lists; without findings from the records, so that nobody waits for sessions. */
  async #listed(period: Period, findings: readonly Finding[] | undefined): Promise<ListedPeer[]> {
    if (findings !== undefined) return (await this.#analysed()).listed(period, findings);
    if (this.#knowers.lists.length === 0) return [];
    return listedPeers(this.#engine, 'flows', period, undefined, this.#options.signal);
  }

  get #intelPlace(): IntelPlace {
    return {
      ...{ engine: this.#engine, folder: this.#folder },
      ...{ scopes: this.#scopes, signal: this.#options.signal },
    };
  }

  /** How many loaded addresses a subject holds; whatever was prepared before its mark changed is made anew. */
  async #addressesOf(subject: MarkedSubject): Promise<number> {
    this.#ready = undefined;
    const [found] = await this.#ask(matchedAddresses([subject]));
    return found?.addresses ?? 0;
  }

  /** What is known of addresses without a network, in the order given. */
  async lookup(addresses: readonly string[]): Promise<AddressLabel[]> {
    return this.#engine.rows(
      lookupQuery(addresses, { scopes: this.#scopes, data: labelData() }),
      this.#options.signal,
    );
  }

  /** The answer to one SELECT over the documented views, in an engine that can read the workspace and nothing else. */
  async query(
    text: string,
    options: { readonly limit?: number; readonly signal?: AbortSignal } = {},
  ): Promise<QueryResult> {
    const ask = async ({ views, files }: { views: readonly Sql[]; files: readonly string[] }) => {
      const batches = await readBatches(this.#folder);
      const addresses = await this.#addresses(batches, await readKnowers(this.#folder));
      const names = await this.#nameTable(batches);
      const question = {
        prepare: [
          ...catalog({
            ...{ batches, noise: inForce(this.#settings).noise },
            ...{ addresses: addresses.define, names: names.names },
            baselines: await baselinesIn(this.#folder),
          }),
          ...views,
        ],
        files: [...(await parquetFilesOf(this.#folder)), ...addresses.files, ...names.files, ...files],
        text,
        limit: options.limit ?? Number.POSITIVE_INFINITY,
      };
      return askReadOnly(this.#engineOptions, question, options.signal ?? this.#options.signal);
    };
    try {
      return await ask({ views: [], files: [] });
    } catch (error) {
      // Only the engine knows whether `peers` is a view or a column: what takes long is made when it is missed.
      const isMissed = error instanceof HuntError && /does not exist/.test(error.message);
      if (!isMissed || !namesAnalysis(text)) throw error;
      return ask(await (await this.#analysed()).viewsNamedIn(text));
    }
  }

  /** Writes a documented view, or what of it meets a filter, to a file whose ending says the form: .parquet, .csv, .ndjson. */
  async exportView(view: string, file: string, options: Narrowed = {}): Promise<{ rows: number }> {
    if (!documentedViews.some((name) => name === view)) {
      throw new HuntError('usage.value', `There is no view ${view} to export.`, {
        hint: `The views are ${documentedViews.join(', ')}.`,
      });
    }
    const relation = narrowedView(view, options);
    await (await this.#analysed()).viewsNamedIn(view);
    return exportQuery(this.#engine, relation, resolve(file), this.#options.signal);
  }

  /** What a workbench stands on: everything worked out from what is loaded now. `onStep` hears what is being done. */
  async footing(onStep: (step: string) => void = () => undefined): Promise<Footing> {
    onStep('labelling the addresses');
    const batches = await this.#prepared();
    const analysis = await this.#analysed();
    const { detectors: values, noise, setAsides, weights } = inForce(this.#settings);
    const counted = [setAsides, noise, values, weights, this.#knowers];
    const stated = [stateOfBatches(batches), this.#scopes, ...counted];
    return {
      ...{ engine: this.#engine, folder: this.#folder, spare: this.#engineOptions.spillDirectory },
      ...{ batches, scopes: this.#scopes, noise, setAsides, values, signal: this.#options.signal },
      ...(await analysis.footing(onStep)),
      revision: keyOf([...stated, stateOfLabels(labelData())]),
    };
  }

  /** Frees the engine and removes what it held back on disk. */
  async close(): Promise<void> {
    this.#engine.close();
    await rm(this.#engineOptions.spillDirectory, { recursive: true, force: true });
  }

  get #scopes(): ScopeOverrides {
    return {
      local: [...this.#settings.local, ...(this.#options.local ?? [])],
      internet: [...this.#settings.internet, ...(this.#options.internet ?? [])],
    };
  }

  get #outside(): OutsideWorld {
    return { scopes: this.#scopes, values: this.#settings.rdap, signal: this.#options.signal };
  }

  /** The peers of the most bytes among what is shown. */
  async #largestPeers(
    { by: _, limit: __, ...shown }: TopOptions & Narrowed,
    limit: number,
  ): Promise<string[]> {
    const rows = await this.top({ ...shown, group: 'peer', by: 'bytes', limit });
    return rows.map(({ peer = '' }) => peer);
  }

  async #ask<Row>(query: Query<Row>): Promise<Row[]> {
    await this.#prepared();
    return this.#engine.rows(query, this.#options.signal);
  }

  async #analysed(): Promise<Analysis> {
    const batches = await this.#prepared();
    this.#analysis ??= new Analysis({
      engine: this.#engine,
      folder: this.#folder,
      batches,
      scopes: this.#scopes,
      setAsides: inForce(this.#settings).setAsides,
      values: this.#settings.detectors,
      knowers: this.#knowers,
      weights: inForce(this.#settings).weights,
      spare: this.#engineOptions.spillDirectory,
      signal: this.#options.signal,
    });
    return this.#analysis;
  }

  #prepared(): Promise<readonly Batch[]> {
    this.#ready ??= this.#prepare();
    return this.#ready;
  }

  async #prepare(): Promise<readonly Batch[]> {
    this.#analysis = undefined;
    const batches = await readBatches(this.#folder);
    this.#knowers = await readKnowers(this.#folder);
    const addresses = await this.#addresses(batches, this.#knowers);
    const { names } = await this.#nameTable(batches);
    const { noise } = inForce(this.#settings);
    const baselines = await baselinesIn(this.#folder);
    const statements = catalog({ batches, noise, addresses: addresses.define, names, baselines });
    for (const statement of statements) await this.#engine.define(statement, this.#options.signal);
    return batches;
  }

  /**
   * What is known of the addresses; made once for what it stands on, since two that make it on connections of their own
   * would stand in each other's way. Made again where another process took a file for an old one.
   */
  async #addresses(batches: readonly Batch[], knowers: Knowers): Promise<KnownAddresses> {
    const inputs = { batches, scopes: this.#scopes, setAsides: inForce(this.#settings).setAsides };
    const stated = [stateOfBatches(batches), inputs.scopes, inputs.setAsides, stateOfLabels(labelData())];
    const key = keyOf([...stated, knowers, Math.floor(Date.now() / 86_400_000)]);
    const before = this.#known?.key === key ? await this.#known.made.catch(() => undefined) : undefined;
    const areThere = before !== undefined && (await Promise.all(before.files.map(isThere))).every(Boolean);
    if (before !== undefined && areThere) return before;
    if (this.#known?.key !== key || before !== undefined) {
      this.#known = { key, made: this.#makeAddresses(inputs, knowers) };
    }
    const { made } = this.#known;
    return made.catch((error: unknown) => {
      if (this.#known?.made === made) this.#known = undefined;
      throw error;
    });
  }

  async #makeAddresses(inputs: AddressTableInputs, knowers: Knowers): Promise<KnownAddresses> {
    const spare = this.#engineOptions.spillDirectory;
    const table = await addressTable(this.#engine, this.#folder, inputs, spare, this.#options.signal);
    return knownAddresses(this.#engine, this.#folder, table, knowers, spare, this.#options.signal);
  }

  #nameTable(batches: readonly Batch[]): Promise<NameTable> {
    const spare = this.#engineOptions.spillDirectory;
    return nameTable(this.#engine, this.#folder, batches, spare, this.#options.signal);
  }

  #unknownNoise(name: string): HuntError {
    const { noise, setAsides } = this.#settings;
    return new HuntError('usage.value', `There is no noise rule and no set-aside named ${name}.`, {
      hint: `The names are ${[...noise, ...setAsides].map((entry) => entry.name).join(', ')}.`,
    });
  }
}

function newSinceOf({ newSince }: TopOptions): Pick<TopOptions, 'newSince'> {
  return newSince === undefined ? {} : { newSince };
}

function whereOf({ where }: Narrowed): Narrowed {
  return where === undefined ? {} : { where };
}

function periodOf({ from, to }: Period): Period {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

const nothingRead = { files: 0, emptyFiles: 0, failedFiles: 0, records: 0, unreadable: 0, duplicate: 0 };

/** Writes beside the file and renames, so that a crash leaves the old text or the new one. */
async function replace(folder: Folder, path: string, text: string): Promise<void> {
  const beside = join(folder.temporary, `settings-${process.pid}-${basename(path)}`);
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw unwritable(folder, error);
  }
}

import { resolve } from 'node:path';
import { type AddressLabel, lookupQuery } from '../addresses/lookup.ts';
import type { EverythingShown, NoiseReport } from '../detect/noise-report.ts';
import type {
  AddressReport,
  BaselineInfo,
  ExportedBaseline,
  FindingsResult,
  Hunt,
  ImportedBaseline,
} from '../detect/results.ts';
import { openLocal } from '../engine/open.ts';
import type { QueryResult } from '../engine/query-result.ts';
import { HuntError } from '../errors.ts';
import { formOf, type ReportOptions, type WrittenReport, writeReport } from '../handover/report.ts';
import { exportQuery } from '../hunt/export.ts';
import { type HuntOptions, huntIn } from '../hunt/hunting.ts';
import { Investigation } from '../hunt/investigation.ts';
import type { AddressOptions } from '../hunt/ip.ts';
import { loadPaths } from '../hunt/loading.ts';
import { type Narrowed, narrowedGroups, narrowedView, narrowing } from '../hunt/narrowing.ts';
import { countsOfRecords, noiseReport } from '../hunt/noise.ts';
import { answerSql, type SqlOptions } from '../hunt/sql-question.ts';
import { type WorkedOut, workOut } from '../hunt/worked-out.ts';
import type { LoadResult } from '../ingest/load-result.ts';
import type { IntelList } from '../intel/list.ts';
import type { IntelChange, IntelListReport, IntelRefresh } from '../intel/results.ts';
import type { FindingsOptions } from '../kept/findings.ts';
import type { OnStep } from '../kept/progress.ts';
import { importBaseline, listBaselines, removeBaseline } from '../known/baselines.ts';
import { type AddListOptions, addList, dropList, type IntelPlace, refreshLists } from '../known/intel.ts';
import {
  exportedMarks,
  importMarks,
  type MarkOptions,
  makeMark,
  subjectOf,
  takeMarkBack,
} from '../known/marking.ts';
import { addressOutside, withRegistrations } from '../known/outside.ts';
import { labelData } from '../labels/in-use.ts';
import { readMarks } from '../marks/file.ts';
import type { MarkedSubject, Verdict } from '../marks/mark.ts';
import type { ImportResult, MarkResult, MarksReport } from '../marks/results.ts';
import { matchedAddresses } from '../marks/traffic.ts';
import { hideAgain, showEverything } from '../settings/everything-shown.ts';
import { type LoadOptions, memoryOf, type RunOptions, threadsOf } from '../settings/options.ts';
import { readSettings, writeMissingSettings } from '../settings/settings.ts';
import { switchIn } from '../settings/switching.ts';
import { closeSnapshot, makeSnapshot } from '../snapshot/snapshot.ts';
import type { Query } from '../sql/query.ts';
import { type Stamps, stampsOf } from '../store/changes.ts';
import { folderAt, isWorkspace, makeFolder, makeTemporary } from '../store/folder.ts';
import type { CoverageReport, CoverageWindow } from '../traffic/coverage.ts';
import { addressesOnLists } from '../traffic/listed.ts';
import { type NewPeers, newPeers, newPeersOf } from '../traffic/new-peers.ts';
import { type Period, periodOf } from '../traffic/period.ts';
import { filesWith, type RejectsResult, rejectReasons, rejects } from '../traffic/rejects.ts';
import { type TopOptions, type TopRow, top } from '../traffic/top.ts';
import { documentedViews } from '../traffic/views.ts';

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
    onStatement: options.onStatement,
  };
  const engine = await openLocal(engineOptions);
  return new Workspace(new Investigation(options, folder, engine, engineOptions, await readSettings(folder)));
}

export interface NoiseOptions extends Period {
  /** `false` leaves out what of the hidden traffic is a finding. */
  readonly findings?: boolean;
}

/** An open workspace: load into it, ask it, close it. */
export class Workspace {
  readonly #investigation: Investigation;

  /** Use {@link openWorkspace}. */
  constructor(investigation: Investigation) {
    this.#investigation = investigation;
  }

  /**
   * Loads what is new at the paths: files, folders, globs. Throws `input.not-found` for a path that is not there
   * and `input.nothing-readable` when no record was found; what could be read is kept in both cases.
   */
  async load(paths: readonly string[], options: LoadOptions = {}): Promise<LoadResult> {
    this.#investigation.forget();
    const format = options.format ?? this.#investigation.settings.format;
    const { onCommitted } = options;
    const withFormat = {
      ...options,
      ...(format === undefined ? {} : { format }),
      ...(onCommitted && {
        onCommitted: (records: number) => {
          this.#investigation.forget();
          return onCommitted(records);
        },
      }),
    };
    const signals = [this.#investigation.signal, options.signal].filter((signal) => signal !== undefined);
    const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
    const loaded = await loadPaths(
      this.#investigation.engine,
      this.#investigation.folder,
      paths,
      withFormat,
      signal,
    );
    // Who asked meanwhile saw less.
    this.#investigation.forget();
    return loaded;
  }

  /**
   * The funnel, the largest destinations and the findings of what is loaded. A filter narrows destinations and
   * findings; the funnel stays whole, or it would not add up.
   */
  hunt(options: HuntOptions = {}): Promise<Hunt> {
    return huntIn(this.#investigation, options);
  }

  /** The answers to the four questions over all loaded records; a period selects those whose traffic overlaps it. */
  async findings(options: FindingsOptions & Narrowed = {}): Promise<FindingsResult> {
    narrowing(options, 'findings');
    const result = await (await this.#investigation.analysed()).findings(
      this.#investigation.options.workspace,
      options,
    );
    return { ...result, findings: await withRegistrations(result.findings, this.#investigation.outside) };
  }

  /** How many peers have their first record ever at or after a time, in Unix seconds, and how far back one can tell. */
  async newPeers(since: number): Promise<NewPeers> {
    return newPeersOf(since, (await this.#investigation.ask(newPeers(since)))[0]);
  }

  /** Writes what is normal in the loaded records to a Parquet file, which another workspace imports. */
  async exportBaseline(file: string): Promise<ExportedBaseline> {
    return (await this.#investigation.analysed()).exportBaseline(resolve(file));
  }

  /** Takes a baseline into use, under a name, its file's where none is given. */
  async importBaseline(file: string, name?: string): Promise<ImportedBaseline> {
    this.#investigation.forget();
    return importBaseline(
      this.#investigation.engine,
      this.#investigation.folder,
      resolve(file),
      name,
      this.#investigation.signal,
    );
  }

  /** The baselines in use. */
  baselines(): Promise<BaselineInfo[]> {
    return listBaselines(this.#investigation.engine, this.#investigation.folder);
  }

  /** Takes a baseline out of use. */
  async removeBaseline(name: string): Promise<void> {
    this.#investigation.forget();
    await removeBaseline(this.#investigation.folder, name);
  }

  /** Everything about one address: labels, totals, conversations, and the four questions. */
  async ip(address: string, options: AddressOptions = {}): Promise<AddressReport> {
    const report = await (await this.#investigation.analysed()).address(address, options);
    return addressOutside(report, options, this.#investigation.outside);
  }

  /** What is there for each interface and hour. */
  async coverage(period: Period = {}, window?: CoverageWindow): Promise<CoverageReport> {
    return (await this.#investigation.analysed()).coverage(period, window);
  }

  /** The largest groups of records to the Internet. */
  async top(options: TopOptions & Narrowed = {}): Promise<TopRow[]> {
    return this.#investigation.ask(this.topQuery(options));
  }

  /** The question behind {@link top}, for those who want to see or run its SQL. */
  topQuery(options: TopOptions & Narrowed = {}): Query<TopRow> {
    return top(options, narrowedGroups(options));
  }

  /** The lines that were not read: how many for which reason, and the first `limit` of them. */
  async rejects(limit: number): Promise<RejectsResult> {
    const byReason = await this.#investigation.ask(rejectReasons());
    return {
      total: byReason.reduce((sum, { lines }) => sum + lines, 0),
      byReason,
      rejects: await this.#investigation.ask(rejects(limit)),
      failedFiles: await this.#investigation.ask(filesWith('failed')),
    };
  }

  /** Each noise rule, set-aside and benign mark with what it hides, and what of that is a finding. */
  async noise(options: NoiseOptions = {}): Promise<NoiseReport> {
    // What a set-aside hides is asked after a change of the label sources, too.
    this.#investigation.forget();
    await this.#investigation.prepared();
    const { noise: rules, setAsides, everythingShown } = this.#investigation.settings;
    const inputs = {
      ...{ engine: this.#investigation.engine, folder: this.#investigation.folder, rules, setAsides },
      ...{ period: periodOf(options), signal: this.#investigation.signal },
      known:
        options.findings === false ? undefined : await (await this.#investigation.analysed()).knowledge(),
    };
    return { ...(await noiseReport(inputs, await countsOfRecords(inputs))), everythingShown };
  }

  /** Shows everything that rules, set-asides and benign marks hide or lower, until {@link hideAgain}. */
  async showEverything(): Promise<EverythingShown> {
    const shown = await showEverything(this.#investigation.folder);
    await this.#investigation.readAgain();
    return shown;
  }

  /** Ends what {@link showEverything} began: everything is as it was. False where there was nothing to end. */
  async hideAgain(): Promise<boolean> {
    const ended = await hideAgain(this.#investigation.folder);
    await this.#investigation.readAgain();
    return ended;
  }

  /** Switches a noise rule or a set-aside, in its file, for every later run. Throws when none has the name. */
  async switchNoise(name: string, on: boolean): Promise<void> {
    await switchIn(this.#investigation.folder, this.#investigation.settings, name, on);
    await this.#investigation.readAgain();
  }

  /** Marks an address, a network, an AS or a name: at once, and for all that is loaded. */
  async mark(target: string, verdict: Verdict, options: MarkOptions = {}): Promise<MarkResult> {
    const subject = subjectOf(target, options);
    const batches = await this.#investigation.prepared();
    const [seen = null] =
      batches.length === 0 ? [] : await (await this.#investigation.analysed()).profiles([subject]);
    const made = await makeMark(this.#investigation.folder, subject, verdict, options, seen);
    return { ...made, addresses: await this.#addressesOf(subject) };
  }

  /** Takes a mark back. Throws where there is none of exactly this target, port and local end. */
  async unmark(target: string, options: MarkOptions = {}): Promise<MarkResult> {
    const subject = subjectOf(target, options);
    const undone = await takeMarkBack(this.#investigation.folder, subject, options.by);
    return { ...undone, addresses: await this.#addressesOf(subject) };
  }

  /** All marks, with how the traffic of the benign ones changed since. */
  async marks(): Promise<MarksReport> {
    const book = await readMarks(this.#investigation.folder.marks);
    // Another process may have marked something since this one looked.
    if (JSON.stringify(book.marks) !== JSON.stringify(this.#investigation.marksAndLists.marks))
      this.#investigation.forget();
    const shown = await (await this.#investigation.analysed()).marks();
    const marks = [...shown.entries()];
    const found = await this.#investigation.ask(matchedAddresses(marks.map(([mark]) => mark)));
    const addresses = new Map(found.map((row) => [row.place, row.addresses]));
    return {
      file: this.#investigation.folder.marks,
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
    return exportedMarks(this.#investigation.folder);
  }

  /** Merges marks that {@link exportMarks} wrote; of two that differ the later holds. */
  async importMarks(file: string): Promise<ImportResult> {
    const result = await importMarks(this.#investigation.folder, resolve(file));
    this.#investigation.forget();
    return result;
  }

  /** Takes in a list of addresses from a file or a URL; a URL is asked now and by {@link refreshIntel} only. */
  async addIntel(source: string, options: AddListOptions): Promise<IntelChange> {
    const change = await addList(this.#intelPlace, source, options);
    this.#investigation.forget();
    return change;
  }

  /** Asks the origins of some lists again, or of all. */
  async refreshIntel(
    names: readonly string[] = [],
    options: { readonly force?: boolean } = {},
  ): Promise<IntelRefresh[]> {
    const results = await refreshLists(this.#intelPlace, names, options.force === true);
    this.#investigation.forget();
    return results;
  }

  /** Takes a list out. */
  async removeIntel(name: string): Promise<IntelList> {
    const list = await dropList(this.#investigation.folder, name);
    this.#investigation.forget();
    return list;
  }

  /** The lists, each with how many loaded addresses are on it. */
  async intel(): Promise<IntelListReport[]> {
    this.#investigation.forget();
    const counted = await this.#investigation.ask(addressesOnLists());
    const on = new Map(counted.map(({ list, addresses }) => [list, addresses]));
    return this.#investigation.marksAndLists.lists.map(({ path: _, ...list }) => ({
      ...list,
      addresses: on.get(list.name) ?? 0,
    }));
  }

  get #intelPlace(): IntelPlace {
    return {
      ...{ engine: this.#investigation.engine, folder: this.#investigation.folder },
      ...{ scopes: this.#investigation.scopes, signal: this.#investigation.signal },
    };
  }

  /** How many loaded addresses a subject holds; whatever was prepared before its mark changed is made anew. */
  async #addressesOf(subject: MarkedSubject): Promise<number> {
    this.#investigation.forget();
    const [found] = await this.#investigation.ask(matchedAddresses([subject]));
    return found?.addresses ?? 0;
  }

  /** What is known of addresses without a network, in the order given. */
  async lookup(addresses: readonly string[]): Promise<AddressLabel[]> {
    return this.#investigation.engine.ask(
      lookupQuery(addresses, { scopes: this.#investigation.scopes, data: labelData() }),
      this.#investigation.signal,
    );
  }

  /** The answer to one SELECT over the documented views, in an engine that can read the workspace and nothing else. */
  query(text: string, options: SqlOptions = {}): Promise<QueryResult> {
    return answerSql(this.#investigation, text, options);
  }

  /** Writes a documented view, or what of it meets a filter, to a file whose ending says the form: .parquet, .csv, .ndjson. */
  async exportView(view: string, file: string, options: Narrowed = {}): Promise<{ rows: number }> {
    if (!documentedViews.some((name) => name === view)) {
      throw new HuntError('usage.value', `There is no view ${view} to export.`, {
        hint: `The views are ${documentedViews.join(', ')}.`,
      });
    }
    const relation = narrowedView(view, options);
    await (await this.#investigation.analysed()).viewsOf(new Set([view]));
    return exportQuery(this.#investigation.engine, relation, resolve(file), this.#investigation.signal);
  }

  /** Writes a report of the investigation, to hand over, to a file whose ending says the form: .html, .md. */
  async writeReport(file: string, options: ReportOptions = {}): Promise<WrittenReport> {
    const { onProgress } = options;
    const form = await formOf(file);
    const say: OnStep = (step, done = 0, total = 0) => onProgress?.({ step, done, total });
    const snapshot = await makeSnapshot(await this.workOut(say), say);
    try {
      return await writeReport(
        snapshot,
        form,
        options,
        this.#investigation.signal ?? new AbortController().signal,
      );
    } finally {
      await closeSnapshot(snapshot);
    }
  }

  /** What a workbench stands on: everything worked out from what is loaded now. `onStep` hears what is being done. */
  workOut(onStep: OnStep = () => undefined): Promise<WorkedOut> {
    return workOut(this.#investigation, onStep);
  }

  /** Changes with whatever another process does to the workspace; throws where it is gone. */
  stampsOf(): Promise<Stamps> {
    return stampsOf(this.#investigation.folder);
  }

  /** The next question finds what is loaded, set, marked and listed then. */
  readAgain(): Promise<void> {
    return this.#investigation.readAgain();
  }

  /** Frees the engine and removes what it held back on disk. */
  async close(): Promise<void> {
    await this.#investigation.close();
  }
}

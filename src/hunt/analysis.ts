import { join } from 'node:path';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { DetectorValues } from '../detect/all.ts';
import { named } from '../detect/names.ts';
import type {
  ExportedBaseline,
  Finding,
  FindingsResult,
  IdentifiedFinding,
  ListedPeer,
  TrafficReport,
} from '../detect/results.ts';
import type { LocalEngine } from '../engine/local.ts';
import { contextOf, type DataContext, type Derived, derive, derivedViews } from '../kept/derived.ts';
import {
  type FindingsOptions,
  findingsOf,
  findingsThat,
  findingsView,
  type KeptFindings,
  selected,
} from '../kept/findings.ts';
import type { MarksAndLists } from '../kept/known-addresses.ts';
import type { OnPiece, OnStep } from '../kept/progress.ts';
import { exportBaseline } from '../known/baselines.ts';
import { type Circumstances, circumstancesOf } from '../known/circumstances.ts';
import { type KnownFindings, knownFindings } from '../known/known-findings.ts';
import { listedPeers } from '../known/listed-peers.ts';
import { profilesOf, shownMarks, type TrafficInputs } from '../known/marked-traffic.ts';
import type { Mark, MarkedSubject, MarkShown, TrafficProfile } from '../marks/mark.ts';
import type { Settings } from '../settings/settings.ts';
import type { Sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import type { Batch } from '../store/manifest.ts';
import type { CoverageReport, CoverageWindow } from '../traffic/coverage.ts';
import { type NameStanding, namesOfPeers } from '../traffic/names-of-address.ts';
import { newAmong } from '../traffic/new-peers.ts';
import type { Period } from '../traffic/period.ts';
import { computedOver } from './computed-over.ts';
import { coverage } from './coverage.ts';
import { type AddressOptions, addressReport } from './ip.ts';
import { knownOfAddress } from './known-of-address.ts';
import { type Narrowed, narrowing } from './narrowing.ts';
import { knowledgeOf, type NoiseKnowledge } from './noise.ts';
import type { WorkedOut } from './worked-out.ts';

export interface AnalysisInputs {
  readonly engine: LocalEngine;
  readonly folder: Folder;
  readonly batches: readonly Batch[];
  readonly scopes: ScopeOverrides;
  /** What the labels of the addresses were made from, as a short key. */
  readonly labels: string;
  readonly values: DetectorValues;
  /** Who says something of peers apart from their traffic, and how much it weighs. */
  readonly marksAndLists: MarksAndLists;
  readonly weights: Settings['weights'];
  /** A folder of this run, for what cannot be kept in the workspace. */
  readonly spare: string;
  readonly signal: AbortSignal | undefined;
}

/** What is worked out from all loaded records: sessions and what stands on them. Each part once, when asked for. */
export class Analysis {
  readonly #inputs: AnalysisInputs;
  #views: Promise<Derived> | undefined;
  #context: Promise<DataContext> | undefined;
  #kept: Promise<KeptFindings> | undefined;
  #marks: Promise<ReadonlyMap<Mark, MarkShown>> | undefined;
  #known: Promise<KnownFindings> | undefined;

  /** The engine has the relations of the catalogue, over exactly these batches. */
  constructor(inputs: AnalysisInputs) {
    this.#inputs = inputs;
  }

  async findings(workspace: string, options: FindingsOptions & Narrowed): Promise<FindingsResult> {
    const findings = await this.#newOnly(await this.#narrowed(await this.#findings(), options), options);
    const context = await this.#contextOf();
    const { limit = Number.POSITIVE_INFINITY, ...others } = options;
    const all = selected(findings, others);
    const everything = selected(findings, { ...others, severity: 'info', unsettled: true });
    const settled = everything.filter(({ answer }) => answer === 'yes');
    return {
      workspace,
      ...computedOver(context),
      total: all.length,
      below: settled.length - all.filter(({ answer }) => answer === 'yes').length,
      unsettled: everything.length - settled.length,
      findings: await this.#named(all.slice(0, limit)),
    };
  }

  async address(text: string, options: AddressOptions): Promise<TrafficReport> {
    const { engine, values, scopes, signal } = this.#inputs;
    const about = await knownOfAddress(text, scopes, await this.#circumstances(), signal);
    const findings = await this.#named((await this.#findings()).about(about.labels.address));
    return addressReport(
      engine,
      { ...about, context: await this.#contextOf(), findings, values },
      options,
      signal,
    );
  }

  /** Everything that can be worked out, one after the other. */
  async workOut(onStep: OnStep): Promise<Pick<WorkedOut, 'context' | 'findings' | 'listed' | 'marks'>> {
    const step = (what: string) => {
      onStep(what);
      return (done: number, total: number) => onStep(what, done, total);
    };
    await this.#derived(step('putting sessions together'));
    await this.#raw(step('asking the four questions'));
    const findings = await this.#findings();
    const listed = await this.#named(findings.listed());
    return { context: await this.#contextOf(), findings, listed, marks: await this.marks() };
  }

  async coverage(period: Period, window: CoverageWindow | undefined): Promise<CoverageReport> {
    await this.#derived();
    return coverage(this.#inputs.engine, period, window, this.#inputs.signal);
  }

  /** What defines those of the relations that have to be worked out first; nothing is worked out for others. */
  async viewsOf(relations: ReadonlySet<string>): Promise<Pick<Derived, 'views' | 'files'>> {
    const views: Sql[] = [];
    const files: string[] = [];
    if (relations.has('findings')) {
      const file = await (await this.#findings()).file();
      views.push(findingsView(file));
      files.push(file);
    }
    if (derivedViews.some((view) => relations.has(view))) {
      const derived = await this.#derived();
      views.push(...derived.views);
      files.push(...derived.files);
    }
    for (const view of views) await this.#inputs.engine.define(view, this.#inputs.signal);
    return { views, files };
  }

  async #narrowed(kept: KnownFindings, narrowed: Narrowed): Promise<readonly IdentifiedFinding[]> {
    const condition = narrowing(narrowed, 'findings');
    if (condition === undefined) return kept.listed();
    const { engine, signal } = this.#inputs;
    await engine.define(findingsView(await kept.file()), signal);
    const met = new Set((await engine.ask(findingsThat(condition), signal)).map(({ id }) => id));
    return kept.listed().filter(({ id }) => met.has(id));
  }

  async #newOnly(
    findings: readonly IdentifiedFinding[],
    { newSince }: FindingsOptions,
  ): Promise<readonly IdentifiedFinding[]> {
    if (newSince === undefined) return findings;
    const { engine, signal } = this.#inputs;
    const peers = [...new Set(findings.map(({ peer }) => peer))];
    const fresh = new Set((await engine.ask(newAmong(peers, newSince), signal)).map(({ peer }) => peer));
    return findings.filter(({ peer }) => fresh.has(peer));
  }

  /** The findings with the names that DNS query logs give their peers; what has no name stays as it is. */
  async #named(findings: readonly IdentifiedFinding[]): Promise<IdentifiedFinding[]> {
    const { engine, batches, signal } = this.#inputs;
    const open = findings.filter(({ answer }) => answer !== 'no');
    if (open.length === 0 || batches.every(({ manifest }) => manifest.dns === undefined))
      return [...findings];
    const seconds = (text: string | null) => Date.parse(text ?? '') / 1000 || 0;
    const traffic = open.map(({ peer, local, firstSeen, lastSeen }) => ({
      ...{ peer, local, since: seconds(firstSeen), until: seconds(lastSeen) },
    }));
    const standings: NameStanding[][] = open.map(() => []);
    for (const row of await engine.ask(namesOfPeers(traffic), signal)) standings[row.place]?.push(row);
    const places = new Map(open.map((finding, place) => [finding, place]));
    return findings.map((finding) => named(finding, standings[places.get(finding) ?? -1] ?? []));
  }

  #derived(onPiece?: OnPiece): Promise<Derived> {
    const { engine, folder, batches, scopes, signal, spare } = this.#inputs;
    this.#views ??= derive(engine, folder, batches, scopes, signal, join(spare, 'derived'), onPiece);
    return this.#views;
  }

  #contextOf(): Promise<DataContext> {
    const { engine, batches, signal } = this.#inputs;
    this.#context ??= this.#derived().then(() => contextOf(engine, batches, signal));
    return this.#context;
  }

  /** The marks as they are shown, with how the traffic changed since. */
  marks(): Promise<ReadonlyMap<Mark, MarkShown>> {
    const { marksAndLists, weights } = this.#inputs;
    this.#marks ??= shownMarks(marksAndLists.marks, weights.marks, () => this.#traffic());
    return this.#marks;
  }

  /** What the traffic of each subject is like; null where it has none. */
  async profiles(subjects: readonly MarkedSubject[]): Promise<(TrafficProfile | null)[]> {
    return profilesOf(subjects, await this.#traffic());
  }

  async #traffic(): Promise<TrafficInputs> {
    const { engine, signal } = this.#inputs;
    const findings = (await this.#raw()).listed();
    return { engine, signal, findings, context: await this.#contextOf() };
  }

  /** The peers on threat lists with their traffic. */
  async listed(period: Period, findings: readonly Finding[]): Promise<ListedPeer[]> {
    if (this.#inputs.marksAndLists.lists.length === 0) return [];
    await this.#derived();
    return listedPeers(this.#inputs.engine, 'sessions', period, findings, this.#inputs.signal);
  }

  /** What `noise` needs to know of findings and marks. */
  async knowledge(): Promise<NoiseKnowledge> {
    return knowledgeOf(await this.#findings(), await this.marks());
  }

  /** The findings as they are to be read: with marks and lists, which what is kept of the records does not hold. */
  #findings(): Promise<KnownFindings> {
    this.#known ??= this.#workOutKnown();
    return this.#known;
  }

  async #workOutKnown(): Promise<KnownFindings> {
    const { signal, spare } = this.#inputs;
    const kept = await this.#raw();
    const known = await circumstancesOf(kept.listed(), await this.#circumstances(), signal);
    return knownFindings(kept, known, join(spare, 'findings'));
  }

  async #circumstances(): Promise<Circumstances> {
    const { engine, folder, marksAndLists, weights } = this.#inputs;
    return { engine, folder, lists: marksAndLists.lists, marks: await this.marks(), weights };
  }

  /** Writes what is normal in the loaded records to a file. */
  async exportBaseline(file: string): Promise<ExportedBaseline> {
    await this.#derived();
    const { engine, signal } = this.#inputs;
    return exportBaseline(engine, await this.#contextOf(), file, signal);
  }

  #raw(onPiece?: OnPiece): Promise<KeptFindings> {
    this.#kept ??= this.#askAll(onPiece);
    return this.#kept;
  }

  async #askAll(onPiece?: OnPiece): Promise<KeptFindings> {
    const { engine, folder, labels, values, spare, signal } = this.#inputs;
    const { key } = await this.#derived();
    const context = await this.#contextOf();
    const place = join(spare, 'findings');
    return findingsOf(engine, folder, [key, labels], context, values, place, signal, onPiece);
  }
}

import type { ExplainedAddress } from '../addresses/explain.ts';
import type { AddressLabel } from '../addresses/lookup.ts';
import type { DemoOptions } from '../demo/options.ts';
import type { Question } from '../detect/finding.ts';
import type { EverythingShown, NoiseReport } from '../detect/noise-report.ts';
import type {
  AddressReport,
  BaselineInfo,
  ExportedBaseline,
  FindingsResult,
  Hunt,
  ImportedBaseline,
} from '../detect/results.ts';
import type { QueryResult } from '../engine/query-result.ts';
import type { ReportOptions, WrittenReport } from '../handover/report.ts';
import type { ChainName } from '../hunt/chain-names.ts';
import type { ShownChain } from '../hunt/chains.ts';
import type { Explanation } from '../hunt/explain.ts';
import type { HuntOptions } from '../hunt/hunting.ts';
import type { AddressOptions } from '../hunt/ip.ts';
import type { LookedUp, LookupOptions } from '../hunt/lookup.ts';
import type { Narrowed } from '../hunt/narrowing.ts';
import type { LoadResult } from '../ingest/load-result.ts';
import type { IntelList } from '../intel/list.ts';
import type { IntelChange, IntelListReport, IntelRefresh } from '../intel/results.ts';
import type { FindingsOptions } from '../kept/findings.ts';
import type { AddListOptions } from '../known/intel.ts';
import type { MarkOptions } from '../known/marking.ts';
import type { AddedSource, AddOptions } from '../labels/add.ts';
import type { LabelsReport } from '../labels/listing.ts';
import type { UpdateOptions, UpdateOutcome } from '../labels/update.ts';
import type { Verdict } from '../marks/mark.ts';
import type { ImportResult, MarkResult, MarksReport } from '../marks/results.ts';
import type { ServeOptions, Serving } from '../server/serve.ts';
import type { LoadOptions, RunOptions } from '../settings/options.ts';
import type { Query } from '../sql/query.ts';
import type { DialectName } from '../sql/sql.ts';
import type { CoverageReport, CoverageWindow } from '../traffic/coverage.ts';
import type { Funnel } from '../traffic/funnel.ts';
import type { NewPeers } from '../traffic/new-peers.ts';
import type { Period } from '../traffic/period.ts';
import type { RejectsResult } from '../traffic/rejects.ts';
import type { TopOptions, TopRow } from '../traffic/top.ts';
import type { NoiseOptions } from '../workspace/workspace.ts';

/** A workspace as the commands see it. */
export interface WorkspaceOfCommands {
  load(paths: readonly string[], options?: LoadOptions): Promise<LoadResult>;
  hunt(options?: HuntOptions): Promise<Hunt>;
  findings(options?: FindingsOptions & Narrowed): Promise<FindingsResult>;
  ip(address: string, options?: AddressOptions): Promise<AddressReport>;
  coverage(period?: Period, window?: CoverageWindow): Promise<CoverageReport>;
  top(options?: TopOptions & Narrowed): Promise<readonly TopRow[]>;
  topQuery(options?: TopOptions & Narrowed): Query<TopRow>;
  rejects(limit: number): Promise<RejectsResult>;
  noise(options?: NoiseOptions): Promise<NoiseReport>;
  showEverything(): Promise<EverythingShown>;
  hideAgain(): Promise<boolean>;
  switchNoise(name: string, on: boolean): Promise<void>;
  mark(target: string, verdict: Verdict, options?: MarkOptions): Promise<MarkResult>;
  unmark(target: string, options?: MarkOptions): Promise<MarkResult>;
  marks(): Promise<MarksReport>;
  exportMarks(): Promise<string>;
  importMarks(file: string): Promise<ImportResult>;
  addIntel(source: string, options: AddListOptions): Promise<IntelChange>;
  refreshIntel(
    names?: readonly string[],
    options?: { readonly force?: boolean },
  ): Promise<readonly IntelRefresh[]>;
  removeIntel(name: string): Promise<IntelList>;
  intel(): Promise<readonly IntelListReport[]>;
  newPeers(since: number): Promise<NewPeers>;
  exportBaseline(file: string): Promise<ExportedBaseline>;
  importBaseline(file: string, name?: string): Promise<ImportedBaseline>;
  baselines(): Promise<readonly BaselineInfo[]>;
  removeBaseline(name: string): Promise<void>;
  lookup(addresses: readonly string[]): Promise<readonly AddressLabel[]>;
  query(
    sql: string,
    options?: { readonly limit?: number; readonly signal?: AbortSignal },
  ): Promise<QueryResult>;
  exportView(view: string, file: string, options?: Narrowed): Promise<{ readonly rows: number }>;
  writeReport(file: string, options?: ReportOptions): Promise<WrittenReport>;
  close(): Promise<void>;
}

/** What `demo` says about the traffic that it made. */
interface DemoSummaryOfCommands {
  readonly logs: string;
  readonly truthFile: string;
  readonly records: number;
  readonly queries: number;
  readonly truth: { readonly ownRanges: readonly string[] };
}

/** The library that the commands run on; each part is loaded on first use, so that `--help` answers at once. */
export interface Library {
  openWorkspace(options: RunOptions & { readonly create?: boolean }): Promise<WorkspaceOfCommands>;
  lookup(addresses: readonly string[], options?: LookupOptions): Promise<readonly LookedUp[]>;
  explainLabels(
    addresses: readonly string[],
    options?: Partial<RunOptions>,
  ): Promise<readonly ExplainedAddress[]>;
  labels(): Promise<LabelsReport>;
  updateLabels(options?: UpdateOptions & Partial<RunOptions>): Promise<readonly UpdateOutcome[]>;
  addLabels(file: string, options?: AddOptions & Partial<RunOptions>): Promise<AddedSource>;
  removeLabels(name: string): Promise<void>;
  explain(question: Question, options?: Partial<RunOptions>): Promise<Explanation>;
  explainSteps(
    chain?: ChainName,
    options?: Partial<RunOptions> & { readonly dialect?: DialectName },
  ): Promise<readonly ShownChain[]>;
  brokenEquations(funnel: Funnel): Promise<readonly string[]>;
  generateDemo(options: DemoOptions): Promise<DemoSummaryOfCommands>;
  serve(options: ServeOptions): Promise<Serving>;
}

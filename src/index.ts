/**
 * northsouth as a library: what the command line does, as typed functions.
 *
 * @example
 * import { openWorkspace } from 'northsouth';
 *
 * const workspace = await openWorkspace({ workspace: '.northsouth', create: true });
 * await workspace.load(['./AWSLogs']);
 * const { funnel, top } = await workspace.hunt({ by: 'bytes', limit: 10 });
 * console.log(funnel.northSouth, top[0]?.dstAddr, top[0]?.network);
 * await workspace.close();
 */
export type { ExplainedAddress, LabelReason, Statement } from './addresses/explain.ts';
export type { LabelColumn, LabelKind, LabelSource } from './addresses/label-source.ts';
export type { AddressLabel } from './addresses/lookup.ts';
export type { Scope } from './addresses/scope.ts';
export type { Question, ScorePart, Severity, SeverityStep } from './detect/finding.ts';
export type {
  BenignMarkReport,
  EverythingShown,
  HiddenFinding,
  NoiseReport,
} from './detect/noise-report.ts';
export type {
  AddressReport,
  Finding,
  FindingsResult,
  Hunt,
  ListedPeer,
  QuestionAnswer,
} from './detect/results.ts';
export type { QueryResult } from './engine/query-result.ts';
export { type ErrorCode, HuntError } from './errors.ts';
export type { ReportOptions, WrittenReport } from './handover/report.ts';
export type { ReportProgress } from './handover/report-material.ts';
export { type ChainName, chainNames } from './hunt/chain-names.ts';
export { explainSteps, type ShownChain, type ShownStep } from './hunt/chains.ts';
export { type Explanation, explain } from './hunt/explain.ts';
export type { HuntOptions } from './hunt/hunting.ts';
export type { AddressOptions } from './hunt/ip.ts';
export { type LookedUp, type LookupOptions, lookup } from './hunt/lookup.ts';
export type { Narrowed } from './hunt/narrowing.ts';
export type { FailedFile, LoadProgress, LoadResult } from './ingest/load-result.ts';
export type { Hit, IntelList, ListKind } from './intel/list.ts';
export type { IntelChange, IntelListReport, IntelRefresh } from './intel/results.ts';
export type { FindingsOptions } from './kept/findings.ts';
export { explainLabels } from './known/explained-labels.ts';
export type { AddListOptions } from './known/intel.ts';
export { addLabels, labels, removeLabels, updateLabels } from './known/labels.ts';
export type { MarkOptions } from './known/marking.ts';
export type { AddedSource, AddOptions } from './labels/add.ts';
export type { LabelsReport, ListedSource } from './labels/listing.ts';
export type { UpdateOptions, UpdateOutcome, UpdateProgress } from './labels/update.ts';
export type { Mark, MarkedSubject, MarkShown, TrafficProfile, Verdict } from './marks/mark.ts';
export type { ImportResult, MarkResult, MarksReport } from './marks/results.ts';
export type { Asked, BootstrapFacts } from './registries/facts.ts';
export type { InquiryProgress } from './registries/outcome.ts';
export type { Registration } from './registries/registration.ts';
export type { LoadOptions, RunOptions } from './settings/options.ts';
export type { Query } from './sql/query.ts';
export type { CoverageHour, CoverageReport, CoverageWindow, InterfaceCoverage } from './traffic/coverage.ts';
export { brokenEquations, type Funnel } from './traffic/funnel.ts';
export type { AddressConversation, AddressTotals, InterArrivals, Timeline } from './traffic/ip.ts';
export type { NoiseRuleReport, ServiceMatched, SetAsideReport } from './traffic/noise.ts';
export type { Period } from './traffic/period.ts';
export type { Reject, RejectsResult } from './traffic/rejects.ts';
export type { TopGroup, TopOptions, TopOrder, TopRow } from './traffic/top.ts';
export {
  type NoiseOptions,
  openWorkspace,
  type Workspace,
} from './workspace/workspace.ts';

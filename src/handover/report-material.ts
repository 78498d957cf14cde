import { type Severity, severities } from '../detect/finding.ts';
import type { NoiseReport } from '../detect/noise-report.ts';
import type { IdentifiedFinding } from '../detect/results.ts';
import type { FindingInFull, Material } from '../document/material.ts';
import { HuntError } from '../errors.ts';
import { computedOver } from '../hunt/computed-over.ts';
import type { Narrowed } from '../hunt/narrowing.ts';
import { withRegistrations, withRegistrationsOfRows } from '../known/outside.ts';
import { listLabels } from '../labels/listing.ts';
import { userName } from '../settings/user-name.ts';
import { coverageIn } from '../snapshot/coverage.ts';
import { rejectsOf } from '../snapshot/data.ts';
import { firstOf } from '../snapshot/destinations.ts';
import { behindFinding } from '../snapshot/finding.ts';
import { knownIn } from '../snapshot/known.ts';
import { findingsOf } from '../snapshot/narrowed-findings.ts';
import { noiseIn } from '../snapshot/noise.ts';
import { overviewOf } from '../snapshot/overview.ts';
import type { Identified, Snapshot } from '../snapshot/snapshot.ts';
import { isoTime, type Period, periodOf } from '../traffic/period.ts';
import type { TopOrder, TopRow } from '../traffic/top.ts';
import { version } from '../version.ts';

export interface MaterialOptions extends Period, Narrowed {
  readonly title?: string;
  /** What the hunter has to say first. */
  readonly note?: string;
  /** What tables are ranked by; default flows. */
  readonly by?: TopOrder;
  /** The least severity of findings; default medium. */
  readonly severity?: Severity;
  /** All findings, and what cannot be told too. */
  readonly all?: boolean;
  /** Only these findings, by their ids or the beginnings of them. */
  readonly findings?: readonly string[];
  /** What to type for the same report. */
  readonly command: string;
  /** Findings that are told in full, at most. */
  readonly mostInFull: number;
  readonly onProgress?: (progress: ReportProgress) => void;
}

/** What is being done for a report; of findings, how many are collected. */
export interface ReportProgress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

const rows = 10;
const destinations = 20;
const interfacesShown = 20;
const sampled = 12;
const mostNote = 20_000;
const mostTitle = 300;

/** Everything that a report says of a snapshot: the same answers as the commands and the page give. */
export async function materialOf(
  snapshot: Snapshot,
  options: MaterialOptions,
  signal: AbortSignal,
): Promise<Material> {
  const { by = 'flows', where, onProgress } = options;
  const period = periodOf(options);
  const narrowed = { ...period, ...(where === undefined ? {} : { where }) };
  const say = (step: string, done = 0, total = 0) => onProgress?.({ step, done, total });
  const title = shortEnough('title', options.title ?? 'Threat hunt in VPC flow logs', mostTitle);
  const note = options.note === undefined ? null : shortEnough('note', options.note, mostNote);
  say('counting and ranking');
  const overview = await overviewOf(snapshot, { ...narrowed, by, asides: false, rows }, signal);
  const { funnel, broken, timeline } = overview;
  const top = await firstOf(
    snapshot,
    { ...narrowed, group: 'flow', asides: false, by, rows: destinations },
    signal,
  );
  const found = await selectedFindings(snapshot, options, narrowed, signal);
  say('looking at what is hidden');
  const noise = await hiddenIn(snapshot, period, signal);
  const rejects = await rejectsOf(snapshot, { offset: 0, limit: 1 }, signal);
  say('reading coverage, marks and lists');
  const coverage = await coverageIn(snapshot, period, { offset: 0, limit: interfacesShown }, signal);
  const known = await knownIn(snapshot, narrowed, signal);
  const chosen = await withRegistrations(found.chosen, snapshot.outside);
  const inFull: FindingInFull[] = [];
  const most = Math.min(chosen.length, options.mostInFull);
  for (const finding of chosen.slice(0, most)) {
    say('collecting findings', inFull.length, most);
    inFull.push(await findingInFull(snapshot, finding, period, signal));
  }
  say('writing it down');
  return {
    ...{ title, note, by: userName(), madeAt: isoTime(Math.floor(Date.now() / 1000)) ?? '' },
    ...{ version: version(), command: options.command, order: by },
    asked: {
      from: isoTime(options.from ?? null),
      to: isoTime(options.to ?? null),
      where: where ?? null,
    },
    hunt: {
      ...{ workspace: snapshot.workspace, period: overview.period, funnel, dns: known.dns },
      ...{ top: await withRegistrationsOfRows(ranked(top.rows), snapshot.outside), intel: known.listed },
      everythingShown: snapshot.everythingShown,
    },
    ...{ broken, timeline },
    ignored: overview.ignored.filter(({ part }) => part === 'timeline').map(({ message }) => message),
    ...{ networks: ranked(overview.networks), countries: ranked(overview.countries) },
    ...{ ports: ranked(overview.ports), locals: ranked(overview.locals) },
    ...{ coverage, computed: computedOver(snapshot.context) },
    ...found,
    ...{ chosen, inFull, noise, marks: known.marks, lists: known.lists, labels: listLabels() },
    ...{ failedFiles: known.failedFiles, rejectReasons: rejects.byReason },
  };
}

/** What noise rules, set-asides and benign marks hide, or would while everything is shown. */
async function hiddenIn(snapshot: Snapshot, period: Period, signal: AbortSignal): Promise<NoiseReport> {
  const { everythingShown, asWritten } = snapshot;
  const { noise, setAsides } = asWritten;
  const seen = everythingShown === null ? snapshot : { ...snapshot, noise, setAsides };
  return { ...(await noiseIn(seen, period, signal)), everythingShown };
}

function shortEnough(what: string, text: string, most: number): string {
  if (text.length <= most) return text;
  throw new HuntError('usage.value', `The ${what} has ${text.length} characters, of ${most} at most.`, {
    hint: 'Shorten it; longer texts belong beside the report.',
  });
}

function ranked(found: readonly Record<string, unknown>[]): TopRow[] {
  return found.map((row, index) => ({ rank: index + 1, ...row }) as TopRow);
}

async function selectedFindings(
  snapshot: Snapshot,
  { severity = 'medium', all = false, findings: ids }: MaterialOptions,
  narrowed: Period & Narrowed,
  signal: AbortSignal,
): Promise<Pick<Material, 'choice' | 'chosen' | 'below' | 'unsettled'>> {
  const found = await findingsOf(snapshot, { ...narrowed, severity: 'info', unsettled: true }, signal);
  const identified = ({ id, finding }: Identified): IdentifiedFinding => ({ ...finding, id });
  const isYes = ({ finding }: Identified) => finding.answer === 'yes';
  const least = severities.indexOf(all ? 'info' : severity);
  const isChosen = (one: Identified) =>
    isYes(one) ? severities.indexOf(one.finding.severity) >= least : all;
  const chosen = ids === undefined ? found.filter(isChosen) : named(found, ids);
  const others = found.filter((one) => !chosen.includes(one));
  return {
    choice: {
      ...{ severity: all ? 'info' : severity, unsettled: all },
      ...(ids === undefined ? {} : { ids: chosen.map(({ id }) => id) }),
    },
    chosen: chosen.map(identified),
    below: others.filter(isYes).length,
    unsettled: others.filter((one) => !isYes(one)).length,
  };
}

/** The findings of the ids, in the order of severity; an id may be cut where its beginning is clear. */
function named(found: readonly Identified[], ids: readonly string[]): Identified[] {
  const meant = new Set(
    ids.map((text) => {
      const wanted = text.trim().toLowerCase();
      const fits = wanted === '' ? [] : found.filter(({ id }) => id.startsWith(wanted));
      const [first] = fits;
      if (first !== undefined && fits.length === 1) return first;
      throw new HuntError(
        'usage.value',
        first === undefined
          ? `There is no finding with the id "${text}".`
          : `The id "${text}" may mean ${fits.length} findings.`,
        { hint: 'northsouth findings --severity info --unsettled lists findings with their ids.' },
      );
    }),
  );
  return found.filter((one) => meant.has(one));
}

async function findingInFull(
  snapshot: Snapshot,
  finding: IdentifiedFinding,
  period: Period,
  signal: AbortSignal,
): Promise<FindingInFull> {
  const { timeline, interArrivals, sessions, records } = await behindFinding(
    snapshot,
    finding,
    period,
    signal,
  );
  return {
    ...{ finding, timeline, interArrivals, sessions: sessions.total },
    records: { ...records, rows: records.rows.slice(0, sampled) },
  };
}

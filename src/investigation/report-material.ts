import { type Severity, severities } from '../detect/finding.ts';
import type { Finding, IdentifiedFinding } from '../detect/results.ts';
import type { FindingInFull, Material } from '../document/material.ts';
import { HuntError } from '../errors.ts';
import { listLabels } from '../labels/listing.ts';
import { brokenEquations } from '../traffic/funnel.ts';
import { isoTime, type Period, periodOf } from '../traffic/period.ts';
import type { TopOrder, TopRow } from '../traffic/top.ts';
import { version } from '../version.ts';
import { computedOver } from './computed-over.ts';
import { userName } from './marking.ts';
import type { Narrowed } from './narrowing.ts';
import type { Identified } from './workbench/ground.ts';
import { Workbench } from './workbench/workbench.ts';
import type { Workspace } from './workspace.ts';

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

/** What a report is made from. */
export interface ReportSources {
  readonly workspace: Workspace;
  /** Adds what registries said before of the peers. */
  readonly registered: <One extends Finding>(findings: readonly One[]) => Promise<readonly One[]>;
  readonly signal: AbortSignal | undefined;
  /** One that is there already; otherwise one is made for the report. */
  readonly workbench?: Workbench | undefined;
}

const rows = 10;
const destinations = 20;
const sampled = 12;
const mostNote = 20_000;
const mostTitle = 300;
/** A report is of one state: nobody looks for newer ones meanwhile. The longest time of a timer. */
const never = 2 ** 31 - 1;

/** Everything that a report says: the same answers as the commands and the page give. */
export async function materialOf(
  { workspace, registered, signal = new AbortController().signal, workbench: shared }: ReportSources,
  options: MaterialOptions,
): Promise<Material> {
  const { by = 'flows', where, onProgress } = options;
  const narrowed = { ...periodOf(options), ...(where === undefined ? {} : { where }) };
  const say = (step: string, done = 0, total = 0) => onProgress?.({ step, done, total });
  const title = shortEnough('title', options.title ?? 'Threat hunt in VPC flow logs', mostTitle);
  const note = options.note === undefined ? null : shortEnough('note', options.note, mostNote);
  say('counting and ranking');
  const lists = await workspace.intel();
  const hunt = await workspace.hunt({ ...narrowed, by, limit: destinations });
  const marks = await workspace.marks();
  say('looking at what is hidden');
  const noise = await workspace.noise(periodOf(options));
  const rejects = await workspace.rejects(1);
  const workbench = shared ?? new Workbench(workspace, never);
  try {
    const ground = workbench.ground ?? (await workbench.prepare());
    say('drawing');
    const overview = await workbench.overview({ ...narrowed, by, asides: false, rows }, signal);
    const found = await selectedFindings(workbench, options, narrowed, signal);
    const chosen = await registered(found.chosen);
    const inFull: FindingInFull[] = [];
    for (const finding of chosen.slice(0, options.mostInFull)) {
      say('collecting findings', inFull.length, Math.min(chosen.length, options.mostInFull));
      inFull.push(await findingInFull(workbench, finding, signal));
    }
    return {
      ...{ title, note, by: userName(), madeAt: isoTime(Math.floor(Date.now() / 1000)) ?? '' },
      ...{ version: version(), command: options.command, order: by },
      asked: {
        from: isoTime(options.from ?? null),
        to: isoTime(options.to ?? null),
        where: where ?? null,
      },
      ...{ hunt, broken: brokenEquations(hunt.funnel), timeline: overview.timeline },
      ignored: overview.ignored.filter(({ part }) => part === 'timeline').map(({ message }) => message),
      ...{ networks: ranked(overview.networks), countries: ranked(overview.countries) },
      ...{ ports: ranked(overview.ports), locals: ranked(overview.locals) },
      coverage: await workbench.coverage(periodOf(options), signal),
      computed: computedOver(ground.context),
      ...found,
      ...{ chosen, inFull, noise, marks, lists, labels: listLabels() },
      ...{ failedFiles: rejects.failedFiles, rejectReasons: rejects.byReason },
    };
  } finally {
    if (shared === undefined) await workbench.close();
  }
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
  workbench: Workbench,
  { severity = 'medium', all = false, findings: ids }: MaterialOptions,
  narrowed: Period & Narrowed,
  signal: AbortSignal,
): Promise<Pick<Material, 'choice' | 'chosen' | 'below' | 'unsettled'>> {
  const { found } = await workbench.findings({ ...narrowed, severity: 'info', unsettled: true }, signal);
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
  workbench: Workbench,
  finding: IdentifiedFinding,
  signal: AbortSignal,
): Promise<FindingInFull> {
  const behind = await workbench.finding(finding.id, signal);
  if (behind === undefined) throw new TypeError(`The finding ${finding.id} went away.`);
  const { timeline, interArrivals, sessions, records } = behind;
  return {
    ...{ finding, timeline, interArrivals, sessions: sessions.total },
    records: { ...records, rows: records.rows.slice(0, sampled) },
  };
}

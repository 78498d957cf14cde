import type { Engine } from '../engine/engine.ts';
import { isTotal } from '../filter/compile.ts';
import { parseFilter } from '../filter/parse.ts';
import { kindFacts } from '../picture/cube.ts';
import { kindNames, timelineOf } from '../picture/overview.ts';
import type { View } from '../picture/view.ts';
import type { Query } from '../sql/query.ts';
import type { Funnel } from '../traffic/funnel.ts';
import { brokenEquations, funnelOf, funnelSteps, intake } from '../traffic/funnel.ts';
import type { NoiseRule } from '../traffic/noise-rules.ts';
import { isoTime, type Period, periodOf } from '../traffic/period.ts';
import { span } from '../traffic/span.ts';
import { rowsOfRankings, type TopOrder } from '../traffic/top.ts';
import { secondsSince } from './asked.ts';
import { type Asked, chooseForAll, chooseForGroups, isWhole } from './basis.ts';
import { bucketFor, bucketsOf } from './buckets.ts';
import { cachedAnswer } from './cached-answer.ts';
import { coverageByHour } from './coverage-hours.ts';
import { countedSteps } from './cube.ts';
import { firstOf } from './destinations.ts';
import { findingsAsFarAs, type Ignored } from './narrowed-findings.ts';
import { asidesIn } from './noise.ts';
import type { Snapshot } from './snapshot.ts';
import { topsIn } from './tops.ts';

export interface OverviewOptions extends Asked {
  readonly by: TopOrder;
  readonly asides: boolean;
  readonly rows: number;
}

const mostFindings = 12;

/** The first page: everything at a glance. Its questions are asked side by side. */
export function overviewOf(snapshot: Snapshot, options: OverviewOptions, signal: AbortSignal) {
  const { from, to, where, by, asides, rows } = options;
  return cachedAnswer(snapshot, ['overview', from, to, where, by, asides, rows], signal, (asked) =>
    askOverview(snapshot, options, asked),
  );
}

async function askOverview(snapshot: Snapshot, options: OverviewOptions, signal: AbortSignal) {
  const started = performance.now();
  const ask = <Row>(query: Query<Row>): Promise<Row[]> =>
    snapshot.connections.lend(signal, (engine) => engine.ask(query, signal));
  const period: Period = periodOf(options);
  const { ignored, where } = withoutTotals(options);
  const rows = chooseForAll(snapshot, { ...period, ...(where === undefined ? {} : { where }) });
  const least = rows.facts.basis === 'cube' ? snapshot.resolutionSeconds : 1;
  const seconds = bucketFor(snapshot.span, period, least);
  const view: View = { period, rows: rows.rows, asides: options.asides };
  const chosen = chooseForGroups(snapshot, options);
  // What somebody sees and clicks on first is asked first.
  const [tops, timeline, whole, found, coverage] = await Promise.all([
    topsIn(snapshot, chosen, { ...options, period }, signal),
    ask(timelineOf(rows.rows === undefined ? kindFacts(rows.facts) : rows.facts, view, seconds)),
    wholeOf(snapshot, period, signal),
    findingsAsFarAs(snapshot, { ...options, severity: 'info' }, signal),
    cachedAnswer(snapshot.connections, ['coverage by hour', period.from, period.to], signal, (asked) =>
      snapshot.connections.lend(asked, (engine) => coverageByHour(engine, period, asked)),
    ),
  ]);
  const bases = [rows.facts.basis, chosen.facts.basis];
  return {
    basis: bases.includes('records') ? ('records' as const) : ('cube' as const),
    seconds: secondsSince(started),
    ...whole,
    ignored: [...ignored, ...found.ignored],
    timeline: {
      bucketSeconds: seconds,
      buckets: bucketsOf(timeline, seconds, snapshot.span, period, kindNames),
    },
    ...tops,
    findings: findingsPart(found.found),
    coverage,
  };
}

/** Makes what a page shows first, so that it is there when the page comes. */
export async function warm(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
  await overviewOf(snapshot, { by: 'bytes', asides: false, rows: rowsOfRankings }, signal);
}

/** Makes what is looked at next and takes long, while the first page is read. */
export async function prefetch(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
  await firstOf(snapshot, { group: 'flow', asides: false, by: 'flows', rows: 1 }, signal);
  await asidesIn(snapshot, signal);
}

function findingsPart(found: Awaited<ReturnType<typeof findingsAsFarAs>>['found']) {
  const counted = (severity: string) => found.filter(({ finding }) => finding.severity === severity).length;
  return {
    total: found.length,
    bySeverity: {
      critical: counted('critical'),
      high: counted('high'),
      medium: counted('medium'),
      low: counted('low'),
      info: counted('info'),
    },
    matter: found.slice(0, mostFindings),
  };
}

/** The filter without the terms that are asked of groups: a moment of a timeline has no total to compare. */
function withoutTotals({ where }: Asked): {
  readonly where: string | undefined;
  readonly ignored: readonly Ignored[];
} {
  if (where === undefined) return { where, ignored: [] };
  const totals = parseFilter(where).filter(isTotal);
  const kept = totals.reduceRight(
    (text, { place }) => text.slice(0, place.from) + ' '.repeat(place.to - place.from) + text.slice(place.to),
    where,
  );
  const ignored = totals.map(({ key, place }) => ({
    ...place,
    part: 'timeline' as const,
    message: `${key} is asked of the networks, countries, ports and addresses that are listed, not of moments`,
  }));
  return { where: kept, ignored };
}

interface Whole {
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly funnel: Funnel;
  readonly broken: readonly string[];
}

/** The funnel of a period, whatever the filter. */
function wholeOf(snapshot: Snapshot, period: Period, signal: AbortSignal): Promise<Whole> {
  return cachedAnswer(snapshot, ['funnel', period.from, period.to], signal, (asked) =>
    askWhole(snapshot, period, asked),
  );
}

function askWhole(snapshot: Snapshot, period: Period, signal: AbortSignal): Promise<Whole> {
  const { connections, noise, cube } = snapshot;
  return connections.lend(signal, async (engine) => {
    const [read] = await engine.ask(intake(), signal);
    const rules = noise.filter(({ on }) => on).length;
    const { steps, ...found } = isWhole(snapshot, period)
      ? await countedSteps(engine, cube, rules, period, signal)
      : await stepsOfRecords(engine, noise, period, signal);
    const funnel = funnelOf(read, steps, noise, period);
    return {
      period: { from: isoTime(found.from), to: isoTime(found.to) },
      funnel,
      broken: brokenEquations(funnel),
    };
  });
}

async function stepsOfRecords(
  engine: Engine,
  noise: readonly NoiseRule[],
  period: Period,
  signal: AbortSignal,
) {
  const steps = await engine.ask(funnelSteps(noise, period), signal);
  const [found] = await engine.ask(span(period), signal);
  return { steps, from: found?.from ?? null, to: found?.to ?? null };
}

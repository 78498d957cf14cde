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
import { coverageByHour } from './coverage-hours.ts';
import { countedSteps } from './cube.ts';
import { firstOf } from './destinations.ts';
import type { Ground } from './ground.ts';
import { findingsAsFarAs, type Ignored } from './narrowed-findings.ts';
import { asidesIn } from './noise.ts';
import { remembered } from './remembered.ts';
import { topsIn } from './tops.ts';

export interface OverviewOptions extends Asked {
  readonly by: TopOrder;
  readonly asides: boolean;
  readonly rows: number;
}

const mostFindings = 12;

/** The first page: everything at a glance. Its questions are asked side by side. */
export function overviewOf(ground: Ground, options: OverviewOptions, signal: AbortSignal) {
  const { from, to, where, by, asides, rows } = options;
  return remembered(ground, ['overview', from, to, where, by, asides, rows], signal, (asked) =>
    askOverview(ground, options, asked),
  );
}

async function askOverview(ground: Ground, options: OverviewOptions, signal: AbortSignal) {
  const started = performance.now();
  const ask = <Row>(query: Query<Row>): Promise<Row[]> =>
    ground.connections.lend(signal, (engine) => engine.ask(query, signal));
  const period: Period = periodOf(options);
  const { ignored, where } = withoutTotals(options);
  const rows = chooseForAll(ground, { ...period, ...(where === undefined ? {} : { where }) });
  const least = rows.facts.basis === 'cube' ? ground.resolutionSeconds : 1;
  const seconds = bucketFor(ground.span, period, least);
  const view: View = { period, rows: rows.rows, asides: options.asides };
  const chosen = chooseForGroups(ground, options);
  // What somebody sees and clicks on first is asked first.
  const [tops, timeline, whole, found, coverage] = await Promise.all([
    topsIn(ground, chosen, { ...options, period }, signal),
    ask(timelineOf(rows.rows === undefined ? kindFacts(rows.facts) : rows.facts, view, seconds)),
    wholeOf(ground, period, signal),
    findingsAsFarAs(ground, { ...options, severity: 'info' }, signal),
    remembered(ground.connections, ['coverage by hour', period.from, period.to], signal, (asked) =>
      ground.connections.lend(asked, (engine) => coverageByHour(engine, period, asked)),
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
      buckets: bucketsOf(timeline, seconds, ground.span, period, kindNames),
    },
    ...tops,
    findings: findingsPart(found.found),
    coverage,
  };
}

/** Makes what a page shows first, so that it is there when the page comes. */
export async function warm(ground: Ground, signal: AbortSignal): Promise<void> {
  await overviewOf(ground, { by: 'bytes', asides: false, rows: rowsOfRankings }, signal);
}

/** Makes what is looked at next and takes long, while the first page is read. */
export async function foresee(ground: Ground, signal: AbortSignal): Promise<void> {
  await firstOf(ground, { group: 'flow', asides: false, by: 'flows', rows: 1 }, signal);
  await asidesIn(ground, signal);
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
function wholeOf(ground: Ground, period: Period, signal: AbortSignal): Promise<Whole> {
  return remembered(ground, ['funnel', period.from, period.to], signal, (asked) =>
    askWhole(ground, period, asked),
  );
}

function askWhole(ground: Ground, period: Period, signal: AbortSignal): Promise<Whole> {
  const { connections, noise, cube } = ground;
  return connections.lend(signal, async (engine) => {
    const [read] = await engine.ask(intake(), signal);
    const rules = noise.filter(({ on }) => on).length;
    const { steps, ...found } = isWhole(ground, period)
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

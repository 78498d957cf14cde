import { baselineCircumstance } from '../detect/baselined.ts';
import { type CircumstancesOf, inCircumstances } from '../detect/circumstances.ts';
import { markedCircumstance } from '../detect/marked.ts';
import type { Finding, WouldAdd } from '../detect/results.ts';
import { listedCircumstance } from '../detect/threat-lists.ts';
import type { LocalEngine } from '../engine/local.ts';
import type { Hit } from '../intel/list.ts';
import type { PlacedList } from '../intel/match.ts';
import type { Mark, MarkShown } from '../marks/mark.ts';
import type { Settings } from '../settings/settings.ts';
import { texts } from '../sql/dialect.ts';
import type { Folder } from '../store/folder.ts';
import { knownTraffic, largestDays } from '../traffic/baseline-of.ts';
import { listBaselines } from './baselines.ts';
import { hitsByAddress, listCircumstances } from './listed-peers.ts';
import { markCircumstances } from './marked-traffic.ts';

/** Who says something of peers apart from their traffic, and how much it weighs. */
export interface Circumstances {
  readonly engine: LocalEngine;
  readonly folder: Folder;
  readonly lists: readonly PlacedList[];
  readonly marks: ReadonlyMap<Mark, MarkShown>;
  readonly weights: Settings['weights'];
}

/** What lists and baselines, and what marks say of these findings. The engine has the relations of the workspace. */
export async function circumstancesOf(
  findings: readonly Finding[],
  { engine, folder, lists, marks, weights }: Circumstances,
  signal: AbortSignal | undefined,
): Promise<Record<'others' | 'marks', readonly CircumstancesOf[]>> {
  const others: CircumstancesOf[] = [];
  if (lists.length > 0) {
    const peers = [...new Set(findings.map(({ peer }) => peer))];
    others.push(listCircumstances(await hitsByAddress(engine, texts(peers), signal), weights.intel));
  }
  others.push(...(await baselined(findings, engine, folder, signal)));
  return { others, marks: marks.size === 0 ? [] : [markCircumstances(marks, weights.marks)] };
}

/** The findings with all that is known of their peers; see {@link inCircumstances}. */
export async function withCircumstances(
  findings: readonly Finding[],
  known: Circumstances,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const { others, marks } = await circumstancesOf(findings, known, signal);
  return inCircumstances(findings, allOf([...others, ...marks]));
}

/** Several as one. */
export function allOf(sources: readonly CircumstancesOf[]): CircumstancesOf {
  return (finding) => sources.flatMap((of) => of(finding));
}

/** What baselines say of the findings; nothing where none is in use. */
async function baselined(
  findings: readonly Finding[],
  engine: LocalEngine,
  folder: Folder,
  signal: AbortSignal | undefined,
): Promise<CircumstancesOf[]> {
  const periods = (await listBaselines(engine, folder)).map(({ name, period }) => ({ name, ...period }));
  if (periods.length === 0) return [];
  const outbound = findings.filter(({ direction }) => direction === 'outbound');
  const peers = [...new Set(outbound.map(({ peer }) => peer))];
  const known = byAddress(await engine.ask(knownTraffic(peers), signal));
  const now = byAddress(await engine.ask(largestDays([...known.keys()]), signal));
  return [
    (finding) => {
      const { peer } = finding;
      const circumstance = baselineCircumstance(finding, periods, known.get(peer) ?? [], now.get(peer) ?? []);
      return circumstance === undefined ? [] : [circumstance];
    },
  ];
}

function byAddress<Row extends { readonly address: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const grouped = new Map<string, Row[]>();
  for (const row of rows) {
    const own = grouped.get(row.address);
    if (own === undefined) grouped.set(row.address, [row]);
    else own.push(row);
  }
  return grouped;
}

/** What lists and marks would add to a finding about an address; nothing where they say nothing of it. */
export function wouldAddOf(
  hits: readonly Hit[],
  marks: readonly MarkShown[],
  weights: Settings['weights'],
): WouldAdd[] {
  const ports = [...hits.map(({ port }) => port), ...marks.map(({ port }) => port)];
  return [null, ...new Set(ports.filter((port) => port !== null))].flatMap((servicePort) => {
    // A mark for some local ends says nothing of the others.
    const holding = marks.filter(
      ({ port, local }) => local === null && (port === null || port === servicePort),
    );
    const steps = [
      ...(listedCircumstance(hits, servicePort, weights.intel).steps ?? []),
      ...(markedCircumstance(holding, weights.marks).steps ?? []),
    ];
    return steps.length === 0 ? [] : [{ servicePort, steps }];
  });
}

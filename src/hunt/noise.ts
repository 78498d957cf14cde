import { everySetAside } from '../addresses/every-set-aside.ts';
import type { SetAside } from '../addresses/set-asides.ts';
import { type Severity, severities } from '../detect/finding.ts';
import type { BenignMarkReport, HiddenFinding, NoiseReport } from '../detect/noise-report.ts';
import type { Finding, IdentifiedFinding } from '../detect/results.ts';
import type { LocalEngine } from '../engine/local.ts';
import type { KnownFindings } from '../known/known-findings.ts';
import type { Mark, MarkShown } from '../marks/mark.ts';
import { subjectKey } from '../marks/mark.ts';
import { markedTotals } from '../marks/traffic.ts';
import { sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import {
  type HiddenRecords,
  type HiddenSubject,
  hiddenByRules,
  hiddenBySetAsides,
} from '../traffic/hidden.ts';
import {
  describeMatch,
  type Matched,
  noiseMatches,
  type ServiceMatches,
  setAsideMatches,
} from '../traffic/noise.ts';
import type { NoiseRule } from '../traffic/noise-rules.ts';
import { during, type Period } from '../traffic/period.ts';
import { isExposed } from '../traffic/views.ts';

/** What `noise` looks at: the rules as their files have them, and what is known where the four questions were asked. */
export interface NoiseInputs {
  readonly engine: LocalEngine;
  readonly folder: Folder;
  readonly rules: readonly NoiseRule[];
  readonly setAsides: readonly SetAside[];
  /** undefined: the four questions are not asked. */
  readonly known: NoiseKnowledge | undefined;
  readonly period: Period;
  readonly signal: AbortSignal | undefined;
}

export interface NoiseKnowledge {
  /** As they are listed, and as they would be without marks. */
  readonly findings: readonly IdentifiedFinding[];
  readonly unmarked: readonly IdentifiedFinding[];
  readonly marks: readonly MarkShown[];
}

/** What findings and marks are known, for {@link noiseReport}. */
export function knowledgeOf(findings: KnownFindings, marks: ReadonlyMap<Mark, MarkShown>): NoiseKnowledge {
  return { findings: findings.listed(), unmarked: findings.unmarked(), marks: [...marks.values()] };
}

/** The counts of {@link noiseReport}, for the period that is asked. */
export interface NoiseCounts {
  /** What each noise rule matches, and what each set-aside would if every one were on. */
  byRules(): Promise<readonly Matched[]>;
  byAsides(): Promise<readonly ServiceMatches[]>;
  /** The records of each subject that a rule or a set-aside hides, or would hide. */
  behindRules(subjects: readonly HiddenSubject[]): Promise<readonly HiddenRecords[]>;
  behindAsides(subjects: readonly HiddenSubject[]): Promise<readonly HiddenRecords[]>;
}

/** Counts over the records. */
export async function countsOfRecords(inputs: NoiseInputs): Promise<NoiseCounts> {
  const { engine, rules, setAsides, period, signal } = inputs;
  const within = during(period);
  const asides = sql`every_set_aside`;
  // What is shown in spite of a set-aside, none hides.
  const rows = sql`SELECT * FROM (${everySetAside(sql`addresses`, setAsides)})
    WHERE address_id NOT IN (SELECT address_id FROM addresses WHERE ${isExposed})`;
  await engine.define(sql`CREATE OR REPLACE TEMP TABLE ${asides} AS ${rows}`, signal);
  return {
    byRules: () => engine.ask(noiseMatches(rules, within), signal),
    byAsides: () => engine.ask(setAsideMatches(asides, within), signal),
    behindRules: (subjects) => engine.ask(hiddenByRules(rules, subjects, within), signal),
    behindAsides: (subjects) => engine.ask(hiddenBySetAsides(asides, subjects, within), signal),
  };
}

/** Each noise rule, set-aside and benign mark with what it matches, and what of that is a finding to worry about. */
export async function noiseReport(
  inputs: NoiseInputs,
  counts: NoiseCounts,
): Promise<Omit<NoiseReport, 'everythingShown'>> {
  const { folder, rules, setAsides, known } = inputs;
  const matchedByRules = await counts.byRules();
  const matchedByAsides = await counts.byAsides();
  const serious = (known?.findings ?? []).filter(isSerious).slice(0, mostSerious);
  const [behindRules, behindAsides] =
    serious.length === 0 ? [[], []] : [await counts.behindRules(serious), await counts.behindAsides(serious)];
  const hides = (name: string, hidden: readonly HiddenRecords[]) =>
    known === undefined ? null : hiddenFindings(name, hidden, serious);
  return {
    rules: rules.map(({ name, on, reason, match }) => {
      const { records = 0, bytes = 0, peers = 0 } = matchedByRules.find((each) => each.name === name) ?? {};
      return {
        ...{ name, on, reason, matches: describeMatch(match), records, bytes, peers },
        hides: hides(name, behindRules),
      };
    }),
    setAsides: setAsides.map(({ name, on, reason, services: only, exceptServices: except }) => {
      const services = matchedByAsides
        .filter((each) => each.name === name)
        .map(({ service, records, bytes, peers }) => ({ service, records, bytes, peers }));
      const sum = (key: 'records' | 'bytes' | 'peers') => services.reduce((all, each) => all + each[key], 0);
      return {
        ...{ name, on, reason, records: sum('records'), bytes: sum('bytes'), peers: sum('peers') },
        ...{ only, except, services },
        hides: hides(name, behindAsides),
      };
    }),
    marks: known === undefined ? [] : await benignMarks(inputs, known),
    files: { noise: folder.noise, setAsides: folder.setAsides, marks: folder.marks },
  };
}

/** More serious findings than anybody reads; the most severe are looked at. */
const mostSerious = 1000;

function isSerious({ answer, severity }: Finding): boolean {
  return answer === 'yes' && isHigh(severity);
}

function isHigh(severity: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf('high');
}

function hiddenFindings(
  name: string,
  hidden: readonly HiddenRecords[],
  findings: readonly IdentifiedFinding[],
): HiddenFinding[] {
  return hidden.flatMap(({ name: by, place, records }) => {
    const finding = findings[place];
    return by === name && finding !== undefined ? [hiddenFinding(finding, records)] : [];
  });
}

function hiddenFinding(finding: Finding, records: number | null): HiddenFinding {
  const { question, kind, peer, local, servicePort, protocol, score, severity } = finding;
  return { question, kind, peer, local, servicePort, protocol, score, severity, records };
}

/** The benign marks with their traffic, the findings that they lower, and those that would be serious without them. */
async function benignMarks(
  { engine, period, signal }: NoiseInputs,
  { findings, unmarked, marks }: NoiseKnowledge,
): Promise<BenignMarkReport[]> {
  const benign = marks.filter(({ verdict }) => verdict === 'benign');
  const totals = benign.length === 0 ? [] : await engine.ask(markedTotals(benign, during(period)), signal);
  const without = new Map(unmarked.map((finding) => [finding.id, finding]));
  const lowered = new Map<string, Finding[]>();
  for (const finding of findings) {
    const [mark] = finding.marks;
    const plain = without.get(finding.id);
    if (mark?.verdict !== 'benign' || plain === undefined) continue;
    if (severities.indexOf(plain.severity) <= severities.indexOf(finding.severity)) continue;
    lowered.set(subjectKey(mark), [...(lowered.get(subjectKey(mark)) ?? []), plain]);
  }
  return benign.map((mark, place) => {
    const { target, port, local, note, by, at, changes } = mark;
    const own = lowered.get(subjectKey(mark)) ?? [];
    const { records = 0, bytes = 0, peers = 0 } = totals.find((each) => each.place === place) ?? {};
    return {
      ...{ target, port, local, note, by, at, records, bytes, peers, changes, lowered: own.length },
      hides: own.filter(isSerious).map((finding) => hiddenFinding(finding, null)),
    };
  });
}

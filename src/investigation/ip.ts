import * as v from 'valibot';
import { parseAddress } from '../addresses/address.ts';
import { type Judgement, type Question, questions } from '../detect/finding.ts';
import { statementOf } from '../detect/listed.ts';
import type { AddressReport, QuestionAnswer } from '../detect/results.ts';
import type { DuckDb } from '../engine/duckdb.ts';
import { HuntError } from '../errors.ts';
import { sql } from '../sql/sql.ts';
import {
  addressConversations,
  addressTotals,
  gapsOf,
  type InterArrivals,
  sessionsOfAddress,
  type Timeline,
  timelineOfAddress,
} from '../traffic/ip.ts';
import { isoTime, type Period } from '../traffic/period.ts';
import type { DataContext } from './derived.ts';
import { type DetectorValues, judgeAll } from './findings.ts';

export interface AddressOptions extends Period {
  /** Conversations at most; default 1000. */
  readonly limit?: number;
}

/** Everything about one address: its labels come from outside, the rest from the derived relations of the engine. */
export async function addressReport(
  engine: DuckDb,
  address: string,
  labels: Pick<AddressReport, 'scope' | 'asn' | 'network' | 'country' | 'provider' | 'setAside'>,
  context: DataContext,
  values: DetectorValues,
  options: AddressOptions,
  signal: AbortSignal | undefined,
): Promise<AddressReport> {
  await engine.run(
    sql`CREATE OR REPLACE TEMP TABLE address_sessions AS ${sessionsOfAddress(address, options)}`,
    signal,
  );
  const [found] = await engine.rows(addressTotals(), signal);
  const { firstSeen = null, lastSeen = null, conversations = 0, ...totals } = found ?? noTotals;
  const judged = totals.sessions === 0 ? [] : await judgeAll(engine, context, values, { address }, signal);
  const rows = await engine.rows(addressConversations(options.limit ?? 1000), signal);
  return {
    address,
    ...labels,
    mark: null,
    firstSeen: isoTime(firstSeen),
    lastSeen: isoTime(lastSeen),
    totals,
    coverage: Math.round(context.covered * 1000) / 1000,
    conversationsTotal: conversations,
    conversations: rows.map((row) => ({
      ...row,
      firstSeen: isoTime(row.firstSeen),
      lastSeen: isoTime(row.lastSeen),
    })),
    timeline: await timeline(engine, firstSeen, lastSeen, signal),
    interArrivals: await regular(engine, judged, signal),
    questions: questions.map((question) => answerTo(question, judged, totals.sessions)),
  };
}

const noTotals = {
  ...{ flowsIn: 0, flowsOut: 0, bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0, sessions: 0 },
  ...{ conversations: 0, firstSeen: null, lastSeen: null },
};

/** The text of the address as the records of the workspace write it, or as it was given where they have none. */
export async function knownSpelling(engine: DuckDb, text: string): Promise<string> {
  const parsed = parseAddress(text.trim());
  if (parsed === null) {
    throw new HuntError('usage.value', `"${text}" is not an IP address`, {
      hint: 'Write it as 203.0.113.7 or 2001:db8::1; names are not resolved.',
    });
  }
  const [found] = await engine.rows({
    name: 'spelling of an address',
    sql: sql`SELECT address FROM addresses
      WHERE family = ${parsed.family} AND number = CAST(${parsed.number.toString()} AS UHUGEINT)
      ORDER BY address <> ${text.trim()}, address LIMIT 1`,
    row: v.object({ address: v.string() }),
  });
  return found?.address ?? text.trim();
}

const bucketSizes = [60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86_400];
const mostBuckets = 200;

function bucketFor(span: number): number {
  const fits = bucketSizes.find((size) => span / size <= mostBuckets);
  return fits ?? Math.ceil(span / mostBuckets / 86_400) * 86_400;
}

async function timeline(
  engine: DuckDb,
  from: number | null,
  to: number | null,
  signal: AbortSignal | undefined,
): Promise<Timeline> {
  if (from === null || to === null) return { bucketSeconds: 3600, buckets: [] };
  const bucketSeconds = bucketFor(to - from);
  const rows = await engine.rows(timelineOfAddress(bucketSeconds), signal);
  const byStart = new Map(rows.map((row) => [row.bucket, row]));
  const buckets: Timeline['buckets'][number][] = [];
  const last = rows.at(-1)?.bucket ?? 0;
  for (let start = rows[0]?.bucket ?? 0; start <= last; start += bucketSeconds) {
    const { sessions = 0, bytesIn = 0, bytesOut = 0 } = byStart.get(start) ?? {};
    buckets.push({ start: isoTime(start), sessions, bytesIn, bytesOut });
  }
  return { bucketSeconds, buckets };
}

const mostRegular = 3;
const mostBins = 12;

/** Pictures of what the C2 question found regular, or could not settle. */
async function regular(
  engine: DuckDb,
  judged: readonly Judgement[],
  signal: AbortSignal | undefined,
): Promise<InterArrivals[]> {
  const shown = judged
    .filter(({ question, answer, subject }) => question === 'c2' && answer !== 'no' && subject.local !== null)
    .slice(0, mostRegular);
  const pictures: InterArrivals[] = [];
  for (const { subject } of shown) {
    const { local, peer, servicePort, protocol } = subject;
    const key = { local: local ?? '', peer, servicePort, protocol };
    const gaps = await engine.rows(gapsOf(key), signal);
    if (gaps.length > 0) pictures.push({ ...key, ...histogram(gaps) });
  }
  return pictures;
}

/** Counts gaps in bins of equal width up to twice the median; the last bin holds the longer ones. */
export function histogram(
  gaps: readonly { readonly gap: number; readonly count: number }[],
): Pick<InterArrivals, 'gaps' | 'medianSeconds' | 'bins'> {
  const all = gaps.reduce((sum, { count }) => sum + count, 0);
  let passed = 0;
  const median = gaps.find(({ count }) => {
    passed += count;
    return passed * 2 >= all;
  })?.gap;
  const longest = gaps.at(-1)?.gap ?? 0;
  const end = Math.min(longest + 1, Math.max(mostBins, 2 * (median ?? 0)));
  const width = Math.max(1, Math.ceil(end / mostBins));
  const bins: { fromSeconds: number; toSeconds: number; count: number }[] = [];
  for (let from = 0; from < end; from += width)
    bins.push({ fromSeconds: from, toSeconds: from + width, count: 0 });
  for (const { gap, count } of gaps) {
    const bin = bins[Math.min(bins.length - 1, Math.floor(gap / width))];
    if (bin !== undefined) bin.count += count;
  }
  const last = bins.at(-1);
  if (last !== undefined) last.toSeconds = Math.max(last.toSeconds, longest + 1);
  return { gaps: all, medianSeconds: median ?? null, bins };
}

/** One answer for the address: yes where any subject says so, else what cannot be told, else no. */
export function answerTo(question: Question, judged: readonly Judgement[], sessions: number): QuestionAnswer {
  const own = judged.filter((judgement) => judgement.question === question);
  const order = ['yes', 'cannot-tell', 'no'] as const;
  const [answer] = order.filter((one) => own.some((judgement) => judgement.answer === one));
  const best = own.find((judgement) => judgement.answer === answer);
  if (best === undefined) return noCandidate(question, sessions);
  return {
    question,
    answer: best.answer,
    kind: best.kind,
    score: best.score,
    severity: best.answer === 'no' ? null : best.severity,
    evidence: best.evidence,
    counterEvidence: best.counterEvidence,
    missing: best.missing,
    attack: best.attack,
    parts: best.parts,
    severitySteps: best.severitySteps,
    subject: best.subject,
    subjects: own.filter((judgement) => judgement.answer === answer).length,
    sql: statementOf(best),
  };
}

function noCandidate(question: Question, sessions: number): QuestionAnswer {
  const nothing = sessions === 0;
  return {
    question,
    answer: nothing ? 'cannot-tell' : 'no',
    kind: null,
    score: 0,
    severity: null,
    evidence: [],
    counterEvidence: nothing ? [] : [nothingToJudge[question]],
    missing: nothing ? ['traffic of this address: no loaded record has it'] : [],
    attack: [],
    parts: [],
    severitySteps: [],
    subject: null,
    subjects: 0,
    sql: null,
  };
}

/** What it means that a detector has no subject at all for an address with traffic. */
const nothingToJudge: Readonly<Record<Question, string>> = {
  scan: 'no sign of probing: it does not try several hosts or ports in vain',
  access: 'no inbound session to a port on which one logs in',
  c2: 'no outbound conversation with enough starts or a long enough session to have a rhythm',
  exfil: 'no outbound conversation that sends more than it receives',
};

import * as v from 'valibot';
import { parseAddress } from '../addresses/address.ts';
import { labelEntries, lookupQuery } from '../addresses/lookup.ts';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { DetectorValues } from '../detect/all.ts';
import { changesFrom, knownAddresses } from '../detect/baselined.ts';
import type { Finding, TrafficReport } from '../detect/results.ts';
import type { Engine } from '../engine/engine.ts';
import { HuntError } from '../errors.ts';
import type { Hit } from '../intel/list.ts';
import type { DataContext } from '../kept/derived.ts';
import { type Circumstances, wouldAddOf } from '../known/circumstances.ts';
import type { OutsideOptions } from '../known/outside.ts';
import { labelData } from '../labels/in-use.ts';
import type { MarkShown } from '../marks/mark.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { knownTraffic, largestDays } from '../traffic/baseline-of.ts';
import {
  addressConversations,
  addressTotals,
  gapsOf,
  type InterArrivals,
  sessionsOfAddress,
  type Timeline,
  timelineOfAddress,
} from '../traffic/ip.ts';
import { askedNames, namesOfAddress } from '../traffic/names-of-address.ts';
import { isoTime, type Period } from '../traffic/period.ts';
import { answers } from './answers.ts';

export interface AddressOptions extends Period, OutsideOptions {
  /** Conversations at most; default 1000. */
  readonly limit?: number;
  /** A condition on sessions: the others of the address are left out. */
  readonly sessions?: Sql;
}

/** What is known of an address before its sessions are looked at. */
export interface KnownOfAddress {
  readonly labels: AddressLabels;
  readonly marks: readonly MarkShown[];
  readonly intel: readonly Hit[];
  /** What is known of its peers, or of itself where it is one. */
  readonly circumstances: Circumstances;
  readonly context: DataContext;
  /** Answers that were worked out over all records and that the address is part of. */
  readonly findings: readonly Finding[];
  readonly values: DetectorValues;
}

/** Everything about one address, over the derived relations of the engine. */
export async function addressReport(
  engine: Engine,
  known: KnownOfAddress,
  options: AddressOptions,
  signal: AbortSignal | undefined,
): Promise<TrafficReport> {
  const { labels, context } = known;
  const { address } = labels;
  await engine.keep(sessionsOfAddress(address, options, options.sessions), { signal });
  const [found] = await engine.ask(addressTotals(), signal);
  const { firstSeen = null, lastSeen = null, conversations = 0, ...totals } = found ?? noTotals;
  const rows = await engine.ask(addressConversations(options.limit ?? 1000), signal);
  const { marks } = known;
  return {
    ...labels,
    // A mark for one port or local end says nothing of the address as a whole.
    mark: marks.find(({ port, local }) => port === null && local === null)?.verdict ?? null,
    marks,
    ...(await namesOf(engine, address, signal)),
    intel: known.intel,
    wouldAdd: labels.scope === 'internet' ? wouldAddOf(known.intel, marks, known.circumstances.weights) : [],
    ...(await baselinesOf(engine, address, signal)),
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
    timeline: await timelineIn(engine, firstSeen, lastSeen, signal),
    interArrivals: await regular(engine, address, known.findings, signal),
    questions: await answers(engine, address, { ...known, hasTraffic: totals.sessions > 0 }, signal),
  };
}

const noTotals = {
  ...{ flowsIn: 0, flowsOut: 0, bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0, sessions: 0 },
  ...{ conversations: 0, firstSeen: null, lastSeen: null },
};

async function baselinesOf(
  engine: Engine,
  address: string,
  signal: AbortSignal | undefined,
): Promise<Pick<TrafficReport, 'baselines' | 'baselineChanges'>> {
  const known = await engine.ask(knownTraffic([address]), signal);
  const now = known.length === 0 ? [] : await engine.ask(largestDays([address]), signal);
  return { baselines: knownAddresses(known), baselineChanges: changesFrom(known, now) };
}

async function namesOf(
  engine: Engine,
  address: string,
  signal: AbortSignal | undefined,
): Promise<Pick<TrafficReport, 'names' | 'namesTotal'>> {
  const rows = await engine.ask(namesOfAddress(address), signal);
  const timed = <Row extends { firstSeen: number; lastSeen: number }>(row: Row) => ({
    ...row,
    firstSeen: isoTime(row.firstSeen),
    lastSeen: isoTime(row.lastSeen),
  });
  return {
    names: askedNames(rows).map(({ askers, ...row }) => ({ ...timed(row), askers: askers.map(timed) })),
    namesTotal: rows[0]?.names ?? 0,
  };
}

const labelsRow = v.object({
  address: v.string(),
  scope: v.nullable(v.string()),
  ...labelEntries,
  setAside: v.nullable(v.string()),
});

/** An address as the records of the workspace write it, with what is known of it. */
export type AddressLabels = v.InferOutput<typeof labelsRow>;

/** The labels of the address: those of the workspace, or by the label sources where no record has it. */
export async function labelsOf(
  engine: Engine,
  text: string,
  scopes: ScopeOverrides,
  signal: AbortSignal | undefined,
): Promise<{ readonly labels: AddressLabels; readonly isLoaded: boolean }> {
  const given = text.trim();
  const parsed = parseAddress(given);
  if (parsed === null) {
    throw new HuntError('usage.value', `"${text}" is not an IP address`, {
      hint: 'Write it as 203.0.113.7 or 2001:db8::1; names are not resolved.',
    });
  }
  const find = async (condition: Sql) => {
    const found = sql`SELECT address, scope, asn, network, country, city, provider, service, region, set_aside AS "setAside" FROM addresses
      WHERE ${condition} ORDER BY address LIMIT 1`;
    return (await engine.ask({ name: 'labels of an address', sql: found, row: labelsRow }, signal))[0];
  };
  const known =
    (await find(sql`address = ${given}`)) ??
    // IPv6 has many spellings of one address.
    (parsed.family === 6
      ? await find(sql`family = 6 AND number = CAST(${parsed.number.toString()} AS UHUGEINT)`)
      : undefined);
  if (known !== undefined) return { labels: known, isLoaded: true };
  const [looked] = await engine.ask(lookupQuery([given], { scopes, data: labelData() }), signal);
  const unknown = {
    ...{ address: given, scope: null, asn: null, network: null, country: null, city: null },
    ...{ provider: null, service: null, region: null },
  };
  return { labels: { ...(looked ?? unknown), setAside: null }, isLoaded: false };
}

const bucketSizes = [60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86_400];
const mostBuckets = 200;

function bucketFor(span: number): number {
  const fits = bucketSizes.find((size) => span / size <= mostBuckets);
  return fits ?? Math.ceil(span / mostBuckets / 86_400) * 86_400;
}

/** Traffic over time of `address_sessions` of the engine, in as many buckets as a picture has room for. */
export async function timelineIn(
  engine: Engine,
  from: number | null,
  to: number | null,
  signal: AbortSignal | undefined,
): Promise<Timeline> {
  if (from === null || to === null) return { bucketSeconds: 3600, buckets: [] };
  const bucketSeconds = bucketFor(to - from);
  const found = await engine.ask(timelineOfAddress(bucketSeconds), signal);
  const rows = found.filter(({ bucket }) => bucket + bucketSeconds > from && bucket <= to);
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
  engine: Engine,
  address: string,
  findings: readonly Finding[],
  signal: AbortSignal | undefined,
): Promise<InterArrivals[]> {
  const shown = findings
    .filter(({ question, answer, local }) => question === 'c2' && answer !== 'no' && local !== null)
    .slice(0, mostRegular);
  const pictures: InterArrivals[] = [];
  for (const { local, peer: lead, peers, servicePort, protocol } of shown) {
    const names = peers.map((one) => one.peer);
    // Of a finding about several peers, the page of one of them shows its own part.
    const peer = names.includes(address) ? address : lead;
    const key = { local: local ?? '', peer, servicePort, protocol };
    const gaps = await engine.ask(gapsOf({ ...key, peers: peer === address ? [] : names }), signal);
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

import * as v from 'valibot';
import { rowsOfRankings, topOrders } from '../../traffic/top.ts';
import { findingLine } from './finding-values.ts';
import {
  basis,
  count,
  flag,
  listOf,
  narrowed,
  number,
  period,
  share,
  sums,
  text,
  time,
  wholeNumber,
} from './values.ts';

export const overviewQuery = v.object({
  ...narrowed,
  by: v.optional(v.picklist(topOrders), 'bytes'),
  asides: flag,
  rows: wholeNumber(1, 100, rowsOfRankings),
});

const counts = v.record(v.string(), count);

/** Counts of records; see the funnel in docs/tutorial.md. */
export const funnel = v.object({
  files: count,
  emptyFiles: count,
  failedFiles: count,
  records: count,
  unreadable: count,
  duplicate: count,
  noData: count,
  skipData: count,
  rejected: count,
  accepted: count,
  eastWest: count,
  northSouth: count,
  noise: count,
  noiseByRule: counts,
  kept: count,
  toInternet: count,
  fromInternet: count,
  shown: count,
  setAside: count,
  setAsideByProvider: counts,
  bytes: v.object({ toInternet: count, shown: count, setAside: count }),
});

const part = v.object({ flows: count, bytes: count });

const timeline = v.object({
  bucketSeconds: v.number(),
  buckets: v.pipe(
    listOf(
      v.object({
        start: time,
        outbound: v.pipe(
          part,
          v.description('Accepted, to the Internet, without noise; set-asides included'),
        ),
        inbound: v.pipe(part, v.description('Accepted, from the Internet, without noise')),
        eastWest: part,
        noise: part,
        rejected: part,
      }),
    ),
    v.description('Ascending, without holes'),
  ),
});

const peers = { peers: count };
const rankedNetworks = listOf(v.object({ asn: number, network: text, provider: text, ...sums, ...peers }));
const rankedCountries = listOf(v.object({ country: text, ...sums, ...peers }));
const rankedPorts = listOf(v.object({ dstPort: number, protocol: number, ...sums, ...peers }));
const rankedLocals = listOf(v.object({ local: text, ...sums, ...peers, name: text, names: count }));

/** The first page: everything at a glance, narrowed by time range and filter. */
export const overview = v.object({
  basis,
  seconds: v.number(),
  period: v.pipe(period, v.description('Of the records in the time range, whatever the filter')),
  funnel: v.pipe(funnel, v.description('In the time range; a filter does not narrow it')),
  broken: v.pipe(
    listOf(v.string()),
    v.description('Equations of the funnel that do not hold: none, or a defect'),
  ),
  ignored: v.pipe(
    listOf(
      v.object({ part: v.picklist(['findings', 'timeline']), from: count, to: count, message: v.string() }),
    ),
    v.description('Terms of the filter that a part cannot answer and is not narrowed by; show them'),
  ),
  timeline,
  totals: v.pipe(v.object(sums), v.description('To the Internet, in time range and filter')),
  networks: rankedNetworks,
  countries: rankedCountries,
  ports: rankedPorts,
  locals: rankedLocals,
  findings: v.object({
    total: count,
    bySeverity: v.object({ critical: count, high: count, medium: count, low: count, info: count }),
    matter: listOf(findingLine),
  }),
  coverage: v.object({
    covered: share,
    skipped: share,
    hours: listOf(v.object({ hour: time, covered: share, skipped: share, interfaces: count })),
  }),
});

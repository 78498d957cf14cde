import * as v from 'valibot';
import {
  answer,
  findingLine,
  members,
  question,
  reasons,
  severity,
  severityStep,
  subject,
} from './finding-values.ts';
import { interArrivals, sessionTimeline } from './findings.ts';
import { shownMark, verdict } from './mark-values.ts';
import {
  anyTime,
  count,
  labels,
  listOf,
  narrowed,
  number,
  share,
  text,
  time,
  wholeNumber,
  window,
} from './values.ts';

export const addressParams = v.object({ address: v.pipe(v.string(), v.maxLength(64)) });

export const addressQuery = v.object({ ...narrowed, limit: wholeNumber(1, 5000, 500) });

const conversation = v.object({
  traffic: v.picklist(['north_south', 'east_west']),
  local: v.string(),
  peer: v.string(),
  servicePort: number,
  protocol: number,
  direction: v.string(),
  sessions: count,
  answered: count,
  flows: count,
  bytesIn: count,
  bytesOut: count,
  packetsIn: count,
  packetsOut: count,
  firstSeen: anyTime,
  lastSeen: anyTime,
  peerNetwork: text,
  peerCountry: text,
  peerName: v.pipe(text, v.description('The best name that DNS query logs give the peer')),
});

const questionAnswer = v.object({
  question,
  answer,
  kind: text,
  score: share,
  severity: v.nullable(severity),
  ...reasons,
  subject: v.nullable(v.object(subject)),
  peers: members,
  subjects: count,
  coverage: share,
  sql: text,
});

/** Everything about one address; in and out are as the local end sees them. */
export const address = v.object({
  address: v.string(),
  scope: text,
  ...labels,
  mark: v.nullable(verdict),
  marks: v.pipe(listOf(shownMark), v.description('All marks that hold for it, the one that counts first')),
  names: v.pipe(
    listOf(
      v.object({
        name: v.string(),
        firstSeen: anyTime,
        lastSeen: anyTime,
        queries: count,
        hosts: count,
        askers: v.pipe(
          listOf(
            v.object({
              host: v.string(),
              instance: text,
              firstSeen: anyTime,
              lastSeen: anyTime,
              queries: count,
            }),
          ),
          v.description('The last hosts that asked'),
        ),
      }),
    ),
    v.description('Names that hosts asked DNS for and got this address, the last first'),
  ),
  namesTotal: count,
  intel: v.pipe(
    listOf(
      v.object({
        list: v.string(),
        kind: v.string(),
        date: v.string(),
        entry: v.string(),
        port: number,
        context: text,
      }),
    ),
    v.description('Entries of lists that hold it'),
  ),
  wouldAdd: v.pipe(
    listOf(v.object({ servicePort: number, steps: listOf(severityStep) })),
    v.description('What lists and marks would add to a finding about it, at a port or (null) at any other'),
  ),
  baselines: v.pipe(
    listOf(
      v.object({
        baseline: v.string(),
        firstSeen: anyTime,
        lastSeen: anyTime,
        days: count,
        ports: listOf(
          v.object({
            servicePort: number,
            protocol: number,
            direction: v.string(),
            others: count,
            days: count,
            firstSeen: anyTime,
            lastSeen: anyTime,
            flowsMedian: v.number(),
            bytesMedian: v.number(),
            bytesMax: v.number(),
          }),
        ),
      }),
    ),
    v.description('What baselines know of it; bytes and flows are of a day'),
  ),
  baselineChanges: v.pipe(listOf(v.string()), v.description('How its traffic differs from that')),
  firstSeen: anyTime,
  lastSeen: anyTime,
  totals: v.object({
    flowsIn: count,
    flowsOut: count,
    bytesIn: count,
    bytesOut: count,
    packetsIn: count,
    packetsOut: count,
    sessions: count,
  }),
  coverage: share,
  conversationsTotal: count,
  conversations: v.pipe(listOf(conversation), v.description('The largest')),
  timeline: sessionTimeline,
  interArrivals: listOf(interArrivals),
  questions: listOf(questionAnswer),
  findings: v.pipe(listOf(findingLine), v.description('All that it is peer or local of')),
});

const hour = v.object({
  hour: time,
  state: v.picklist(['skipped', 'records', 'no-data', 'nothing']),
  records: count,
  rejected: count,
  noData: count,
  skipData: count,
  minutes: count,
  skippedMinutes: count,
});

export const coverageQuery = v.object({ from: narrowed.from, to: narrowed.to, ...window(50, 200) });

/**
 * The heat map: each interface with all hours between the first and the last record of any, those first of whose time the
 * least is known. Shares are of all interfaces.
 */
export const coverage = v.object({
  period: v.object({ from: anyTime, to: anyTime }),
  covered: share,
  skipped: share,
  total: count,
  offset: count,
  interfaces: listOf(
    v.object({
      accountId: text,
      interfaceId: v.string(),
      covered: share,
      skipped: share,
      hours: listOf(hour),
    }),
  ),
});

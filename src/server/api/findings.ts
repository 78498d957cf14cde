import * as v from 'valibot';
import { answer, findingLine, members, question, reasons, severity, subject } from './finding-values.ts';
import { shownMark, verdict } from './mark-values.ts';
import {
  anyTime,
  count,
  flag,
  labels,
  listOf,
  narrowed,
  number,
  period,
  share,
  text,
  time,
  window,
} from './values.ts';

export const findingsQuery = v.object({
  ...narrowed,
  question: v.optional(question),
  severity: v.optional(v.pipe(severity, v.description('The least to list')), 'low'),
  unsettled: v.pipe(flag, v.description('List what cannot be told, too')),
  sort: v.optional(v.picklist(['severity', 'score', 'lastSeen', 'firstSeen', 'bytes', 'peer']), 'severity'),
  ...window(200, 5000),
});

/** Findings stand on all loaded records; a time range selects those whose traffic overlaps it. */
export const findings = v.object({
  computedOver: period,
  coverage: share,
  skipped: share,
  total: count,
  below: v.pipe(count, v.description('Answers "yes" below the severity')),
  unsettled: v.pipe(count, v.description('Answers that cannot be told')),
  byQuestion: v.object({ scan: count, access: count, c2: count, exfil: count }),
  offset: count,
  findings: listOf(findingLine),
});

export const findingParams = v.object({ id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)) });

/** Traffic over time, in buckets of equal length without holes. */
export const sessionTimeline = v.object({
  bucketSeconds: v.number(),
  buckets: listOf(v.object({ start: anyTime, sessions: count, bytesIn: count, bytesOut: count })),
});

export const interArrivals = v.object({
  local: v.string(),
  peer: v.string(),
  servicePort: number,
  protocol: number,
  gaps: count,
  medianSeconds: number,
  bins: listOf(v.object({ fromSeconds: v.number(), toSeconds: v.number(), count })),
});

const session = v.object({
  start: time,
  end: anyTime,
  interfaceId: text,
  local: v.string(),
  localPort: number,
  peer: v.string(),
  peerPort: number,
  servicePort: number,
  protocol: number,
  direction: v.string(),
  state: v.string(),
  records: count,
  packetsOut: count,
  bytesOut: count,
  packetsIn: count,
  bytesIn: count,
});

export const fullFinding = {
  question,
  kind: v.string(),
  answer,
  score: share,
  severity,
  ...subject,
  peers: members,
  ...labels,
  firstSeen: anyTime,
  lastSeen: anyTime,
  bytes: count,
  ...reasons,
  coverage: share,
  sql: v.pipe(v.string(), v.description('A query for the SQL page: the sessions that were judged')),
};

/** One finding with everything behind it. */
export const finding = v.object({
  id: v.string(),
  ...fullFinding,
  mark: v.nullable(verdict),
  marks: v.pipe(listOf(shownMark), v.description('All marks that hold for it, the one that counts first')),
  names: listOf(
    v.object({ name: v.string(), firstSeen: anyTime, lastSeen: anyTime, askedByLocal: v.boolean() }),
  ),
  threatLists: listOf(v.string()),
  about: v.pipe(v.string(), v.description('Markdown: what the detector looks for, and what it cannot see')),
  settings: listOf(
    v.object({
      name: v.string(),
      value: v.union([v.number(), listOf(v.number())]),
      isDefault: v.boolean(),
      unit: v.string(),
      reason: v.string(),
    }),
  ),
  timeline: sessionTimeline,
  interArrivals: v.pipe(
    v.nullable(interArrivals),
    v.description('Gaps between the starts of its sessions; null where it has no one local and port'),
  ),
  sessions: v.object({ total: count, rows: v.pipe(listOf(session), v.description('The first, by time')) }),
  records: v.object({
    total: count,
    columns: listOf(v.string()),
    rows: v.pipe(
      listOf(listOf(v.unknown())),
      v.description('The first, by time, as the view flows has them'),
    ),
  }),
  related: v.pipe(listOf(findingLine), v.description('Other findings of its peer or local')),
});

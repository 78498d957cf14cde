import * as v from 'valibot';
import { count, listOf, narrowed, number, text, time, window } from './values.ts';

export const filesQuery = v.object({
  status: v.optional(v.picklist(['read', 'empty', 'failed', 'other'])),
  ...window(200, 5000),
});

const file = v.object({
  fileId: count,
  path: v.string(),
  sizeBytes: count,
  modifiedAt: time,
  status: v.picklist(['read', 'empty', 'failed', 'other']),
  reason: text,
  shape: text,
  lines: count,
  records: count,
  unreadable: count,
  duplicate: count,
  accountId: text,
  region: text,
  batch: number,
  unknownFields: listOf(v.string()),
});

export const files = v.object({
  total: count,
  byStatus: v.object({ read: count, empty: count, failed: count, other: count }),
  offset: count,
  files: listOf(file),
});

export const rejectsQuery = v.object({
  reason: v.optional(v.pipe(v.string(), v.maxLength(500), v.description('As byReason writes it'))),
  ...window(100, 1000),
});

export const rejects = v.object({
  total: v.pipe(count, v.description('Of the reason that was asked for, otherwise of all')),
  byReason: listOf(v.object({ reason: v.string(), lines: count })),
  offset: count,
  rejects: listOf(v.object({ file: v.string(), line: count, reason: v.string(), raw: v.string() })),
});

export const noiseQuery = v.object({ from: narrowed.from, to: narrowed.to });

const matched = { records: count, bytes: count, peers: count };

/** Noise rules and set-asides, each with what it matches whether it is on or off. */
export const noise = v.object({
  rules: listOf(
    v.object({ name: v.string(), on: v.boolean(), reason: v.string(), matches: v.string(), ...matched }),
  ),
  setAsides: listOf(v.object({ name: v.string(), on: v.boolean(), reason: v.string(), ...matched })),
  files: v.object({ noise: v.string(), setAsides: v.string() }),
});

export const switchOrder = v.object({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  on: v.boolean(),
});
export const switched = v.object({ name: v.string(), on: v.boolean() });

/** Where labels come from, and how old they are. */
export const labelSources = v.object({
  sources: listOf(
    v.object({
      name: v.string(),
      holds: v.string(),
      date: text,
      ageDays: number,
      ranges: count,
      licence: text,
      attribution: text,
      origin: v.picklist(['shipped', 'downloaded', 'added']),
      from: v.pipe(v.string(), v.description('The package, URL or file that it came from')),
    }),
  ),
});

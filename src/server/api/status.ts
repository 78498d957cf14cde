import * as v from 'valibot';
import { load } from './loads.ts';
import { count, number, period, text } from './values.ts';

/** What is open, and whether it can be asked. */
export const status = v.object({
  version: v.string(),
  workspace: v.string(),
  revision: v.pipe(
    v.string(),
    v.description('Changes with the records, ranges, set-asides, noise rules, thresholds and marks'),
  ),
  period,
  files: count,
  records: count,
  state: v.pipe(
    v.picklist(['empty', 'preparing', 'ready', 'failed']),
    v.description('While preparing, questions wait until what they need is there'),
  ),
  preparing: v.pipe(
    v.nullable(v.object({ step: v.string(), percent: number, seconds: v.number() })),
    v.description('What is being worked out from the records, once'),
  ),
  failed: v.nullable(v.object({ code: v.string(), message: v.string(), hint: text })),
  resolutionSeconds: v.pipe(
    v.number(),
    v.description('Time ranges that are multiples of it are answered from sums, others from records'),
  ),
  load: v.pipe(v.nullable(load), v.description('The load that runs, or the last one of this run')),
});

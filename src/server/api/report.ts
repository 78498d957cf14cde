import * as v from 'valibot';
import { severities } from '../../detect/finding.ts';
import { topOrders } from '../../traffic/top.ts';
import { flag, narrowed } from './values.ts';

const ids = v.pipe(
  v.string(),
  v.maxLength(2000),
  v.description('Ids of findings, or the beginnings of them, separated by commas: only these'),
);

/** What a report is to be of. */
export const reportQuery = v.object({
  ...narrowed,
  format: v.optional(v.picklist(['html', 'md']), 'html'),
  title: v.optional(v.pipe(v.string(), v.maxLength(300))),
  note: v.optional(v.pipe(v.string(), v.maxLength(4000), v.description('What the hunter has to say first'))),
  findings: v.optional(ids),
  severity: v.optional(v.picklist(severities), 'medium'),
  all: v.pipe(flag, v.description('All findings, what cannot be told too')),
  by: v.optional(v.picklist(topOrders), 'flows'),
});

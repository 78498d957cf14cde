import * as v from 'valibot';
import { topGroups } from '../../traffic/top.ts';
import { basis, count, flag, listOf, narrowed, number, sums, text, window } from './values.ts';

const sortColumns = [
  ...['flows', 'packets', 'bytes', 'peers', 'peer', 'local', 'srcAddr', 'dstAddr', 'dstPort', 'protocol'],
  ...['accountId', 'interfaceId', 'asn', 'network', 'country', 'city', 'provider', 'service', 'region'],
] as const;

const shown = {
  ...narrowed,
  group: v.optional(v.picklist(topGroups), 'flow'),
  sort: v.optional(
    v.pipe(
      v.picklist(sortColumns),
      v.description('A column that the grouping has; ties are broken by its keys'),
    ),
    'flows',
  ),
  descending: v.optional(
    v.union([
      v.boolean(),
      v.pipe(
        v.picklist(['true', 'false']),
        v.transform((written) => written === 'true'),
      ),
    ]),
    true,
  ),
  asides: v.pipe(flag, v.description('Show set-asides too')),
};

export const destinationsQuery = v.object({ ...shown, ...window(200, 5000) });

/** The same question, as a file of all its rows. */
export const exportQuery = v.object({
  ...shown,
  format: v.optional(v.picklist(['csv', 'ndjson', 'parquet']), 'csv'),
});

/** Columns that the grouping does not have are absent. */
export const destination = v.object({
  rank: v.pipe(count, v.description('Place in the order that was asked for, from 1')),
  accountId: v.optional(text),
  interfaceId: v.optional(text),
  srcAddr: v.optional(text),
  dstAddr: v.optional(v.string()),
  dstPort: v.optional(number),
  protocol: v.optional(number),
  action: v.optional(text),
  peer: v.optional(v.string()),
  local: v.optional(text),
  ...sums,
  peers: v.optional(count),
  asn: v.optional(number),
  network: v.optional(text),
  country: v.optional(text),
  city: v.optional(text),
  provider: v.optional(text),
  service: v.optional(text),
  region: v.optional(text),
  setAside: v.optional(
    v.pipe(text, v.description('Shown in spite of it where asides are, or the peer is exposed')),
  ),
  mark: v.optional(v.pipe(text, v.description('What the hunter said of it'))),
  threatLists: v.optional(v.nullable(listOf(v.string()))),
  name: v.optional(v.pipe(text, v.description('The best name that DNS query logs give it'))),
  names: v.optional(count),
});

export const destinations = v.object({
  basis,
  seconds: v.number(),
  group: v.picklist(topGroups),
  total: v.pipe(count, v.description('Rows of the whole list')),
  totals: v.pipe(v.object(sums), v.description('Of the whole list')),
  hidden: v.pipe(v.object({ flows: count, bytes: count }), v.description('Left out as set aside')),
  offset: count,
  rows: listOf(destination),
});

import type { TopGroup, TopOrder, TopRow } from '../traffic/top.ts';
import { nameText } from './names.ts';
import type { Page } from './page.ts';
import { providerText } from './provider.ts';
import { holderText } from './registry.ts';
import { type Column, tableLines } from './table.ts';
import { bytesText, countText, servicePortText, unknownText } from './units.ts';

const count = (header: string, key: 'flows' | 'packets' | 'peers', dropOrder?: number): Column<TopRow> => ({
  header,
  text: (row) => countText(row[key] ?? 0),
  align: 'right',
  ...(dropOrder === undefined ? {} : { dropOrder }),
});

const known = (value: string | number | null | undefined): string =>
  value === null || value === undefined || value === '' ? unknownText : String(value);

/** The columns in the order in which they stand, each with the key that a row has where the column applies. */
const columns: readonly { readonly key: keyof TopRow; readonly column: Column<TopRow> }[] = [
  { key: 'rank', column: { header: '#', text: (row) => String(row.rank), align: 'right' } },
  { key: 'accountId', column: { header: 'account', text: (row) => known(row.accountId), dropOrder: 10 } },
  {
    key: 'interfaceId',
    column: { header: 'interface', text: (row) => known(row.interfaceId), dropOrder: 9 },
  },
  { key: 'srcAddr', column: { header: 'source', text: (row) => known(row.srcAddr) } },
  { key: 'local', column: { header: 'local', text: (row) => known(row.local) } },
  { key: 'dstAddr', column: { header: 'destination', text: (row) => known(row.dstAddr) } },
  { key: 'peer', column: { header: 'peer', text: (row) => known(row.peer) } },
  { key: 'name', column: { header: 'name', text: (row) => nameText(row.name, row.names), shrinkTo: 12 } },
  {
    key: 'dstPort',
    column: { header: 'port', text: (row) => servicePortText(row.dstPort, row.protocol), align: 'right' },
  },
  { key: 'flows', column: count('flows', 'flows') },
  {
    key: 'bytes',
    column: { header: 'bytes', text: (row) => bytesText(row.bytes), align: 'right' },
  },
  { key: 'packets', column: count('packets', 'packets', 6) },
  { key: 'peers', column: count('peers', 'peers') },
  { key: 'asn', column: { header: 'AS', text: (row) => known(row.asn), align: 'right', dropOrder: 5 } },
  { key: 'network', column: { header: 'network', text: (row) => known(row.network), shrinkTo: 10 } },
  { key: 'country', column: { header: 'in', text: (row) => known(row.country), dropOrder: 2 } },
  {
    key: 'provider',
    column: { header: 'provider', text: (row) => known(providerText(row)), dropOrder: 7, shrinkTo: 6 },
  },
  { key: 'mark', column: { header: 'mark', text: (row) => known(row.mark) } },
  {
    key: 'threatLists',
    column: { header: 'on list', text: (row) => known(row.threatLists?.join(', ')), shrinkTo: 8 },
  },
  {
    key: 'registry',
    column: {
      header: 'registered to',
      text: ({ registry }) => (registry ? holderText(registry) : unknownText),
      dropOrder: 6,
      shrinkTo: 10,
    },
  },
];

const country: Column<TopRow> = { header: 'country', text: (row) => known(row.country) };
const names: readonly (keyof TopRow)[] = ['asn', 'network', 'country'];
const endpoints: readonly (keyof TopRow)[] = ['srcAddr', 'local', 'dstAddr', 'peer', 'dstPort'];

/**
 * Rows of `top` as a table with the columns that the grouping has. Where rows stand for networks or countries
 * these come first.
 */
export function topLines(rows: readonly TopRow[], page: Page): string[] {
  return rows.length === 0 ? [] : tableLines(topColumns(rows), rows, page);
}

/** The columns that rows of `top` have and that say something. */
export function topColumns(rows: readonly TopRow[]): Column<TopRow>[] {
  const has = (key: keyof TopRow): boolean => rows.some((row) => row[key] !== undefined);
  const present = columns.filter(({ key }) => has(key) && worthShowing(key, rows));
  if (endpoints.some(has)) return present.map(({ column }) => column);
  const isName = ({ key }: { readonly key: keyof TopRow }): boolean => names.includes(key);
  const [rank, ...others] = present.filter((one) => !isName(one));
  const ordered = [...(rank === undefined ? [] : [rank]), ...present.filter(isName), ...others];
  return ordered.map(({ key, column }) => (key === 'country' ? country : column));
}

const onlyWhereKnown: readonly (keyof TopRow)[] = ['provider', 'name', 'mark', 'threatLists', 'registry'];

/** One account for all rows says nothing, and neither does what is known of no row: a provider, a name, a mark. */
function worthShowing(key: keyof TopRow, rows: readonly TopRow[]): boolean {
  if (key === 'accountId') return new Set(rows.map((row) => row.accountId)).size > 1;
  if (onlyWhereKnown.includes(key)) {
    return rows.some((row) => row[key] !== null && row[key] !== undefined);
  }
  return true;
}

/** The title of a `top` table, for people: `Top peers by bytes`. */
export function topTitle(group: TopGroup, by: TopOrder, all: boolean): string {
  const of: Readonly<Record<TopGroup, string>> = {
    flow: 'flows to the Internet',
    peer: 'peers',
    local: 'local addresses',
    asn: 'networks',
    country: 'countries',
    port: 'service ports',
  };
  return `Top ${of[group]} by ${by}${all ? ', set-asides too' : ''}`;
}

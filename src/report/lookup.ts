import type { AddressLabel } from '../addresses/lookup.ts';
import type { Page } from './page.ts';
import { type Column, tableLines } from './table.ts';
import { unknownText } from './units.ts';

const columns: readonly Column<AddressLabel>[] = [
  { header: 'address', text: ({ address }) => address },
  { header: 'scope', text: ({ scope }) => scope ?? 'not an address' },
  { header: 'AS', text: ({ asn }) => (asn === null ? unknownText : String(asn)), align: 'right' },
  { header: 'network', text: ({ network }) => network ?? unknownText, shrinkTo: 12 },
  { header: 'country', text: ({ country }) => country ?? unknownText },
  { header: 'provider', text: ({ provider }) => provider ?? unknownText, shrinkTo: 8 },
];

/** Addresses with what is known of them. */
export function lookupLines(labels: readonly AddressLabel[], page: Page): string[] {
  return tableLines(columns, labels, page);
}

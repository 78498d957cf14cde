import type { AddressLabel } from '../addresses/lookup.ts';
import type { Page } from './page.ts';
import { providerText } from './provider.ts';
import { type Column, tableLines } from './table.ts';
import { unknownText } from './units.ts';

const columns: readonly Column<AddressLabel>[] = [
  { header: 'address', text: ({ address }) => address },
  { header: 'scope', text: ({ scope }) => scope ?? 'not an address' },
  { header: 'AS', text: ({ asn }) => (asn === null ? unknownText : String(asn)), align: 'right' },
  { header: 'network', text: ({ network }) => network ?? unknownText, shrinkTo: 12 },
  { header: 'country', text: ({ country }) => country ?? unknownText },
  { header: 'city', text: ({ city }) => city ?? unknownText, shrinkTo: 8, dropOrder: 1 },
  { header: 'provider', text: (label) => providerText(label) ?? unknownText, shrinkTo: 8 },
];

/** Addresses with what is known of them. */
export function lookupLines(labels: readonly AddressLabel[], page: Page): string[] {
  const hasCity = labels.some(({ city }) => city !== null);
  return tableLines(hasCity ? columns : columns.filter(({ header }) => header !== 'city'), labels, page);
}

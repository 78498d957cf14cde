import type { AddressLabel } from '../addresses/lookup.ts';
import type { RegistryFacts } from '../registries/facts.ts';
import { wrapText } from './fit.ts';
import { nameText } from './names.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';
import { providerText } from './provider.ts';
import { notUse, registryLines } from './registry.ts';
import { type Column, tableLines } from './table.ts';
import { unknownText } from './units.ts';

const columns: readonly Column<LookupRow>[] = [
  { header: 'address', text: ({ address }) => address },
  { header: 'name', text: ({ name, names }) => nameText(name, names), shrinkTo: 12 },
  { header: 'scope', text: ({ scope }) => scope ?? 'not an address' },
  { header: 'AS', text: ({ asn }) => (asn === null ? unknownText : String(asn)), align: 'right' },
  { header: 'network', text: ({ network }) => network ?? unknownText, shrinkTo: 12 },
  { header: 'country', text: ({ country }) => country ?? unknownText },
  { header: 'city', text: ({ city }) => city ?? unknownText, shrinkTo: 8, dropOrder: 1 },
  { header: 'provider', text: (label) => providerText(label) ?? unknownText, shrinkTo: 8 },
];

/** What a lookup shows of one address. */
export interface LookupRow extends AddressLabel, RegistryFacts {
  readonly reverseNames: readonly string[] | null;
  readonly name: string | null;
  readonly names: number;
}

/** Addresses with what is known of them; below the table the names of reverse DNS and what registries said. */
export function lookupLines(rows: readonly LookupRow[], page: Page): string[] {
  const said = rows.flatMap((row) => [...nameLines(row, page), ...registrationLines(row, page)]);
  const isRegistered = rows.some(({ registry }) => registry !== null);
  return [
    ...tableOf(rows, page),
    ...(said.length === 0 ? [] : ['', ...said]),
    ...(isRegistered ? wrapText(notUse, page.width).map(page.colors.dim) : []),
  ];
}

function nameLines({ address, reverseNames: names }: LookupRow, page: Page): string[] {
  if (names === null) return [];
  const text =
    names.length === 0 ? 'has no name in reverse DNS' : `is named ${names.join(', ')} in reverse DNS`;
  return wrapText(plainText(`${address} ${text}`), page.width);
}

function registrationLines(row: LookupRow, page: Page): string[] {
  const lines = registryLines(row, page, '  ');
  return lines.length === 0 ? [] : [page.colors.bold(plainText(row.address)), ...lines];
}

/** Columns that say nothing of any address are left out. */
function tableOf(labels: readonly LookupRow[], page: Page): string[] {
  const silent = (['city', 'name'] as const).filter((key) => labels.every((label) => label[key] === null));
  return tableLines(
    columns.filter(({ header }) => !silent.some((key) => key === header)),
    labels,
    page,
  );
}

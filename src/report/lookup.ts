import type { ExplainedAddress, LabelReason, Statement } from '../addresses/explain.ts';
import type { AddressLabel } from '../addresses/lookup.ts';
import type { Hit } from '../intel/list.ts';
import type { Verdict } from '../marks/mark.ts';
import type { RegistryFacts } from '../registries/facts.ts';
import { wrapText } from './fit.ts';
import { hitLines } from './intel.ts';
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
  { header: 'mark', text: ({ mark }) => mark ?? unknownText },
];

/** What a lookup shows of one address. */
export interface LookupRow extends AddressLabel, RegistryFacts {
  readonly reverseNames: readonly string[] | null;
  readonly name: string | null;
  readonly names: number;
  readonly mark: Verdict | null;
  readonly intel: readonly Hit[];
}

/** Addresses with what is known of them; below the table the names of reverse DNS and what registries said. */
export function lookupLines(rows: readonly LookupRow[], page: Page): string[] {
  const said = rows.flatMap((row) => [
    ...listedLines(row, page),
    ...nameLines(row, page),
    ...registrationLines(row, page),
  ]);
  const isRegistered = rows.some(({ registry }) => registry !== null);
  return [
    ...tableOf(rows, page),
    ...(said.length === 0 ? [] : ['', ...said]),
    ...(isRegistered ? wrapText(notUse, page.width).map(page.colors.dim) : []),
  ];
}

function listedLines({ address, intel }: LookupRow, page: Page): string[] {
  return intel.length === 0 ? [] : [page.colors.bold(plainText(address)), ...hitLines(intel, page)];
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
  const silent = (['city', 'name', 'mark'] as const).filter((key) =>
    labels.every((label) => label[key] === null),
  );
  return tableLines(
    columns.filter(({ header }) => !silent.some((key) => key === header)),
    labels,
    page,
  );
}

const reasons: readonly Column<LabelReason>[] = [
  { header: 'label', text: ({ column }) => column },
  { header: 'value', text: ({ value }) => String(value), shrinkTo: 12 },
  { header: 'from', text: ({ source }) => source },
  { header: 'because', text: ({ why }) => why, shrinkTo: 20 },
];

const statements: readonly Column<Statement>[] = [
  { header: 'source', text: ({ source }) => source },
  { header: 'range', text: ({ range }) => range },
  { header: 'data of', text: ({ date }) => date ?? unknownText },
  { header: 'fetched', text: ({ fetched }) => fetched?.slice(0, 10) ?? unknownText, dropOrder: 1 },
  {
    header: 'says',
    text: ({ says }) =>
      Object.entries(says)
        .map(([label, value]) => `${label} ${value}`)
        .join(', '),
    shrinkTo: 20,
  },
];

/** For each address its labels with where they are from and why, then what each source says. */
export function explainedLines(addresses: readonly ExplainedAddress[], page: Page): string[] {
  return addresses.flatMap((explained, index) => {
    const { address, scope, labels, statements: said } = explained;
    const title = wrapText(plainText(`${address}  ${scope ?? 'not an address'}`), page.width);
    const none =
      scope === null
        ? []
        : [
            '',
            ...wrapText(
              scope === 'internet' ? 'No source knows it.' : 'Only addresses of the Internet have labels.',
              page.width,
            ),
          ];
    return [
      ...(index === 0 ? [] : ['']),
      ...title.map((line) => page.colors.bold(line)),
      ...(labels.length === 0 ? none : ['', ...tableLines(reasons, labels, page)]),
      ...(said.length === 0 ? [] : ['', ...tableLines(statements, said, page)]),
    ];
  });
}

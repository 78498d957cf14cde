import type { ListedPeer } from '../detect/results.ts';
import { type Hit, hitText } from '../intel/list.ts';
import type { IntelChange, IntelListReport, IntelRefresh } from '../intel/results.ts';
import { cutText, together, wrapText } from './fit.ts';
import { nameText } from './names.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';
import { type Column, tableLines } from './table.ts';
import { bytesText, counted, countText } from './units.ts';

const listTexts = { threat: 'On threat list', 'known-good': 'On known-good list' } as const;

const mostHits = 10;

/** What lists say of the address of a page, threat lists in red. */
export function hitLines(hits: readonly Hit[], page: Page): string[] {
  const { red, green, dim } = page.colors;
  const more = hits.length - mostHits;
  return [
    ...hits.slice(0, mostHits).flatMap((hit) => {
      const colour = hit.kind === 'threat' ? red : green;
      return wrapText(plainText(`${listTexts[hit.kind]} ${hitText(hit)}`), page.width).map((line) =>
        colour(line),
      );
    }),
    ...(more > 0 ? [dim(`and ${countText(more)} more entries of lists`)] : []),
  ];
}

const mostPeers = 10;

const peerColumns: readonly Column<ListedPeer>[] = [
  { header: 'peer', text: ({ peer }) => peer },
  { header: 'name', text: ({ name, names }) => nameText(name, names), shrinkTo: 10 },
  { header: 'ways', text: waysOf },
  { header: 'records', text: ({ records }) => countText(records), align: 'right' },
  { header: 'rejected', text: ({ rejected }) => countText(rejected), align: 'right', dropOrder: 2 },
  { header: 'out', text: ({ bytesOut }) => bytesText(bytesOut), align: 'right' },
  { header: 'in', text: ({ bytesIn }) => bytesText(bytesIn), align: 'right', dropOrder: 1 },
  { header: 'lists', text: listsOf, shrinkTo: 8 },
  {
    header: 'network',
    text: ({ network, country }) => networkText(network, country),
    shrinkTo: 8,
    dropOrder: 4,
  },
  {
    header: 'last seen',
    text: ({ lastSeen }) => (lastSeen ?? '-').slice(0, 16).replace('T', ' '),
    dropOrder: 3,
  },
];

/** The columns of a list of peers on threat lists; that of names only where one has a name. */
export function listedPeerColumns(peers: readonly ListedPeer[]): readonly Column<ListedPeer>[] {
  const isNamed = peers.some(({ name }) => name !== null);
  return isNamed ? peerColumns : peerColumns.filter(({ header }) => header !== 'name');
}

function waysOf({ directions }: ListedPeer): string {
  return directions.length === 0 ? '-' : directions.map((one) => one.replace('bound', '')).join(', ');
}

function listsOf({ lists, knownGood, setAside, mark }: ListedPeer): string {
  const names = [...new Set(lists.map(({ list }) => list))];
  const beside = [
    knownGood.length > 0 ? 'known good' : null,
    setAside === null ? null : `in ${setAside}`,
    mark,
  ].filter((text) => text !== null);
  return `${names.join(', ')}${beside.length === 0 ? '' : ` (${beside.join(', ')})`}`;
}

function networkText(network: string | null, country: string | null): string {
  return (
    [network === null ? null : cutText(plainText(network), 30), country].filter((text) => text).join(', ') ||
    '-'
  );
}

/** The peers of a hunt that are on threat lists; nothing where there is none. */
export function listedLines(peers: readonly ListedPeer[], page: Page): string[] {
  if (peers.length === 0) return [];
  const { bold } = page.colors;
  const shown = peers.slice(0, mostPeers);
  const title = `On threat lists: ${counted(peers.length, 'peer')}${shown.length < peers.length ? ` (${shown.length} shown)` : ''}, whatever noise and set-asides hide`;
  const next = `What a list says: ${together(page.command(`ip ${shown[0]?.peer ?? ''}`))}`;
  const more =
    shown.length < peers.length
      ? wrapText(
          `All: ${together(page.command(`sql "SELECT * FROM intel JOIN peers ON peer = address WHERE kind = 'threat'"`))}`,
          page.width,
        )
      : [];
  return [
    ...wrapText(title, page.width).map((line) => bold(line)),
    ...tableLines(listedPeerColumns(shown), shown, page),
    ...wrapText(next, page.width),
    ...more,
  ];
}

/** The columns of a list of threat lists. */
export const listColumns: readonly Column<IntelListReport>[] = [
  { header: 'list', text: ({ name }) => name },
  { header: 'kind', text: ({ kind }) => kind },
  { header: 'date', text: ({ date }) => date.slice(0, 10) },
  { header: 'fetched', text: ({ fetched }) => fetched.slice(0, 10), dropOrder: 2 },
  { header: 'entries', text: ({ entries }) => countText(entries), align: 'right' },
  { header: 'matched', text: ({ addresses }) => countText(addresses), align: 'right' },
  { header: 'from', text: ({ origin }) => origin.location, shrinkTo: 12, dropOrder: 1 },
];

/** The lists in use. `matched` counts loaded addresses. */
export function listsLines(lists: readonly IntelListReport[], page: Page): string[] {
  if (lists.length === 0) {
    return wrapText(
      `No list. Add one: ${together(page.command('intel add FILE|URL --name NAME'))}`,
      page.width,
    );
  }
  const { bold, dim } = page.colors;
  const said = lists.flatMap((list) => {
    const parts = [list.form, ...extrasOf(list), list.licence, list.notes].filter((part) => part !== null);
    return wrapText(plainText(`${list.name}: ${parts.join('; ')}`), page.width, '  ').map((line) =>
      dim(line),
    );
  });
  return [bold(counted(lists.length, 'list')), ...tableLines(listColumns, lists, page), ...said];
}

type Extras = Pick<IntelListReport, 'asns' | 'outside' | 'skipped' | 'withdrawn'>;

function extrasOf({ asns, outside, skipped, withdrawn }: Extras): string[] {
  return [
    ...(asns > 0 ? [counted(asns, 'AS number')] : []),
    ...(outside > 0
      ? [`${counted(outside, 'entry', 'entries')} outside the Internet, which match no peer`]
      : []),
    ...(withdrawn > 0 ? [`${countText(withdrawn)} left out that the list takes back`] : []),
    ...(skipped > 0 ? [`${counted(skipped, 'line')} that are nothing`] : []),
  ];
}

/** What was taken in, and what of it was nothing. */
export function intelChangeLines({ list, before, firstSkipped, asked }: IntelChange, page: Page): string[] {
  const { name, kind, form, entries, date } = list;
  const was = before === null ? '' : ` (${countText(before.entries)} before)`;
  const extras = extrasOf(list).map((text) => `, ${text}`);
  const text = `${name}: ${counted(entries, 'entry', 'entries')}${was} of ${date.slice(0, 10)}, ${kind}, ${form}${extras.join('')}.${asked === null ? '' : ` Asked ${asked}.`}`;
  return [
    ...wrapText(plainText(text), page.width),
    ...firstSkipped.flatMap(({ line, reason, text: skipped }) =>
      wrapText(plainText(`line ${line}: ${reason}: ${skipped}`), page.width, '  ').map((one) =>
        page.colors.dim(one),
      ),
    ),
  ];
}

/** What became of each list that was asked for again. */
export function refreshLines(results: readonly IntelRefresh[], page: Page): string[] {
  if (results.length === 0) return wrapText('No list to refresh.', page.width);
  return results.flatMap(({ name, outcome, message, asked, change }) => {
    if (change !== null) return intelChangeLines(change, page);
    const said = outcome === 'failed' ? `not taken, the one before stays: ${message}` : 'as it was';
    const lines = wrapText(
      plainText(`${name}: ${said}.${asked === null ? '' : ` Asked ${asked}.`}`),
      page.width,
    );
    return outcome === 'failed' ? lines.map((line) => page.colors.red(line)) : lines;
  });
}

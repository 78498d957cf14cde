import type { Destination } from '../../../src/server/api.ts';
import { bytes, counted, protocol } from '../format.ts';
import { AddressLink } from '../parts/address-link.tsx';
import type { Column } from '../parts/table.tsx';

export const groups = [
  { name: 'flow', title: 'flow' },
  { name: 'peer', title: 'peer' },
  { name: 'local', title: 'local host' },
  { name: 'asn', title: 'network' },
  { name: 'country', title: 'country' },
  { name: 'port', title: 'port' },
] as const;
export type Group = (typeof groups)[number]['name'];

const number = { isNumber: true, width: '84px' };
const columns = {
  rank: {
    key: 'rank',
    title: '#',
    isNumber: true,
    width: '76px',
    isSorted: false,
    cell: (row) => counted(row.rank),
  },
  flows: { key: 'flows', title: 'flows', ...number, cell: (row) => counted(row.flows) },
  bytes: { key: 'bytes', title: 'bytes', ...number, cell: (row) => bytes(row.bytes) },
  packets: { key: 'packets', title: 'packets', ...number, cell: (row) => counted(row.packets) },
  peers: { key: 'peers', title: 'peers', ...number, cell: (row) => counted(row.peers) },
  srcAddr: {
    key: 'srcAddr',
    title: 'source',
    width: 'minmax(110px, 1fr)',
    cell: (row) => <AddressLink of={row.srcAddr} />,
  },
  dstAddr: {
    key: 'dstAddr',
    title: 'destination',
    width: 'minmax(120px, 1fr)',
    cell: (row) => <AddressLink of={row.dstAddr} />,
  },
  peer: {
    key: 'peer',
    title: 'peer',
    width: 'minmax(120px, 1fr)',
    cell: (row) => <AddressLink of={row.peer} />,
  },
  local: {
    key: 'local',
    title: 'local host',
    width: 'minmax(120px, 1fr)',
    cell: (row) => <AddressLink of={row.local} />,
  },
  dstPort: {
    key: 'dstPort',
    title: 'port',
    isNumber: true,
    width: '62px',
    cell: (row) => row.dstPort ?? '-',
  },
  protocol: { key: 'protocol', title: 'protocol', width: '66px', cell: (row) => protocol(row.protocol) },
  asn: { key: 'asn', title: 'AS', isNumber: true, width: '76px', cell: (row) => row.asn ?? '-' },
  network: {
    key: 'network',
    title: 'network',
    width: 'minmax(140px, 2.4fr)',
    cell: (row) => <span title={row.network ?? ''}>{row.network ?? '-'}</span>,
  },
  country: { key: 'country', title: 'country', width: '66px', cell: (row) => row.country ?? '-' },
  provider: { key: 'provider', title: 'provider', width: '84px', cell: (row) => row.provider ?? '' },
  name: {
    key: 'name',
    title: 'name',
    width: 'minmax(70px, 1.2fr)',
    isSorted: false,
    cell: (row) => <span title={row.name ?? ''}>{row.name ?? ''}</span>,
  },
  said: { key: 'said', title: 'said of it', width: '84px', isSorted: false, cell: saidOf },
} as const satisfies Readonly<Record<string, Column<Destination>>>;
type Name = keyof typeof columns;

const sums: readonly Name[] = ['flows', 'bytes', 'packets'];
const labels: readonly Name[] = ['asn', 'network', 'country', 'provider', 'name', 'said'];
const byGroup: Readonly<Record<Group, readonly Name[]>> = {
  flow: ['rank', 'srcAddr', 'dstAddr', 'dstPort', 'protocol', ...sums, ...labels],
  peer: ['rank', 'peer', ...sums, ...labels],
  local: ['rank', 'local', ...sums, 'peers'],
  asn: ['rank', 'asn', 'network', 'provider', ...sums, 'peers'],
  country: ['rank', 'country', ...sums, 'peers'],
  port: ['rank', 'dstPort', 'protocol', ...sums, 'peers'],
};

/** What a grouping shows. */
export function columnsOf(group: Group): readonly Column<Destination>[] {
  return byGroup[group].map((name) => columns[name]);
}

/** The hunter's mark, lists that name it, the set-aside that it belongs to. */
function saidOf({ mark, threatLists, setAside }: Destination) {
  const lists = threatLists?.length ?? 0;
  const said = [mark, lists === 0 ? null : 'on a list', setAside == null ? null : 'set aside'];
  return said.filter((each) => each != null).join(', ');
}

import type { FindingLine } from '../../../../src/server/api.ts';
import { brief, bytes, port, questionNames, questionWords } from '../../format.ts';
import { AddressLink } from '../../parts/address-link.tsx';
import { Severity } from '../../parts/severity.tsx';
import type { Column } from '../../parts/table.tsx';
import { place, urlOf } from '../../route.ts';
import { MarkShown } from './mark-shown.tsx';

export const orders = ['severity', 'score', 'lastSeen', 'firstSeen', 'bytes', 'peer'] as const;

/** Columns of the queue: the few that fit beside an open finding, or all. `asOf`: as `shownMark` takes it. */
export function columns(isNarrow: boolean, asOf: number): readonly Column<FindingLine>[] {
  const shown = innerWidth >= 1900 ? [...narrow, ...wide] : narrow;
  return all(asOf).filter(({ key }) => !isNarrow || shown.includes(key));
}

const narrow = ['severity', 'question', 'peer', 'local', 'mark'];
const wide = ['score', 'port', 'bytes', 'lastSeen', 'reason'];
const all = (asOf: number): readonly Column<FindingLine>[] => [
  {
    ...{ key: 'severity', title: 'severity', width: '76px' },
    cell: ({ severity, answer }) =>
      answer === 'cannot-tell' ? <span class="faint">cannot tell</span> : <Severity of={severity} />,
  },
  { key: 'score', title: 'score', isNumber: true, width: '54px', cell: ({ score }) => score.toFixed(2) },
  {
    ...{ key: 'question', title: 'question', width: 'minmax(130px, 0.8fr)', isSorted: false },
    cell: ({ id, question, kind }) => (
      <a
        href={urlOf('findings', { ...place.value.params, id })}
        title={`${questionNames[question]}: ${kind}`}
      >
        {questionWords[question]}: {kind}
      </a>
    ),
  },
  {
    ...{ key: 'peer', title: 'peer', width: 'minmax(116px, 0.7fr)' },
    cell: ({ peer }) => <AddressLink of={peer} />,
  },
  {
    ...{ key: 'names', title: 'name', width: 'minmax(80px, 1fr)', isSorted: false },
    cell: ({ names, network }) => names[0] ?? network ?? '',
  },
  { key: 'country', title: 'country', width: '62px', isSorted: false, cell: ({ country }) => country ?? '' },
  {
    ...{ key: 'local', title: 'local host', width: 'minmax(104px, 0.6fr)', isSorted: false },
    cell: ({ local }) => <AddressLink of={local} />,
  },
  {
    ...{ key: 'port', title: 'port', width: '74px', isSorted: false },
    cell: ({ servicePort, protocol }) => port(servicePort, protocol),
  },
  { key: 'bytes', title: 'bytes', isNumber: true, width: '76px', cell: (line) => bytes(line.bytes) },
  { key: 'lastSeen', title: 'last seen', width: '92px', cell: ({ lastSeen }) => brief(lastSeen) },
  {
    ...{ key: 'mark', title: 'mark', width: '84px', isSorted: false },
    cell: ({ peer, mark }) => <MarkShown target={peer} known={mark} asOf={asOf} />,
  },
  {
    ...{ key: 'reason', title: 'reason', width: 'minmax(160px, 3fr)', isSorted: false },
    cell: ({ reason }) => <span title={reason ?? ''}>{reason}</span>,
  },
];

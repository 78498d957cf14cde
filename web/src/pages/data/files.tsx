import { useState } from 'preact/hooks';
import type { AnswerOf } from '../../../../src/server/api.ts';
import { ask } from '../../ask.ts';
import { bytes, counted, moment } from '../../format.ts';
import { FileName } from '../../parts/file-name.tsx';
import { Listed } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { useWindows } from '../../windows.ts';

type List = AnswerOf<'files'>;
type File = List['files'][number];
const states = ['read', 'empty', 'failed', 'other'] as const;

/** The files that were looked into, the failed ones first. */
export function Files() {
  const [status, setStatus] = useState<(typeof states)[number] | undefined>(undefined);
  const list = useWindows<File, List & { readonly rows: readonly File[] }>(
    `files ${status}`,
    async (offset, limit, signal) => {
      const found = await ask('files', { query: { status, offset, limit } }, signal);
      return { ...found, rows: found.files };
    },
  );
  return (
    <section class="panel wide" aria-label="Files">
      <h2>Files</h2>
      <fieldset class="choice bar">
        <legend class="unseen">Which files</legend>
        <button type="button" aria-pressed={status === undefined} onClick={() => setStatus(undefined)}>
          all
        </button>
        {states.map((each) => (
          <button key={each} type="button" aria-pressed={status === each} onClick={() => setStatus(each)}>
            {each === 'other' ? 'no flow log' : each} {counted(list.head?.byStatus[each] ?? 0)}
          </button>
        ))}
      </fieldset>
      <Listed list={list} inPanel empty={() => 'No such file.'}>
        {() => (
          <Table
            label="Files"
            columns={columns}
            count={list.count}
            rowAt={list.rowAt}
            need={list.need}
            of={String(status)}
            height={260}
          />
        )}
      </Listed>
    </section>
  );
}

const columns: readonly Column<File>[] = [
  {
    ...{ key: 'path', title: 'file', width: 'minmax(280px, 3fr)' },
    cell: ({ path }) => <FileName path={path} />,
  },
  {
    ...{ key: 'status', title: 'status', width: '64px' },
    cell: ({ status }) => <span class={status === 'failed' ? 'wrong' : ''}>{status}</span>,
  },
  {
    key: 'reason',
    title: 'reason',
    width: 'minmax(80px, 1.4fr)',
    cell: ({ reason }) => <span title={reason ?? ''}>{reason}</span>,
  },
  { key: 'size', title: 'size', isNumber: true, width: '72px', cell: ({ sizeBytes }) => bytes(sizeBytes) },
  { key: 'lines', title: 'lines', isNumber: true, width: '82px', cell: ({ lines }) => counted(lines) },
  {
    key: 'records',
    title: 'records',
    isNumber: true,
    width: '82px',
    cell: ({ records }) => counted(records),
  },
  {
    key: 'unreadable',
    title: 'unreadable',
    isNumber: true,
    width: '82px',
    cell: (row) => counted(row.unreadable),
  },
  {
    key: 'duplicate',
    title: 'duplicate',
    isNumber: true,
    width: '78px',
    cell: (row) => counted(row.duplicate),
  },
  { key: 'account', title: 'account', width: '106px', cell: ({ accountId }) => accountId ?? '' },
  { key: 'region', title: 'region', width: '92px', cell: ({ region }) => region ?? '' },
  { key: 'modified', title: 'modified', width: '144px', cell: ({ modifiedAt }) => moment(modifiedAt) },
];

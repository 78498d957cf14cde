import { useState } from 'preact/hooks';
import type { AnswerOf } from '../../../../src/server/api.ts';
import { ask } from '../../ask.ts';
import { counted } from '../../format.ts';
import { FileName } from '../../parts/file-name.tsx';
import { Empty, Failed, Waiting } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { useWindows } from '../../windows.ts';

type List = AnswerOf<'rejects'>;
type Reject = List['rejects'][number];

/** Lines that are no records, as they stand in their files, by reason. */
export function Rejects() {
  const [reason, setReason] = useState<string | undefined>(undefined);
  const list = useWindows<Reject, List & { readonly rows: readonly Reject[] }>(
    `rejects ${reason}`,
    async (offset, limit, signal) => {
      const found = await ask('rejects', { query: { reason, offset, limit } }, signal);
      return { ...found, rows: found.rejects };
    },
  );
  const { head } = list;
  return (
    <section class="panel wide" aria-label="Rejects">
      <h2>
        Lines that are no records <small>{head === undefined ? '' : counted(head.total)}</small>
      </h2>
      {list.failure !== undefined ? (
        <Failed failure={list.failure} />
      ) : head === undefined ? (
        <Waiting />
      ) : head.byReason.length === 0 ? (
        <Empty>Every line was read.</Empty>
      ) : (
        <>
          <fieldset class="choice bar">
            <legend class="unseen">Reason</legend>
            <button type="button" aria-pressed={reason === undefined} onClick={() => setReason(undefined)}>
              all
            </button>
            {head.byReason.map((each) => (
              <button
                key={each.reason}
                type="button"
                aria-pressed={reason === each.reason}
                onClick={() => setReason(each.reason)}
              >
                {each.reason} {counted(each.lines)}
              </button>
            ))}
          </fieldset>
          <Table
            label="Rejects"
            columns={columns}
            count={list.count}
            rowAt={list.rowAt}
            need={list.need}
            of={String(reason)}
            height={260}
          />
        </>
      )}
    </section>
  );
}

const columns: readonly Column<Reject>[] = [
  {
    ...{ key: 'file', title: 'file', width: 'minmax(180px, 1fr)' },
    cell: ({ file }) => <FileName path={file} />,
  },
  { key: 'line', title: 'line', isNumber: true, width: '82px', cell: ({ line }) => counted(line) },
  {
    key: 'reason',
    title: 'reason',
    width: 'minmax(120px, 0.7fr)',
    cell: ({ reason }) => <span title={reason}>{reason}</span>,
  },
  {
    key: 'raw',
    title: 'as it stands there',
    width: 'minmax(260px, 3fr)',
    cell: ({ raw }) => <code title={raw}>{raw}</code>,
  },
];

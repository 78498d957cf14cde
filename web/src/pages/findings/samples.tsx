import type { FindingDetail } from '../../../../src/server/api.ts';
import { bytes, counted, moment, port } from '../../format.ts';
import { iso } from '../../parts/narrowing.ts';
import { type Column, Table } from '../../parts/table.tsx';
import { columnsFor, shown } from '../../parts/unknown-columns.tsx';

type Session = FindingDetail['sessions']['rows'][number];

const sessionColumns: readonly Column<Session>[] = [
  { key: 'start', title: 'start', width: '150px', cell: (row) => moment(row.start) },
  { key: 'end', title: 'end', width: '150px', cell: (row) => moment(row.end) },
  { key: 'local', title: 'local host', width: 'minmax(100px, 1fr)', cell: (row) => row.local },
  { key: 'localPort', title: 'its port', isNumber: true, width: '64px', cell: (row) => row.localPort },
  { key: 'peer', title: 'peer', width: 'minmax(110px, 1fr)', cell: (row) => row.peer },
  { key: 'port', title: 'service', width: '76px', cell: (row) => port(row.servicePort, row.protocol) },
  { key: 'direction', title: 'direction', width: '76px', cell: (row) => row.direction },
  { key: 'state', title: 'state', width: '86px', cell: (row) => row.state },
  { key: 'bytesOut', title: 'out', isNumber: true, width: '72px', cell: (row) => bytes(row.bytesOut) },
  { key: 'bytesIn', title: 'in', isNumber: true, width: '72px', cell: (row) => bytes(row.bytesIn) },
  { key: 'records', title: 'records', isNumber: true, width: '62px', cell: (row) => counted(row.records) },
];

/** The first sessions of a finding. */
export function Sessions({ rows }: { readonly rows: readonly Session[] }) {
  return (
    <Table
      label="Sessions"
      columns={sessionColumns}
      count={rows.length}
      rowAt={(index) => rows[index]}
      height={220}
    />
  );
}

const times = ['start', 'end'];

/** Unix seconds as a time, and as they stand in the log where the pointer rests. */
const timeOf = (index: number) => ({
  ...{ width: '150px', isNumber: false },
  cell: (row: readonly unknown[]) => {
    const seconds = row[index];
    return typeof seconds === 'number' ? (
      <span title={String(seconds)}>{moment(iso(seconds * 1000))}</span>
    ) : (
      shown(seconds)
    );
  },
});

interface RecordSampleProps {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** The first records of a finding, as they stand in the logs. */
export function RecordSample({ columns, rows }: RecordSampleProps) {
  // Columns that this version of the log does not have are left out.
  const used = columns.map((_, index) => rows.some((row) => row[index] != null));
  const all = columnsFor(columns, rows).map((column, index) =>
    times.includes(column.title) ? { ...column, ...timeOf(index) } : column,
  );
  return (
    <Table
      label="Records"
      columns={all.filter((_, index) => used[index])}
      count={rows.length}
      rowAt={(index) => rows[index]}
      height={220}
    />
  );
}

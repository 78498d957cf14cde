import type { Destination, Destinations as List, QueryOf } from '../../../src/server/api.ts';
import { ask, queryText } from '../ask.ts';
import { bytes, counted } from '../format.ts';
import { Choice, Downloads, Switch } from '../parts/controls.tsx';
import { Listed } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { change, go, narrowed, place } from '../route.ts';
import { useWindows } from '../windows.ts';
import { columnsOf, groups } from './destination-columns.tsx';

type Query = NonNullable<QueryOf<'destinations'>>;
type Sort = NonNullable<Query['sort']>;

/** The notebook's table, live: any grouping, any order, any length. */
export function Destinations() {
  const { params } = place.value;
  const group = groups.find(({ name }) => name === params['group'])?.name ?? 'flow';
  const columns = columnsOf(group);
  const sort = (columns.find(({ key }) => key === params['sort'])?.key ?? 'flows') as Sort;
  const descending = params['ascending'] !== 'true';
  const asides = params['asides'] === 'true';
  const query: Query = { ...narrowed.value, group, sort, descending, asides };
  const key = JSON.stringify(query);
  const list = useWindows<Destination, List>(key, (offset, limit, signal) =>
    ask('destinations', { query: { ...query, offset, limit } }, signal),
  );
  const onSort = (to: string) => {
    const isSame = to === sort;
    const isText = columns.find(({ key }) => key === to)?.isNumber !== true;
    const isAscending = isSame ? descending : isText;
    change({ sort: to, ascending: isAscending ? 'true' : '' });
  };
  const onOpen = (row: Destination) => {
    const address = row.peer ?? row.dstAddr ?? row.local;
    if (address != null) return go('address', { of: address });
    const term =
      row.asn != null
        ? `asn:${row.asn}`
        : row.country != null
          ? `country:${row.country}`
          : `dst-port:${row.dstPort}`;
    const where = params['where'] ?? '';
    change({ where: where === '' ? term : `${where} ${term}`, group: 'flow' });
  };
  const { head } = list;
  return (
    <>
      <div class="bar">
        <Choice
          legend="Group by"
          options={groups}
          chosen={group}
          onChoose={(name) => change({ group: name, sort: '', ascending: '' })}
        />
        <Switch
          label="with set-asides"
          isOn={asides}
          onTurn={(isOn) => change({ asides: isOn ? 'true' : '' })}
        />
        <Downloads
          title="Export"
          formats={['csv', 'ndjson', 'parquet']}
          href={(format) => `/api/destinations/export${queryText({ ...query, format })}`}
        />
        {head === undefined ? null : <Sums head={head} />}
      </div>
      <Listed
        list={list}
        empty={({ hidden }) =>
          `Nothing goes to the Internet in this time range and filter${hidden.flows > 0 ? `, but for ${counted(hidden.flows)} flows that are set aside` : ''}.`
        }
      >
        {(head) => (
          <Table
            label="Destinations"
            columns={columnsOf(head.group)}
            count={list.count}
            rowAt={list.rowAt}
            need={list.need}
            sort={{ key: sort, isDescending: descending }}
            onSort={onSort}
            onOpen={onOpen}
            hasKeys
            of={key}
          />
        )}
      </Listed>
    </>
  );
}

function Sums({ head: { total, totals, hidden, basis, seconds } }: { readonly head: List }) {
  return (
    <span class="took">
      {counted(total)} rows, {counted(totals.flows)} flows, {bytes(totals.bytes)}
      {hidden.flows === 0 ? '' : `; set aside: ${counted(hidden.flows)} flows, ${bytes(hidden.bytes)}`}
      {`; from ${basis === 'cube' ? 'sums' : 'records'} in ${seconds.toFixed(2)} s`}
    </span>
  );
}

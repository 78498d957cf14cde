import type { Destination, Destinations as List, QueryOf } from '../../../src/server/api.ts';
import { ask, queryText } from '../ask.ts';
import { bytes, counted } from '../format.ts';
import { Empty, Failed } from '../parts/states.tsx';
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
        <fieldset class="choice">
          <legend>Group by</legend>
          {groups.map(({ name, title }) => (
            <button
              key={name}
              type="button"
              aria-pressed={group === name}
              onClick={() => change({ group: name, sort: '', ascending: '' })}
            >
              {title}
            </button>
          ))}
        </fieldset>
        <label>
          <input
            type="checkbox"
            checked={asides}
            onChange={({ currentTarget }) => change({ asides: currentTarget.checked ? 'true' : '' })}
          />{' '}
          with set-asides
        </label>
        <span class="choice">
          <span class="faint">Export</span>
          {(['csv', 'ndjson', 'parquet'] as const).map((format) => (
            <a key={format} href={`/api/destinations/export${queryText({ ...query, format })}`} download>
              {format}
            </a>
          ))}
        </span>
        {head === undefined ? null : <Sums head={head} />}
      </div>
      {list.failure !== undefined ? (
        <Failed failure={list.failure} />
      ) : head === undefined ? (
        <p class="waiting" role="status">
          Waiting for the answer …
        </p>
      ) : list.count === 0 ? (
        <Empty>
          Nothing goes to the Internet in this time range and filter
          {head.hidden.flows > 0 ? `, but for ${counted(head.hidden.flows)} flows that are set aside` : ''}.
        </Empty>
      ) : (
        <div class={list.isWaiting ? 'fill answer stale' : 'fill answer'} aria-busy={list.isWaiting}>
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
        </div>
      )}
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

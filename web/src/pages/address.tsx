import { useState } from 'preact/hooks';
import type { AddressDetail } from '../../../src/server/api.ts';
import { useAnswer } from '../answer.ts';
import { brief, bytes, counted, moment, percent, port, questionNames } from '../format.ts';
import { AddressLink } from '../parts/address-link.tsx';
import { InterArrivals, SessionTimeline } from '../parts/session-pictures.tsx';
import { Severity } from '../parts/severity.tsx';
import { SqlText } from '../parts/sql-text.tsx';
import { Answered, Empty } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { go, narrowed, place, urlOf } from '../route.ts';
import { MarkBar } from './findings/mark-bar.tsx';
import { useMarkKeys } from './findings/mark-keys.ts';
import { Marks, Reasons } from './findings/reasons.tsx';

/** Everything about one address, a peer or a local host. */
export function Address() {
  const of = place.value.params['of'];
  const answer = useAnswer(
    'address',
    of === undefined ? null : { params: { address: of }, query: narrowed.value },
  );
  return (
    <>
      <AddressForm key={of} of={of ?? ''} />
      {of === undefined ? (
        <Empty>Write an address, or follow one from another page.</Empty>
      ) : (
        <Answered answer={answer}>{(data) => <Detail data={data} asOf={answer.asOf} />}</Answered>
      )}
    </>
  );
}

function AddressForm({ of }: { readonly of: string }) {
  const [text, setText] = useState(of);
  return (
    <form
      class="bar"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') go('address', { of: text.trim() });
      }}
    >
      <label>
        Address{' '}
        <input
          type="text"
          class="mono"
          size={40}
          maxLength={64}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <button type="submit">Show</button>
    </form>
  );
}

type Conversation = AddressDetail['conversations'][number];

function Detail({ data, asOf }: { readonly data: AddressDetail; readonly asOf: number }) {
  const { totals } = data;
  useMarkKeys(() => data.address);
  const known = [
    data.network,
    data.asn === null ? null : `AS${data.asn}`,
    data.city,
    data.country,
    data.provider,
    data.service,
    data.region,
    data.setAside === null ? null : `set aside: ${data.setAside}`,
  ].filter((each) => each !== null && each !== '');
  return (
    <div class="panels address-panels">
      <section class="panel wide" aria-label="What it is">
        <h2>
          {data.address}{' '}
          <small>
            {data.scope ?? 'scope unknown'}
            {known.length === 0 ? '' : `; ${known.join(', ')}`}
          </small>
        </h2>
        <dl class="facts">
          <Fact name="seen" value={`${moment(data.firstSeen)} to ${moment(data.lastSeen)}`} />
          <Fact name="sessions" value={counted(totals.sessions)} />
          <Fact name="out" value={`${bytes(totals.bytesOut)}, ${counted(totals.flowsOut)} flows`} />
          <Fact name="in" value={`${bytes(totals.bytesIn)}, ${counted(totals.flowsIn)} flows`} />
          <Fact name="covered" value={percent(data.coverage)} />
        </dl>
        {data.names.length === 0 ? null : (
          <p>
            Names: {data.names.map(({ name }) => name).join(', ')}
            {data.namesTotal > data.names.length ? ` and ${data.namesTotal - data.names.length} more` : ''}
          </p>
        )}
        {data.intel.map(({ list, kind, date, entry, context }) => (
          <p key={`${list} ${entry}`} class="wrong">
            On {list} ({kind}, {date}): {entry} {context}
          </p>
        ))}
        <MarkBar target={data.address} known={data.mark} asOf={asOf} />
        <Marks marks={data.marks} />
      </section>
      <section class="panel half" aria-label="Traffic over time">
        <h2>Traffic over time</h2>
        <SessionTimeline timeline={data.timeline} />
      </section>
      <section class="panel half" aria-label="Gaps between sessions">
        <h2>Gaps between sessions</h2>
        {data.interArrivals.length === 0 ? (
          <Empty>No conversation was found regular: gaps are shown of those that were.</Empty>
        ) : (
          data.interArrivals
            .slice(0, 3)
            .map((each) => <InterArrivals key={`${each.local} ${each.peer} ${each.servicePort}`} of={each} />)
        )}
      </section>
      <section class="panel half" aria-label="The four questions">
        <h2>The four questions</h2>
        {data.questions.map((each) => (
          <details key={each.question}>
            <summary>
              {questionNames[each.question]}:{' '}
              <b>{each.answer === 'cannot-tell' ? 'cannot tell' : each.answer}</b>
              {each.severity === null || each.answer !== 'yes' ? '' : `, ${each.severity}`}
              {each.kind === null || each.answer !== 'yes' ? '' : `, ${each.kind}`}
            </summary>
            <Reasons
              of={{
                ...each,
                severity: each.severity ?? 'info',
                // The parts of a score say how much speaks for a yes.
                parts: each.answer === 'no' ? [] : each.parts,
              }}
            />
            {each.sql === null ? null : <SqlText sql={each.sql} />}
          </details>
        ))}
      </section>
      <section class="panel half" aria-label="Findings">
        <h2>Findings</h2>
        {data.findings.length === 0 ? (
          <Empty>None.</Empty>
        ) : (
          <ul class="related">
            {data.findings.map((line) => (
              <li key={line.id}>
                <Severity of={line.severity} />
                <a href={urlOf('findings', { id: line.id })}>
                  {questionNames[line.question]}: {line.kind}
                </a>
                <span>
                  <AddressLink of={line.local === data.address ? line.peer : line.local} />
                  {line.peersTotal > 1 ? ` (${counted(line.peersTotal)} peers)` : ''}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section class="panel wide" aria-label="Conversations">
        <h2>
          Conversations{' '}
          <small>
            the largest {counted(data.conversations.length)} of {counted(data.conversationsTotal)}
          </small>
        </h2>
        <Table
          label="Conversations"
          columns={conversationColumns}
          count={data.conversations.length}
          rowAt={(index) => data.conversations[index]}
          onOpen={(row) => go('address', { of: row.peer === data.address ? row.local : row.peer })}
          hasKeys
          of={data.address}
          height={420}
        />
      </section>
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const conversationColumns: readonly Column<Conversation>[] = [
  {
    key: 'local',
    title: 'local host',
    width: 'minmax(110px, 1fr)',
    cell: (row) => <AddressLink of={row.local} />,
  },
  { key: 'peer', title: 'peer', width: 'minmax(110px, 1fr)', cell: (row) => <AddressLink of={row.peer} /> },
  { key: 'port', title: 'service', width: '84px', cell: (row) => port(row.servicePort, row.protocol) },
  { key: 'direction', title: 'direction', width: '80px', cell: (row) => row.direction },
  { key: 'sessions', title: 'sessions', isNumber: true, width: '76px', cell: (row) => counted(row.sessions) },
  { key: 'answered', title: 'answered', isNumber: true, width: '76px', cell: (row) => counted(row.answered) },
  { key: 'bytesOut', title: 'out', isNumber: true, width: '80px', cell: (row) => bytes(row.bytesOut) },
  { key: 'bytesIn', title: 'in', isNumber: true, width: '80px', cell: (row) => bytes(row.bytesIn) },
  { key: 'first', title: 'first seen', width: '92px', cell: (row) => brief(row.firstSeen) },
  { key: 'last', title: 'last seen', width: '92px', cell: (row) => brief(row.lastSeen) },
  { key: 'network', title: 'network', width: 'minmax(110px, 1.4fr)', cell: (row) => row.peerNetwork ?? '' },
  { key: 'country', title: 'country', width: '62px', cell: (row) => row.peerCountry ?? '' },
];

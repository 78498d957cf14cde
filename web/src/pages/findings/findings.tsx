import { useEffect, useRef } from 'preact/hooks';
import type { FindingLine, Findings as List, QueryOf } from '../../../../src/server/api.ts';
import { ask } from '../../ask.ts';
import { counted, moment, percent, questionNames, questionWords } from '../../format.ts';
import { Switch } from '../../parts/controls.tsx';
import { Listed } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { change, narrowed, place } from '../../route.ts';
import { takeKeys } from '../../shell/keys.ts';
import { useWindows } from '../../windows.ts';
import { FindingPage } from './finding.tsx';
import { useMarkKeys } from './mark-keys.ts';
import { MarkSaid } from './mark-shown.tsx';
import { columns, orders } from './queue-columns.tsx';

type Query = NonNullable<QueryOf<'findings'>>;
const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
const questions = ['scan', 'access', 'c2', 'exfil'] as const;

/** The triage queue, and the finding that is open beside it. */
export function Findings() {
  const { params } = place.value;
  const question = questions.find((each) => each === params['question']);
  const severity = severities.find((each) => each === params['severity']) ?? 'low';
  const sort = orders.find((each) => each === params['sort']) ?? 'severity';
  const unsettled = params['unsettled'] === 'true';
  const query: Query = { ...narrowed.value, question, severity, sort, unsettled };
  const key = JSON.stringify(query);
  const list = useWindows<FindingLine, List & { readonly rows: readonly FindingLine[] }>(
    key,
    async (offset, limit, signal) => {
      const found = await ask('findings', { query: { ...query, offset, limit } }, signal);
      return { ...found, rows: found.findings };
    },
  );
  const id = params['id'];
  const current = useRef<FindingLine | null>(null);
  const isOpen = useRef(false);
  isOpen.current = id !== undefined;
  useMarkKeys(() => current.current?.peer);
  useEffect(() => takeKeys({ Escape: () => change({ id: '' }) }), []);
  const { head } = list;
  return (
    <div class={id === undefined ? 'triage' : 'triage split'}>
      <section class="queue" aria-label="Queue">
        <div class="bar">
          <fieldset class="choice">
            <legend>Question</legend>
            <button
              type="button"
              aria-pressed={question === undefined}
              onClick={() => change({ question: '' })}
            >
              all
            </button>
            {questions.map((each) => (
              <button
                key={each}
                type="button"
                title={questionNames[each]}
                aria-pressed={question === each}
                onClick={() => change({ question: each })}
              >
                {questionWords[each]} {head === undefined ? '' : counted(head.byQuestion[each])}
              </button>
            ))}
          </fieldset>
          <label>
            at least{' '}
            <select
              aria-label="The least severity"
              value={severity}
              onChange={({ currentTarget }) => change({ severity: currentTarget.value })}
            >
              {severities.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
          <Switch
            label="what cannot be told"
            isOn={unsettled}
            onTurn={(isOn) => change({ unsettled: isOn ? 'true' : '' })}
          />
          {head === undefined ? null : (
            <span class="took">
              {counted(head.total)} listed, {counted(head.below)} below, {counted(head.unsettled)} cannot be
              told; over {moment(head.computedOver.from)} to {moment(head.computedOver.to)},{' '}
              {percent(head.coverage)} covered
            </span>
          )}
        </div>
        {id === undefined ? (
          <div class="marking">
            <MarkSaid />
          </div>
        ) : null}
        <Listed
          list={list}
          empty={(found) =>
            `No finding in this time range and filter; ${counted(found.below)} are below the severity, ${counted(found.unsettled)} cannot be told.`
          }
        >
          {(found) => (
            <Table
              label="Findings"
              columns={columns(id !== undefined, list.asOf)}
              count={list.count}
              rowAt={list.rowAt}
              need={list.need}
              sort={{ key: sort, isDescending: sort !== 'peer' && sort !== 'firstSeen' }}
              onSort={(to) => change({ sort: to })}
              onOpen={(row) => {
                current.current = row;
                change({ id: row.id });
              }}
              onCursor={(row) => {
                current.current = row;
                if (isOpen.current) change({ id: row.id }, { replace: true });
              }}
              isOpen={(row) => row.id === id}
              hasKeys
              of={key}
              stamp={found}
            />
          )}
        </Listed>
      </section>
      {id === undefined ? null : (
        <FindingPage
          id={id}
          onShown={(line) => {
            current.current = line;
          }}
        />
      )}
    </div>
  );
}

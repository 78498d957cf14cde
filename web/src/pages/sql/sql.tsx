import { useEffect, useRef, useState } from 'preact/hooks';
import type { SqlAnswer } from '../../../../src/server/api.ts';
import { asFailure, useAnswer } from '../../answer.ts';
import { type AskFailure, ask } from '../../ask.ts';
import { counted } from '../../format.ts';
import { Empty, Failed } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { columnsFor } from '../../parts/unknown-columns.tsx';
import { change, place } from '../../route.ts';
import { Editor } from './editor.tsx';
import { ResultChart } from './result-chart.tsx';
import { SavedQueries } from './saved-queries.tsx';

interface Running {
  readonly id: string;
  readonly abort: AbortController;
}

/** A query over the documented views, run only when the hunter says so. */
export function Sql() {
  const given = place.value.params['q'] ?? '';
  const [text, setText] = useState(given);
  const [answer, setAnswer] = useState<SqlAnswer | null>(null);
  const [failure, setFailure] = useState<AskFailure | null>(null);
  const [running, setRunning] = useState<Running | null>(null);
  const last = useRef<Running | null>(null);
  const schema = useAnswer('sqlSchema', {});
  useEffect(() => {
    if (given !== '') setText(given);
  }, [given]);
  useEffect(() => () => last.current?.abort.abort(), []);

  const run = async () => {
    if (text.trim() === '' || running !== null) return;
    const now = { id: crypto.randomUUID(), abort: new AbortController() };
    last.current = now;
    setRunning(now);
    setFailure(null);
    change({ q: text }, { replace: true });
    try {
      setAnswer(await ask('sql', { body: { sql: text, id: now.id, limit: 10_000 } }, now.abort.signal));
    } catch (error) {
      if (!now.abort.signal.aborted) {
        setAnswer(null);
        setFailure(asFailure(error));
      }
    } finally {
      setRunning(null);
    }
  };
  const cancel = () => {
    if (running === null) return;
    running.abort.abort();
    // Whoever is gone is noticed by the server; this says it at once.
    ask('cancelSql', { params: { id: running.id } }).catch(() => undefined);
  };
  return (
    <div class="sql-page">
      <div class="sql-top">
        <Editor text={text} onText={setText} onRun={() => void run()} schema={schema.data} />
        <SavedQueries text={text} onTake={setText} examples={schema.data?.examples ?? []} />
      </div>
      <div class="bar">
        <button
          type="button"
          class="primary"
          disabled={running !== null || text.trim() === ''}
          onClick={() => void run()}
        >
          Run <kbd>ctrl enter</kbd>
        </button>
        <button type="button" disabled={running === null} onClick={cancel}>
          Cancel
        </button>
        <span role="status" class="took">
          {running !== null
            ? 'Running …'
            : answer === null
              ? (schema.data?.note ?? '')
              : `${counted(answer.rows.length)} rows${answer.truncated ? ' (more were cut off)' : ''} in ${answer.seconds.toFixed(3)} s`}
        </span>
      </div>
      {failure !== null ? (
        <Failed failure={failure} />
      ) : answer === null ? (
        <Empty>
          One SELECT over the documented views: records, sessions, conversations, peers, findings and more. It
          changes nothing.
        </Empty>
      ) : (
        <>
          <ResultChart answer={answer} />
          <div class={running === null ? 'fill' : 'fill stale'}>
            <Table
              label="Result"
              columns={columnsFor(
                answer.columns.map(({ name }) => name),
                answer.rows,
              )}
              count={answer.rows.length}
              rowAt={(index) => answer.rows[index]}
              hasKeys
              of={String(answer.seconds)}
            />
          </div>
        </>
      )}
    </div>
  );
}

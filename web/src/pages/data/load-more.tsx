import { useState } from 'preact/hooks';
import { asFailure } from '../../answer.ts';
import { type AskFailure, ask } from '../../ask.ts';
import { bytes, counted, duration } from '../../format.ts';
import { Failed } from '../../parts/states.tsx';
import { status } from '../../shell/status.ts';

/** Loads more, from paths of this machine, and shows how far it is. */
export function LoadMore() {
  const [text, setText] = useState('');
  const [failure, setFailure] = useState<AskFailure | null>(null);
  const load = status.value?.load ?? null;
  const isRunning = load?.state === 'running';
  const start = async () => {
    setFailure(null);
    const paths = text
      .split('\n')
      .map((path) => path.trim())
      .filter((path) => path !== '');
    try {
      if (paths.length > 0) await ask('startLoad', { body: { paths } });
    } catch (error) {
      setFailure(asFailure(error));
    }
  };
  const cancel = async () => {
    if (load === null) return;
    try {
      await ask('cancelLoad', { params: { id: load.id } });
    } catch (error) {
      setFailure(asFailure(error));
    }
  };
  return (
    <section class="panel wide" aria-label="Load more">
      <h2>
        Load more <small>a file, folder or glob of this machine; what is loaded already is passed over</small>
      </h2>
      <form
        class="bar"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <input
          type="text"
          class="mono grow"
          aria-label="Path"
          placeholder="/var/log/vpc/"
          spellcheck={false}
          maxLength={4096}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit" class="primary" disabled={isRunning || text.trim() === ''}>
          Load
        </button>
        {isRunning ? (
          <button type="button" onClick={() => void cancel()}>
            Stop after what is committed
          </button>
        ) : null}
      </form>
      {failure === null ? null : <Failed failure={failure} />}
      {load === null ? null : (
        <p role="status">
          {isRunning ? (
            <progress
              aria-label="Progress of the load"
              value={load.progress.bytesDone}
              max={Math.max(load.progress.bytesTotal, 1)}
            />
          ) : null}{' '}
          {load.state}: {counted(load.progress.records)} records, {counted(load.progress.filesDone)} of{' '}
          {counted(load.progress.filesTotal)} files, {bytes(load.progress.bytesDone)},{' '}
          {duration(load.secondsRunning)}
          {load.secondsLeft === null || !isRunning ? '' : `, about ${duration(load.secondsLeft)} left`}
          {load.result === null
            ? ''
            : `; ${counted(load.result.unreadable)} unreadable, ${counted(load.result.duplicate)} duplicates, ${counted(load.result.alreadyLoaded)} files were there already, ${counted(load.result.failedFiles.length)} failed`}
          {load.error === null ? '' : `: ${load.error.message} ${load.error.hint ?? ''}`}
        </p>
      )}
    </section>
  );
}

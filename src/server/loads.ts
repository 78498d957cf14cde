import { randomUUID } from 'node:crypto';
import type { LoadProgress } from '../ingest/load-result.ts';
import type { Workbench } from '../workbench/workbench.ts';
import type { BodyOf, Load } from './api.ts';
import { failureOf, Refusal } from './refusal.ts';

const kept = 50;
const nothingYet: LoadProgress = { filesTotal: 0, filesDone: 0, bytesTotal: 0, bytesDone: 0, records: 0 };

interface Running {
  load: Load;
  readonly startedAt: number;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** The loads of this run: one at a time, each to be watched and cancelled. */
export class Loads {
  readonly #workbench: Workbench;
  readonly #all = new Map<string, Running>();
  readonly #listeners = new Set<(load: Load) => void>();
  readonly #say: (line: string) => void;

  constructor(workbench: Workbench, say: (line: string) => void) {
    this.#workbench = workbench;
    this.#say = say;
  }

  /** The load that runs, or the last one. */
  get last(): Load | null {
    const [last] = [...this.#all.values()].slice(-1);
    return last === undefined ? null : shown(last);
  }

  /** A load of this run. */
  of(id: string): Load {
    return shown(this.#known(id));
  }

  start({ paths, ...options }: BodyOf<'startLoad'>): Load {
    if ([...this.#all.values()].some(({ load }) => load.state === 'running')) {
      throw new Refusal('request.busy', 'Another load runs.');
    }
    const id = randomUUID();
    const stop = new AbortController();
    const empty = { progress: nothingYet, secondsRunning: 0, secondsLeft: null, result: null, error: null };
    const load: Load = { id, paths, state: 'running', ...empty };
    const ended = this.#workbench
      .load(paths, {
        ...(options.format === undefined ? {} : { format: options.format }),
        ...(options.keepDuplicates === undefined ? {} : { keepDuplicates: options.keepDuplicates }),
        onProgress: (progress) => this.#change(id, { progress }),
        signal: stop.signal,
      })
      .then(
        (result) => this.#change(id, { state: 'done', result, secondsLeft: 0 }),
        (thrown: unknown) => {
          const { body, status } = failureOf(thrown);
          if (status === 500) this.#say(String((thrown as Error).stack ?? thrown));
          const { code, message, hint } = body.error;
          const isCancelled = stop.signal.aborted;
          this.#change(id, { state: isCancelled ? 'cancelled' : 'failed', error: { code, message, hint } });
        },
      );
    this.#all.set(id, { load, startedAt: Date.now(), stop, ended });
    for (const old of [...this.#all.keys()].slice(0, -kept)) this.#all.delete(old);
    return shown(this.#known(id));
  }

  /** Ends a load after what is committed, and waits for that. */
  async cancel(id: string): Promise<Load> {
    const running = this.#known(id);
    running.stop.abort();
    await running.ended;
    return shown(running);
  }

  /** Calls back whenever a load changes; gives what ends that. */
  onChange(listener: (load: Load) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends whatever runs. */
  async close(): Promise<void> {
    await Promise.all([...this.#all.keys()].map((id) => this.cancel(id)));
  }

  #known(id: string): Running {
    const found = this.#all.get(id);
    if (found === undefined)
      throw new Refusal(
        'request.not-found',
        'There is no load of that id in this run.',
        'Ids are those that POST /api/loads gave.',
      );
    return found;
  }

  #change(id: string, change: Partial<Load>): void {
    const running = this.#all.get(id);
    if (running === undefined) return;
    running.load = { ...running.load, ...change, secondsRunning: (Date.now() - running.startedAt) / 1000 };
    const load = shown(running);
    for (const listener of this.#listeners) listener(load);
  }
}

function shown({ load, startedAt }: Running): Load {
  if (load.state !== 'running') return load;
  const secondsRunning = (Date.now() - startedAt) / 1000;
  const { bytesDone, bytesTotal } = load.progress;
  const secondsLeft = bytesDone === 0 ? null : (secondsRunning * (bytesTotal - bytesDone)) / bytesDone;
  return { ...load, secondsRunning, secondsLeft };
}

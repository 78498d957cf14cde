import { HuntError } from '../errors.ts';
import type { OnStep } from '../kept/progress.ts';
import type { Mark } from '../marks/mark.ts';
import type { MarkResult } from '../marks/results.ts';
import { marksNow } from '../snapshot/marks.ts';
import { prefetch, warm } from '../snapshot/overview.ts';
import { unlessGone } from '../snapshot/shared-work.ts';
import { makeSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import type { Stamps } from '../store/changes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { IdleWork } from './idle-work.ts';
import { remarked } from './remarked.ts';
import { Snapshots } from './snapshots.ts';
import { Watch } from './watch.ts';
import { WorkQueue } from './work-queue.ts';

/** How often it is looked whether another process changed the workspace. */
const lookEveryMs = 2000;

/** So long nobody asked or marked anything: what is looked at next can be made. */
const quietMs = 1000;

function textOf({ marks, others }: Stamps): string {
  return `${marks} ${others}`;
}

function signalOf({ signal }: Snapshot): AbortSignal {
  return signal ?? new AbortController().signal;
}

function isFileMissing(error: unknown): boolean {
  return (
    error instanceof HuntError &&
    error.code === 'engine.query' &&
    /^IO Error: (?:No files found|Cannot open file)/.test(error.message)
  );
}

/** A mark that was made or taken back, and the snapshot that has it. */
export interface MarkedState extends MarkResult {
  readonly revision: string;
}

/** What a workbench is doing about its snapshot. */
export interface Preparing {
  readonly step: string;
  /** Pieces of the step that are done, of how many; 0 of 0 where it has none. */
  readonly done: number;
  readonly total: number;
  readonly startedAt: number;
}

/**
 * The snapshot that a workbench answers from: taken up as a whole, changed by marks in place, and taken up
 * again when something else changes the workspace.
 */
export class CurrentSnapshot {
  readonly #workspace: Workspace;
  readonly #listeners = new Set<() => void>();
  #coming: Promise<Snapshot> | undefined;
  #preparing: Preparing | undefined;
  #failed: unknown;
  #isClosed = false;
  readonly #snapshots = new Snapshots();
  readonly #watch: Watch;
  /** Loads and preparations share one connection and its temporary tables. */
  readonly #work = new WorkQueue();
  /** Marks go their own way, so that none waits for a load. */
  readonly #marking = new WorkQueue();
  #files: Stamps | undefined;
  #isReading = false;
  readonly #idle: IdleWork;

  constructor(workspace: Workspace, everyMs = lookEveryMs) {
    this.#workspace = workspace;
    this.#idle = new IdleWork((signal) => this.#prefetch(signal), quietMs);
    this.#watch = new Watch(
      () => this.#filesNow(),
      (failure) => (failure === undefined ? void this.#noticed() : this.#changed(failure)),
      everyMs,
    );
  }

  /** What is being worked out now. */
  get preparing(): Preparing | undefined {
    return this.#preparing;
  }

  /** Why the last preparation failed. */
  get failed(): unknown {
    return this.#failed;
  }

  /** The snapshot that questions are answered from; undefined until the first is ready. */
  get snapshot(): Snapshot | undefined {
    return this.#snapshots.current;
  }

  /** Calls back whenever `preparing`, `failed` or `snapshot` changes; gives what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a snapshot of the workspace as it is now; questions are answered from the one before meanwhile. */
  prepare(): Promise<Snapshot> {
    const coming = this.alone(() => this.#prepare());
    this.#coming = coming;
    const settled = () => {
      if (this.#coming === coming) this.#coming = undefined;
    };
    coming.then(settled, settled);
    return coming;
  }

  /** Does work that needs the connection of loads and preparations, when those before it are done. */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#inTurn(this.#work, work);
  }

  #inTurn<Result>(turns: WorkQueue, work: () => Promise<Result>): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new HuntError('engine.cancelled', 'Interrupted.'));
    return turns.take(work);
  }

  /** What this process does to the workspace is taken up when it is done, and nothing to look at before. */
  async #filesNow(): Promise<string | undefined> {
    const [known, isBusy] = [this.#files, () => this.#work.areTaken || this.#marking.areTaken];
    if (isBusy()) return undefined;
    const found = await this.#workspace.stampsOf();
    return isBusy() || this.#files !== known ? undefined : textOf(found);
  }

  #know(files: Stamps): void {
    this.#files = files;
    this.#watch.know(textOf(files));
  }

  async #prepare(): Promise<Snapshot> {
    const startedAt = Date.now();
    const step: OnStep = (what, done = 0, total = 0) => {
      this.#preparing = { step: what, done, total, startedAt };
      this.#tell();
    };
    try {
      this.#know(await this.#workspace.stampsOf());
      const snapshot = await makeSnapshot(await this.#workspace.workOut(step), step);
      await this.#snapshots.during(snapshot, async () => {
        await warm(snapshot, signalOf(snapshot));
        // What was marked meanwhile counts in this snapshot too.
        await this.#inTurn(this.#marking, () => this.#takeWithMarks(snapshot, null));
      });
      this.#failed = undefined;
      this.#idle.want();
      return this.#snapshots.current ?? snapshot;
    } catch (error) {
      this.#failed = error;
      throw error;
    } finally {
      this.#preparing = undefined;
      this.#tell();
    }
  }

  /** Puts the snapshot, with the marks as they are now, in the place of the one before. */
  async #takeWithMarks(snapshot: Snapshot, made: Mark | null): Promise<void> {
    const { stamp, book } = await marksNow(snapshot.folder);
    this.#snapshots.take(await remarked(snapshot, book.marks, made));
    if (this.#files !== undefined) this.#know({ ...this.#files, marks: stamp });
  }

  /** Marks something in the snapshot that is there, and has it count at once. */
  async mark(change: (snapshot: Snapshot) => Promise<MarkResult>): Promise<MarkedState> {
    await (this.snapshot ?? this.#coming ?? this.prepare());
    const marked = () =>
      this.#during(async (snapshot) => {
        const result = await change(snapshot);
        await this.#takeWithMarks(snapshot, result.mark).then(
          () => this.#idle.want(),
          // It is written: whatever stood in the way, the whole snapshot is taken up with it.
          () => this.#changed(undefined),
        );
        this.#tell();
        return { ...result, revision: snapshot.revised((await marksNow(snapshot.folder)).book.marks) };
      });
    return this.#idle.during(() => this.#inTurn(this.#marking, marked));
  }

  /** Makes what is looked at next. */
  async #prefetch(idle: AbortSignal): Promise<void> {
    const { snapshot } = this;
    if (snapshot === undefined) return;
    const signal = AbortSignal.any([idle, signalOf(snapshot)]);
    await this.#snapshots.during(snapshot, () =>
      warm(snapshot, signal).then(() => prefetch(snapshot, signal)),
    );
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Another process changed files: marks alone are taken up in place, with anything else the whole snapshot is. */
  async #noticed(): Promise<void> {
    try {
      const { others } = await this.#workspace.stampsOf();
      const areMarks = others === this.#files?.others && this.#failed === undefined;
      if (!areMarks || this.snapshot === undefined) return this.#changed(undefined);
      await this.#inTurn(this.#marking, () =>
        this.#during((snapshot) => this.#takeWithMarks(snapshot, null)),
      );
      this.#idle.want();
      this.#tell();
    } catch {
      this.#changed(undefined);
    }
  }

  /** Another process changed the workspace, or it is gone. */
  #changed(failure: unknown): void {
    if (failure !== undefined) {
      this.#failed = failure;
      this.#tell();
      return;
    }
    if (this.#isReading) return;
    this.#isReading = true;
    this.alone(() => this.#workspace.readAgain())
      .then(() => this.prepare())
      .catch((error: unknown) => this.#changed(error))
      .finally(() => {
        this.#isReading = false;
      });
  }

  /** Asks a snapshot, the first one that holds something; it stays for as long as the question takes. */
  async ask<Answer>(signal: AbortSignal, question: (snapshot: Snapshot) => Promise<Answer>): Promise<Answer> {
    // Of an empty workspace that is being filled nobody wants to see the emptiness.
    const isEmpty = this.snapshot?.batches.length === 0 && this.#coming !== undefined;
    if (this.snapshot === undefined || isEmpty) {
      const coming = this.#coming ?? this.prepare();
      await unlessGone(coming, signal);
    }
    return this.#idle.during(() => this.#during(question));
  }

  async #during<Answer>(question: (snapshot: Snapshot) => Promise<Answer>): Promise<Answer> {
    const { snapshot } = this;
    if (snapshot === undefined) throw new HuntError('engine.cancelled', 'Interrupted.');
    try {
      return await this.#snapshots.during(snapshot, () => question(snapshot));
    } catch (error) {
      if (!isFileMissing(error)) throw error;
      // The workspace is gone, which is told, or somebody removed what was kept, which is made again.
      await this.#workspace.stampsOf();
      this.#changed(undefined);
      throw new HuntError('workspace.unusable', 'A file that the answer stands on was removed.', {
        hint: 'What is kept is being worked out again. Ask once more in a moment.',
        cause: error,
      });
    }
  }

  /** Waits for what still runs, which the signal of the workspace ends, and gives its connections back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch.close();
    this.#idle.close();
    await Promise.all([this.#work.settled(), this.#marking.settled()]);
    await this.#snapshots.close();
  }
}

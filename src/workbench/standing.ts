import { HuntError } from '../errors.ts';
import type { OnStep } from '../kept/steps.ts';
import type { Mark } from '../marks/mark.ts';
import type { MarkResult } from '../marks/results.ts';
import { type Ground, makeGround } from '../snapshot/ground.ts';
import { marksNow } from '../snapshot/marks.ts';
import { foresee, warm } from '../snapshot/overview.ts';
import { unlessGone } from '../snapshot/shared-work.ts';
import type { StateOfFiles } from '../store/changes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { Leisure } from './leisure.ts';
import { remarked } from './remarked.ts';
import { States } from './states.ts';
import { Turns } from './turns.ts';
import { Watch } from './watch.ts';

/** How often it is looked whether another process changed the workspace. */
const lookEveryMs = 2000;

/** So long nobody asked or marked anything: what is looked at next can be made. */
const quietMs = 1000;

function textOf({ marks, others }: StateOfFiles): string {
  return `${marks} ${others}`;
}

function signalOf({ signal }: Ground): AbortSignal {
  return signal ?? new AbortController().signal;
}

function isFileMissing(error: unknown): boolean {
  return (
    error instanceof HuntError &&
    error.code === 'engine.query' &&
    /^IO Error: (?:No files found|Cannot open file)/.test(error.message)
  );
}

/** A mark that was made or taken back, and the state that has it. */
export interface MarkedState extends MarkResult {
  readonly revision: string;
}

/** What a workbench is doing about its state. */
export interface Preparing {
  readonly step: string;
  /** Pieces of the step that are done, of how many; 0 of 0 where it has none. */
  readonly done: number;
  readonly total: number;
  readonly startedAt: number;
}

/**
 * The state of a workspace that a workbench answers from: taken up as a whole, changed by marks in place, and taken up
 * again when something else changes the workspace.
 */
export class Standing {
  readonly #workspace: Workspace;
  readonly #listeners = new Set<() => void>();
  #coming: Promise<Ground> | undefined;
  #preparing: Preparing | undefined;
  #failed: unknown;
  #isClosed = false;
  readonly #states = new States();
  readonly #watch: Watch;
  /** Loads and preparations share one connection and its temporary tables. */
  readonly #work = new Turns();
  /** Marks go their own way, so that none waits for a load. */
  readonly #marking = new Turns();
  #files: StateOfFiles | undefined;
  #isReading = false;
  readonly #leisure: Leisure;

  constructor(workspace: Workspace, everyMs = lookEveryMs) {
    this.#workspace = workspace;
    this.#leisure = new Leisure((signal) => this.#foresee(signal), quietMs);
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

  /** The state that questions are answered from; undefined until the first is ready. */
  get ground(): Ground | undefined {
    return this.#states.current;
  }

  /** Calls back whenever `preparing`, `failed` or `ground` changes; gives what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes up the state of the workspace as it is now; questions are answered from the one before meanwhile. */
  prepare(): Promise<Ground> {
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

  #inTurn<Result>(turns: Turns, work: () => Promise<Result>): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new HuntError('engine.cancelled', 'Interrupted.'));
    return turns.take(work);
  }

  /** What this process does to the workspace is taken up when it is done, and nothing to look at before. */
  async #filesNow(): Promise<string | undefined> {
    const [known, isBusy] = [this.#files, () => this.#work.areTaken || this.#marking.areTaken];
    if (isBusy()) return undefined;
    const found = await this.#workspace.stateOfFiles();
    return isBusy() || this.#files !== known ? undefined : textOf(found);
  }

  #know(files: StateOfFiles): void {
    this.#files = files;
    this.#watch.know(textOf(files));
  }

  async #prepare(): Promise<Ground> {
    const startedAt = Date.now();
    const step: OnStep = (what, done = 0, total = 0) => {
      this.#preparing = { step: what, done, total, startedAt };
      this.#tell();
    };
    try {
      this.#know(await this.#workspace.stateOfFiles());
      const ground = await makeGround(await this.#workspace.footing(step), step);
      await this.#states.during(ground, async () => {
        await warm(ground, signalOf(ground));
        // What was marked meanwhile counts in this state too.
        await this.#inTurn(this.#marking, () => this.#takeWithMarks(ground, null));
      });
      this.#failed = undefined;
      this.#leisure.want();
      return this.#states.current ?? ground;
    } catch (error) {
      this.#failed = error;
      throw error;
    } finally {
      this.#preparing = undefined;
      this.#tell();
    }
  }

  /** Puts the state, with the marks as they are now, in the place of the one before. */
  async #takeWithMarks(ground: Ground, made: Mark | null): Promise<void> {
    const { state, book } = await marksNow(ground.folder);
    this.#states.take(await remarked(ground, book.marks, made));
    if (this.#files !== undefined) this.#know({ ...this.#files, marks: state });
  }

  /** Marks something in the state that is there, and has it count at once. */
  async mark(change: (ground: Ground) => Promise<MarkResult>): Promise<MarkedState> {
    await (this.ground ?? this.#coming ?? this.prepare());
    const marked = () =>
      this.#during(async (ground) => {
        const result = await change(ground);
        await this.#takeWithMarks(ground, result.mark).then(
          () => this.#leisure.want(),
          // It is written: whatever stood in the way, the whole state is taken up with it.
          () => this.#changed(undefined),
        );
        this.#tell();
        return { ...result, revision: ground.revised((await marksNow(ground.folder)).book.marks) };
      });
    return this.#leisure.during(() => this.#inTurn(this.#marking, marked));
  }

  /** Makes what is looked at next. */
  async #foresee(leisure: AbortSignal): Promise<void> {
    const { ground } = this;
    if (ground === undefined) return;
    const signal = AbortSignal.any([leisure, signalOf(ground)]);
    await this.#states.during(ground, () => warm(ground, signal).then(() => foresee(ground, signal)));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Another process changed files: marks alone are taken up in place, with anything else the whole state is. */
  async #noticed(): Promise<void> {
    try {
      const { others } = await this.#workspace.stateOfFiles();
      const areMarks = others === this.#files?.others && this.#failed === undefined;
      if (!areMarks || this.ground === undefined) return this.#changed(undefined);
      await this.#inTurn(this.#marking, () => this.#during((ground) => this.#takeWithMarks(ground, null)));
      this.#leisure.want();
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

  /** Asks a state, the first one that holds something; it stays for as long as the question takes. */
  async ask<Answer>(signal: AbortSignal, question: (ground: Ground) => Promise<Answer>): Promise<Answer> {
    // Of an empty workspace that is being filled nobody wants to see the emptiness.
    const isEmpty = this.ground?.batches.length === 0 && this.#coming !== undefined;
    if (this.ground === undefined || isEmpty) {
      const coming = this.#coming ?? this.prepare();
      await unlessGone(coming, signal);
    }
    return this.#leisure.during(() => this.#during(question));
  }

  async #during<Answer>(question: (ground: Ground) => Promise<Answer>): Promise<Answer> {
    const { ground } = this;
    if (ground === undefined) throw new HuntError('engine.cancelled', 'Interrupted.');
    try {
      return await this.#states.during(ground, () => question(ground));
    } catch (error) {
      if (!isFileMissing(error)) throw error;
      // The workspace is gone, which is told, or somebody removed what was kept, which is made again.
      await this.#workspace.stateOfFiles();
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
    this.#leisure.close();
    await Promise.all([this.#work.settled(), this.#marking.settled()]);
    await this.#states.close();
  }
}

import type { LoadProgress } from '../ingest/load-result.ts';
import { cutText } from '../report/fit.ts';
import { counted, countText, durationText } from '../report/units.ts';
import type { Output } from './terminal.ts';

const framesMs = 100;
const linesMs = 10_000;
const redrawMs = 500;

/** What a progress display knows at one moment. */
export interface Progress {
  readonly filesTotal: number;
  readonly filesDone: number;
  readonly records: number;
  /** The share that is done, 0 to 1. */
  readonly done: number;
}

export function progressOfLoad({
  filesTotal,
  filesDone,
  bytesTotal,
  bytesDone,
  records,
}: LoadProgress): Progress {
  const done = bytesTotal > 0 ? bytesDone / bytesTotal : filesTotal > 0 ? filesDone / filesTotal : 0;
  return { filesTotal, filesDone, records, done: Math.min(1, Math.max(0, done)) };
}

/** One display of progress on standard error: a line that changes on a terminal, else one every ten seconds. */
export interface ProgressDisplay<What = Progress> {
  show(progress: What): void;
  /** Takes the line off the terminal. */
  stop(): void;
}

/** How progress of one kind is said in one line. */
export interface ProgressLines<What> {
  /** For a terminal, in at most so many columns. */
  bar(progress: What, seconds: number, width: number): string;
  /** For a log file or a pipe. */
  plain(progress: What, seconds: number): string;
}

/** The display of a load. */
export function progressDisplay(
  output: Output,
  verb: string,
  now: () => number = () => performance.now(),
): ProgressDisplay {
  const lines: ProgressLines<Progress> = {
    bar: (progress, seconds, width) => barLine(verb, progress, seconds, width),
    plain: (progress, seconds) => plainLine(verb, progress, seconds),
  };
  return displayOf(output, lines, now);
}

/** A display of progress of any kind. */
export function displayOf<What>(
  output: Output,
  lines: ProgressLines<What>,
  now: () => number = () => performance.now(),
): ProgressDisplay<What> {
  const started = now();
  let shown = output.isTerminal ? Number.NEGATIVE_INFINITY : started;
  let barIsThere = false;
  let latest: What | undefined;
  let timer: NodeJS.Timeout | undefined;
  const write = (text: string): void => {
    output.write(text).catch(() => undefined);
  };
  const draw = (progress: What): void => {
    const time = now();
    if (time - shown < (output.isTerminal ? framesMs : linesMs)) return;
    shown = time;
    const seconds = (time - started) / 1000;
    if (output.isTerminal) {
      barIsThere = true;
      write(`\r${lines.bar(progress, seconds, output.columns() - 1)}\x1b[K`);
    } else write(`${lines.plain(progress, seconds)}\n`);
  };
  // A step that takes long says nothing itself: the time goes on, and so does what came too soon behind the last frame.
  const again = () => {
    if (latest !== undefined) draw(latest);
  };
  return {
    show(progress) {
      latest = progress;
      timer ??= setInterval(again, redrawMs).unref();
      draw(progress);
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
      latest = undefined;
      if (barIsThere) write('\r\x1b[K');
      barIsThere = false;
    },
  };
}

/** A bar, and facts behind it where they fit; no bar where it would be too short. */
export function barBefore(facts: string, verb: string, done: number, width: number): string {
  const room = Math.min(30, width - verb.length - facts.length - 4);
  if (room < 5) return cutText(`${verb} ${facts.trimStart()}`, width);
  const full = Math.round(room * done);
  return `${verb}  ${'█'.repeat(full)}${'░'.repeat(room - full)}${facts.padStart(facts.length + 1)}`;
}

/** `Loading  ████████░░░░  43 %  212/500 files  4,300,112 records  702,331/s  8 s left`, cut to the width. */
export function barLine(verb: string, progress: Progress, seconds: number, width: number): string {
  const { filesDone, filesTotal, records, done } = progress;
  const facts = [
    `${Math.floor(done * 100)} %`.padStart(5),
    `${countText(filesDone)}/${countText(filesTotal)} files`,
    `${countText(records)} records`,
    `${countText(records / Math.max(0.1, seconds))}/s`,
    leftText(done, seconds),
  ].filter((fact) => fact !== '');
  return barBefore(facts.join('  '), verb, done, width);
}

/** The same for a log file or a pipe. */
export function plainLine(verb: string, progress: Progress, seconds: number): string {
  const { filesDone, filesTotal, records, done } = progress;
  const left = leftText(done, seconds);
  const rate = `${countText(records / Math.max(0.1, seconds))} records/s`;
  const facts = [
    `${Math.floor(done * 100)} %`,
    `${countText(filesDone)} of ${counted(filesTotal, 'file')}`,
    counted(records, 'record'),
    rate,
    ...(left === '' ? [] : [left]),
  ];
  return `${verb}: ${facts.join(', ')}`;
}

function leftText(done: number, seconds: number): string {
  if (done < 0.01 || seconds < 1) return '';
  if (done >= 1) return 'finishing';
  const left = Math.ceil((seconds * (1 - done)) / done);
  return `${left < 60 ? `${left} s` : durationText(left)} left`;
}

/** Says on a terminal what is being waited for, and takes it away when the work is done. */
export async function whileSaying<Result>(
  output: Output,
  text: string,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!output.isTerminal) return work();
  await output.write(`\r${cutText(text, output.columns() - 1)}\x1b[K`);
  try {
    return await work();
  } finally {
    await output.write('\r\x1b[K');
  }
}

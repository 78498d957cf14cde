import type { Hunt } from '../detect/results.ts';
import { textWidth } from '../report/fit.ts';
import { funnelLines, reconciliationLines } from '../report/funnel.ts';
import type { Page } from '../report/page.ts';
import { topLines } from '../report/top.ts';
import { counted } from '../report/units.ts';
import type { Session } from './session.ts';
import type { Output } from './terminal.ts';

/** What of a hunt is there before its end. */
export type Counted = Pick<Hunt, 'funnel' | 'top'>;

/** The first answer, which stands on the terminal above the progress until the last one takes its place. */
export interface SoFar {
  /** What is counted of the files that were read; counted again only when it would tell much more. */
  refine(records: number, count: () => Promise<Counted>): Promise<void>;
  /** Everything is read; the four questions are asked. */
  show(counted: Counted): void;
  /** Takes the lines away while `work` writes others. */
  aside<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Takes the lines away for good. */
  stop(): void;
}

/** Counting what is there costs a fifth of reading it: at four times the records, a tenth of the time in all. */
const growth = 4;
const destinations = 5;

/** Lends the display to `work` where result and progress both go to a terminal that can move its cursor. */
export async function withSoFar<Result>(
  session: Session,
  work: (soFar: SoFar | undefined) => Promise<Result>,
): Promise<Result> {
  const soFar = soFarOf(session);
  try {
    return await work(soFar);
  } finally {
    soFar?.stop();
  }
}

function soFarOf({ world, json, notesPage }: Session): SoFar | undefined {
  const { stdout, stderr, env, signal } = world;
  if (json || !stdout.isTerminal || !stderr.isTerminal || env['TERM'] === 'dumb') return undefined;
  const lines = standingLines(stderr);
  const page = (): Page => ({ ...notesPage, width: stderr.columns() - 1 });
  let shown = 0;
  let latest: readonly string[] = [];
  const put = (title: string, { funnel, top }: Counted): void => {
    latest = soFarLines(title, { funnel, top }, page(), (stderr.rows?.() ?? 24) - 2);
    lines.put(latest);
  };
  // Whoever interrupts sees nothing of it any more: what is said then has the terminal to itself.
  signal.addEventListener('abort', lines.stop, { once: true });
  return {
    async refine(records, count) {
      if (signal.aborted || records < growth * shown) return;
      shown = Math.max(1, records);
      // What fails here fails at the end too, where it is told.
      const found = await count().catch(() => undefined);
      if (found === undefined) return;
      put(`So far, of ${counted(found.funnel.records, 'record')}`, found);
    },
    show: (found) => put(`${counted(found.funnel.records, 'record')}; findings follow`, found),
    async aside(work) {
      lines.put([]);
      const result = await work();
      lines.put(latest);
      return result;
    },
    stop() {
      signal.removeEventListener('abort', lines.stop);
      lines.stop();
    },
  };
}

/** Title, funnel and the first destinations, in so many rows: of the funnel as much as there is room for. */
export function soFarLines(title: string, { funnel, top }: Counted, page: Page, rows: number): string[] {
  const table = topLines(top.slice(0, destinations), page);
  const tree = funnelLines(funnel, [], page).slice(0, -reconciliationLines([], page).length);
  const room = rows - 1 - (table.length === 0 ? 0 : table.length + 1);
  return [
    page.colors.bold(title),
    ...tree.slice(0, Math.max(0, room)),
    ...(table.length === 0 ? [] : ['', ...table]),
  ].slice(0, Math.max(0, rows));
}

/** Lines that stand above the one that a progress display writes on, until others are put in their place. */
function standingLines(output: Output): { put(lines: readonly string[]): void; stop(): void } {
  let standing: readonly string[] = [];
  let isStopped = false;
  const put = (lines: readonly string[]): void => {
    if (isStopped || (standing.length === 0 && lines.length === 0)) return;
    // A window that became narrower has wrapped them.
    const rows = standing.reduce((sum, line) => sum + rowsOf(line, output.columns()), 0);
    const back = rows === 0 ? '' : `\x1b[${rows}A`;
    standing = lines;
    output.write(`\r${back}\x1b[J${lines.map((line) => `${line}\n`).join('')}`).catch(() => undefined);
  };
  return {
    put,
    stop() {
      put([]);
      isStopped = true;
    },
  };
}

function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(textWidth(line) / columns));
}

import type { Entry } from './entry.ts';

/** A line that is nothing that the list could mean, with the reason. */
export interface SkippedLine {
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/** What a list says, whatever its form. */
export interface ParsedList {
  /** What kind of file it is, in words. */
  readonly form: string;
  readonly entries: readonly Entry[];
  readonly skipped: number;
  /** The first of them. */
  readonly firstSkipped: readonly SkippedLine[];
  /** Entries that the list itself takes back: expired, revoked, deleted, not for detection. */
  readonly withdrawn: number;
  /** The day that the list says it is of, as an ISO time. */
  readonly date: string | null;
  readonly licence: string | null;
}

const mostSkippedShown = 10;
const longestShown = 120;

/** Gathers what a parser finds. */
export class ListBuilder {
  readonly #entries: Entry[] = [];
  readonly #firstSkipped: SkippedLine[] = [];
  readonly #now: number;
  #skipped = 0;
  #withdrawn = 0;
  date: string | null = null;
  licence: string | null = null;

  /** `now` is Unix seconds. */
  constructor(now: number) {
    this.#now = now;
  }

  add(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.validUntil !== null && entry.validUntil <= this.#now) this.#withdrawn += 1;
      else this.#entries.push(entry);
    }
  }

  /** Adds the entries, or counts the line where there is none. */
  addOr(entries: readonly Entry[], line: number, reason: string, text: string): void {
    if (entries.length > 0) this.add(entries);
    else this.skip(line, reason, text);
  }

  skip(line: number, reason: string, text: string): void {
    this.#skipped += 1;
    if (this.#firstSkipped.length >= mostSkippedShown) return;
    const shown = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
    this.#firstSkipped.push({ line, reason, text: shown });
  }

  withdraw(): void {
    this.#withdrawn += 1;
  }

  result(form: string): ParsedList {
    return {
      form,
      entries: this.#entries,
      skipped: this.#skipped,
      firstSkipped: this.#firstSkipped,
      withdrawn: this.#withdrawn,
      date: this.date,
      licence: this.licence,
    };
  }
}

/** Unix seconds of a time in a list; null where it is none. */
export function secondsOf(value: unknown): number | null {
  if (typeof value === 'number') return value > 1e11 ? value / 1000 : value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  if (/^\d{9,11}$/.test(value)) return Number(value);
  const time = Date.parse(/[zZ]|[+-]\d\d:?\d\d$|GMT|UTC/.test(value) ? value : `${value.replace(' ', 'T')}Z`);
  const given = Number.isNaN(time) ? Date.parse(value) : time;
  return Number.isNaN(given) ? null : given / 1000;
}

/** The time as ISO text; null where it is none that can be written. */
export function isoOf(seconds: number | null): string | null {
  if (seconds === null || Math.abs(seconds) > 8e12) return null;
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

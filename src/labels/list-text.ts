import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { LabelColumn } from '../addresses/label-source.ts';

/** What a field of a list of ranges is. */
export type Field = LabelColumn | 'cidr' | 'first' | 'last' | 'family' | 'bits';

/** One range of a list, as text: nothing in it has been checked. */
export type Entry = Partial<Record<Field, string | number | null>>;

const flushAt = 64 * 1024;

/**
 * Writes entries as the one form of text that every source is packed from: CSV without a header, all texts quoted,
 * nothing for what is not known. Control characters become blanks, so that an entry is a line.
 */
export class ListWriter {
  readonly #stream;
  readonly #fields: readonly Field[];
  #pending = '';

  constructor(path: string, fields: readonly Field[]) {
    this.#stream = createWriteStream(path);
    // A failure is reported by the write or the end that meets it.
    this.#stream.on('error', () => undefined);
    this.#fields = fields;
  }

  /** Adds an entry; the promise, where there is one, is to be awaited before the next. */
  write(entry: Entry): Promise<void> | undefined {
    this.#pending += `${this.#fields.map((field) => cell(entry[field])).join(',')}\n`;
    return this.#pending.length < flushAt ? undefined : this.#flush();
  }

  async end(): Promise<void> {
    await this.#flush();
    this.#stream.end();
    await finished(this.#stream);
  }

  async #flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '' && !this.#stream.write(text)) await once(this.#stream, 'drain');
  }
}

const longest = 500;

function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'number') return String(value);
  return `"${value
    .slice(0, longest)
    .replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
    .replaceAll('"', '""')}"`;
}

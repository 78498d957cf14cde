import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import { HuntError } from '../errors.ts';
import { replaceFile } from '../in-place.ts';
import { sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import { putInPlace } from '../store/kept.ts';
import { withScratch } from '../store/scratch.ts';
import { whileLocked } from '../store/short-lock.ts';
import type { Entry } from './entry.ts';
import { type IntelList, listShape } from './list.ts';
import { mostTold, segmentsOf } from './segments.ts';

const described = 'list.json';

/** The lists of a workspace, by name. A folder without a description is none: the description comes last. */
export async function readLists(folder: Folder): Promise<IntelList[]> {
  const names = (await readdir(folder.intel).catch(() => [])).sort();
  const lists: IntelList[] = [];
  for (const name of names) {
    const path = join(folder.intel, name, described);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const parsed = v.safeParse(listShape, jsonOf(text));
    if (!parsed.success || parsed.output.name !== name) {
      throw new HuntError('workspace.unusable', `The threat list ${name} cannot be read: ${path}`, {
        hint: `Remove the folder ${join(folder.intel, name)} and add the list again.`,
      });
    }
    lists.push(parsed.output);
  }
  return lists;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The Parquet file of a list's entries. */
export function entriesFile(folder: Folder, list: Pick<IntelList, 'name' | 'file'>): string {
  return join(folder.intel, list.name, list.file);
}

/**
 * Puts a list in its place: first its entries, under a name of their content, then the description that names them. A
 * crash in between leaves the list as it was.
 */
export async function writeList(
  engine: LocalEngine,
  folder: Folder,
  list: Omit<IntelList, 'file'>,
  entries: readonly Entry[],
  signal: AbortSignal | undefined,
): Promise<IntelList> {
  const place = join(folder.intel, list.name);
  return withScratch(folder, 'intel', async (beside) => {
    await mkdir(place, { recursive: true });
    await mkdir(beside, { recursive: true });
    const lines = join(beside, 'entries.ndjson');
    const hash = createHash('sha256');
    const rows = function* () {
      for (const row of rowsOf(entries)) {
        const text = `${JSON.stringify(row)}\n`;
        hash.update(text);
        yield text;
      }
    };
    await pipeline(Readable.from(rows()), createWriteStream(lines));
    const file = `entries-${hash.digest('hex').slice(0, 16)}.parquet`;
    const parquet = join(beside, file);
    await engine.define(parquetOf(lines, parquet), signal);
    await whileLocked(folder, 'intel', async () => {
      const before = await readFile(join(place, described), 'utf8').catch(() => '');
      await putInPlace(parquet, join(place, file));
      await writeFile(join(beside, described), `${JSON.stringify({ ...list, file }, null, 2)}\n`);
      await replaceFile(join(beside, described), join(place, described));
      // The entries before stay until the next change, for a hunt that read their name and not yet the file.
      for (const name of await readdir(place)) {
        if (name !== file && name !== described && !before.includes(`"${name}"`))
          await rm(join(place, name), { force: true });
      }
    });
    return { ...list, file };
  });
}

/** Takes a list out of the workspace, in one step. */
export async function removeList(folder: Folder, name: string): Promise<void> {
  await withScratch(folder, 'intel', (beside) => rename(join(folder.intel, name), beside));
}

function* rowsOf(entries: readonly Entry[]): Generator<object> {
  const plain = ({ text, port, context, validUntil }: Entry) => ({
    ...{ entry: text, port, context },
    valid_until: validUntil === null ? null : Math.floor(validUntil),
  });
  for (const { family, first, last, entries: own } of segmentsOf(entries)) {
    yield { family, first: first.toString(), last: last.toString(), asn: null, entries: own.map(plain) };
  }
  const byNumber = new Map<number, Entry[]>();
  for (const entry of entries) {
    if (entry.asn === null) continue;
    const own = byNumber.get(entry.asn);
    if (own === undefined) byNumber.set(entry.asn, [entry]);
    else if (own.length < mostTold) own.push(entry);
  }
  for (const [asn, own] of byNumber) {
    yield { family: null, first: null, last: null, asn, entries: own.map(plain) };
  }
}

/** Parquet has no 128-bit integer, so that the file holds halves. */
function parquetOf(lines: string, parquet: string) {
  const low = sql`CAST(18446744073709551615 AS UHUGEINT)`;
  return sql`COPY (
    SELECT CAST(family AS UTINYINT) AS family, CAST(first >> 64 AS UBIGINT) AS first_high,
      CAST(first & ${low} AS UBIGINT) AS first_low, CAST(last >> 64 AS UBIGINT) AS last_high,
      CAST(last & ${low} AS UBIGINT) AS last_low, asn, entries
    FROM (
      SELECT family, CAST(first AS UHUGEINT) AS first, CAST(last AS UHUGEINT) AS last, asn, entries
      FROM read_json(${lines}, format = 'newline_delimited', maximum_object_size = 67108864, columns = {
        family: 'INTEGER', first: 'VARCHAR', last: 'VARCHAR', asn: 'BIGINT',
        entries: 'STRUCT(entry VARCHAR, port INTEGER, context VARCHAR, valid_until BIGINT)[]'
      })
    )
    ORDER BY family, first, asn
  ) TO ${parquet} (FORMAT parquet, COMPRESSION snappy)`;
}

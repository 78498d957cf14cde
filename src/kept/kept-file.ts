import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalEngine } from '../engine/local.ts';
import { copyTo } from '../sql/parquet.ts';
import type { Sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import { isKept, keepMade } from '../store/kept.ts';

/** A relation that is kept as one Parquet file. */
export interface KeptFile {
  /** What the name of the file starts with; `most` of them are kept. */
  readonly kind: string;
  readonly most: number;
  /** What it is worked out from, as {@link import('../store/kept.ts').keyOf} tells it. */
  readonly key: string;
  readonly rows: Sql;
}

/** The file of that kind and key in `derived/`, worked out where it is not there; in `spare` where it cannot be kept. */
export async function keptFile(
  engine: LocalEngine,
  folder: Folder,
  { kind, most, key, rows }: KeptFile,
  spare: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const name = `${kind}-${key}.parquet`;
  const file = join(folder.derived, name);
  if (await isKept(file)) return file;
  const beside = join(spare, name);
  await mkdir(spare, { recursive: true });
  await engine.define(copyTo(rows, beside), signal);
  return keepMade(beside, file, new RegExp(`^${kind}-`), most);
}

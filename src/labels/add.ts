import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { LabelColumn, LabelKind, LabelSource } from '../addresses/label-source.ts';
import type { LocalEngine } from '../engine/local.ts';
import { HuntError } from '../errors.ts';
import { keepSource, withScratch } from './keep.ts';
import { licenceOf } from './licences.ts';
import { listMmdb, mmdbShape } from './mmdb.ts';
import { packList } from './pack.ts';
import { publishers } from './publishers/all.ts';
import type { ListShape } from './ranges.ts';
import { shapeOf } from './shape.ts';
import { keptSource, labelsFolder } from './source-files.ts';
import { unpacked } from './unpack.ts';
import { verifyReadable } from './verify.ts';

export interface AddOptions {
  /** Default: the name of the file. */
  readonly name?: string;
  /** Day of the data as YYYY-MM-DD. Default: what the file says of itself, else when it was last changed. */
  readonly date?: string;
  readonly licence?: string;
  readonly attribution?: string;
  readonly signal?: AbortSignal;
}

/** A source that was added, with the lines of its file that name no range. */
export interface AddedSource extends LabelSource {
  readonly unreadable: number;
  /** Ranges of the source of the same name that it replaces. */
  readonly before: number | null;
}

const mostBytes = 4e9;

/** Adds a file with ranges to the label sources: .mmdb, CSV or tab-separated text, also as gzip. */
export async function addLabels(
  engine: LocalEngine,
  file: string,
  options: AddOptions = {},
): Promise<AddedSource> {
  const { signal } = options;
  const folder = labelsFolder();
  const path = resolve(file);
  const about = await stat(path).catch(() => undefined);
  if (about?.isFile() !== true) {
    throw new HuntError('input.not-found', `There is no file ${file} to add.`, {
      hint: 'Name a .mmdb file, or a CSV file with ranges.',
    });
  }
  const name = nameOf(options.name ?? basename(path));
  return withScratch(folder, async (scratch) => {
    const plain = await unpacked(path, join(scratch, 'plain'), mostBytes, signal);
    const list = await listOf(plain, scratch, signal);
    const target = join(scratch, 'packed.parquet');
    const packed = await packList(engine, list, target, scratch, signal);
    verifyReadable(file, packed);
    const before = keptSource(folder, name)?.ranges ?? null;
    const known = licenceOf(list.databaseType ?? basename(path));
    const source = {
      ...{
        name,
        kind: kindOf(packed.columns, list.databaseType !== undefined),
        columns: [...packed.columns],
      },
      holds: list.databaseType ?? `${packed.columns.join(', ')} of ranges`,
      date: options.date ?? list.date ?? about.mtime.toISOString().slice(0, 10),
      ...{
        fetched: null,
        ranges: packed.ranges,
        origin: 'added' as const,
        from: path,
        hash: await hashOf(path),
      },
      ...{ licence: options.licence ?? known?.licence ?? null, blocks: list.databaseType !== undefined },
      ...{ attribution: options.attribution ?? known?.attribution ?? null },
    };
    await keepSource(folder, target, { ...source, validators: [] });
    const kept = keptSource(folder, name);
    return { ...source, file: kept?.file ?? '', unreadable: packed.unreadable, before };
  });
}

interface List {
  readonly path: string;
  readonly shape: ListShape;
  readonly date?: string;
  readonly databaseType?: string;
}

async function listOf(path: string, scratch: string, signal: AbortSignal | undefined): Promise<List> {
  if (!(await looksLikeMmdb(path))) return { path, shape: await shapeOf(path) };
  const list = join(scratch, 'list.csv');
  return { path: list, shape: mmdbShape, ...(await listMmdb(path, list, signal)) };
}

const marker = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
const markerWithin = 128 * 1024;

/** A MaxMind DB has its marker in the last 128 kB. */
async function looksLikeMmdb(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, markerWithin);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.includes(marker);
  } finally {
    await file.close();
  }
}

/** What the source is about. A table of text with AS numbers has the countries of their owners, a .mmdb file those of the addresses. */
function kindOf(columns: readonly LabelColumn[], isMmdb: boolean): LabelKind {
  if (columns.includes('provider')) return 'provider';
  if (columns.includes('city')) return 'city';
  return columns.includes('country') && (isMmdb || !columns.includes('asn')) ? 'country' : 'asn';
}

/** A name that can be a file's: lower case letters, digits, dots, dashes. */
function nameOf(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/\.(gz|mmdb|csv|tsv|txt)(?=\.|$)/g, '')
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[.-]+|[.-]+$/g, '')
    .slice(0, 60);
  if (name === '') {
    throw new HuntError('usage.value', `"${text}" is no name for a source`, {
      hint: 'Name it with --name, such as city.',
    });
  }
  if (name.startsWith('shipped-') || publishers.some((publisher) => publisher.name === name)) {
    throw new HuntError('usage.value', `The name ${name} is that of a list that labels update keeps`, {
      hint: `Give yours another one with --name, or bring it in as that list: labels update ${name} --file FILE`,
    });
  }
  return name;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

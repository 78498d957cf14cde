import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { LocalEngine } from '../engine/local.ts';
import { type ErrorCode, HuntError } from '../errors.ts';
import { fetchList } from './fetch.ts';
import { describe, keepSource, withScratch } from './keep.ts';
import { type Field, ListWriter } from './list-text.ts';
import { type Packed, packList } from './pack.ts';
import { type PlacedPublisher, placedPublishers, settingsFile } from './publisher-urls.ts';
import { publishers } from './publishers/all.ts';
import { dayOf } from './publishers/publisher.ts';
import type { ListShape } from './ranges.ts';
import { shapeOf } from './shape.ts';
import { type KeptSource, keptSource, labelsFolder, sourceFormat } from './source-files.ts';
import { unpacked } from './unpack.ts';
import { verifyPlausible, verifyReadable } from './verify.ts';

export interface UpdateOptions {
  /** Names of lists to update; all where none is named. */
  readonly names?: readonly string[];
  /** Takes the list from this file in place of the network; exactly one list must be named. */
  readonly file?: string;
  /** Takes a list that is much smaller than the one in use, or otherwise not plausible. */
  readonly force?: boolean;
  readonly onProgress?: (progress: UpdateProgress) => void;
  readonly signal?: AbortSignal;
}

/** Which list is being asked for, or what became of it. */
export interface UpdateProgress {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  readonly outcome?: UpdateOutcome;
}

/** What became of one list. */
export interface UpdateOutcome {
  readonly name: string;
  readonly result: 'updated' | 'unchanged' | 'failed';
  readonly ranges: number | null;
  /** Ranges of the one in use before. */
  readonly before: number | null;
  readonly date: string | null;
  /** Where it came from. */
  readonly from: string;
  /** Lines of it that name no range. */
  readonly unreadable: number;
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string | null } | null;
}

/** Fetches lists of their publishers and puts each that is new and sound in place of the one before. */
export async function updateLabels(engine: LocalEngine, options: UpdateOptions): Promise<UpdateOutcome[]> {
  const folder = labelsFolder();
  const chosen = chosenPublishers(folder, options);
  const outcomes: UpdateOutcome[] = [];
  for (const publisher of chosen) {
    const progress = { name: publisher.name, done: outcomes.length, total: chosen.length };
    options.onProgress?.(progress);
    const known = keptForUpdate(folder, publisher.name);
    const outcome = await updateOne(engine, folder, publisher, known, options).catch((error: unknown) => {
      // One list that fails does not stop the others; a defect, an interrupt or a full disk does.
      if (options.signal?.aborted || !isOfList(error)) throw error;
      return failed(publisher, known, error);
    });
    outcomes.push(outcome);
    options.onProgress?.({ ...progress, done: outcomes.length, outcome });
  }
  return outcomes;
}

function isOfList(error: unknown): error is HuntError {
  return error instanceof HuntError && /^(?:net|label|input)\./.test(error.code);
}

/** A source that is broken is replaced; that is what an update is for. */
function keptForUpdate(folder: string, name: string): KeptSource | undefined {
  try {
    return keptSource(folder, name);
  } catch (error) {
    if (error instanceof HuntError && error.code === 'label.broken') return undefined;
    throw error;
  }
}

function chosenPublishers(folder: string, { names = [], file }: UpdateOptions): PlacedPublisher[] {
  const placed = placedPublishers(folder);
  for (const name of names) {
    if (placed.some((publisher) => publisher.name === name)) continue;
    const isOff = publishers.some((publisher) => publisher.name === name);
    throw new HuntError(
      'usage.value',
      isOff ? `${name} is off in ${settingsFile(folder)}` : `There is no list "${name}" to update`,
      {
        hint: `The lists are ${placed.map((publisher) => publisher.name).join(', ')}. Files of your own come in with labels add.`,
      },
    );
  }
  if (file !== undefined && names.length !== 1) {
    throw new HuntError('usage.missing', '--file needs the name of the one list that the file is', {
      hint: 'Such as: labels update azure --file ServiceTags_Public_20260525.json',
    });
  }
  return names.length === 0 ? placed : placed.filter(({ name }) => names.includes(name));
}

async function updateOne(
  engine: LocalEngine,
  folder: string,
  publisher: PlacedPublisher,
  before: KeptSource | undefined,
  { file, force = false, signal }: UpdateOptions,
): Promise<UpdateOutcome> {
  return withScratch(folder, async (scratch) => {
    const { parts, validators } =
      file === undefined
        ? await fetchList(
            publisher,
            scratch,
            before?.origin === 'downloaded' ? before.validators : [],
            signal,
          )
        : { parts: [await ownFile(file, scratch)], validators: [] };
    const from = file === undefined ? validators.map(({ url }) => url).join(' ') : resolve(file);
    const fetched = new Date().toISOString();
    const hash = parts.length === 0 ? before?.hash : await hashOf(parts);
    if (before !== undefined && hash === before.hash && before.origin === 'downloaded') {
      const { file: path, ...about } = before;
      const seen = file === undefined ? { fetched, from, validators } : {};
      await describe(folder, {
        ...{ ...about, ...seen, columns: [...about.columns], format: sourceFormat },
        ...{ file: basename(path), origin: 'downloaded' },
      });
      const { name, ranges, date } = before;
      return {
        ...{ name, result: 'unchanged', ranges, before: ranges, date, from },
        unreadable: 0,
        error: null,
      };
    }
    const { path, shape, date, blocks } = await listOf(publisher, parts, scratch, signal);
    const target = join(scratch, 'packed.parquet');
    const packed = await packList(engine, { path, shape }, target, scratch, signal);
    verifyReadable(publisher.name, packed);
    if (!force) verifyPlausible(publisher, packed, before?.ranges);
    const { name, kind, holds, licence, attribution } = publisher;
    const [served] = validators;
    const day =
      date ??
      dayOf(/ServiceTags_Public_(\d{8})/.exec(from)?.[1]) ??
      httpDay(served?.lastModified) ??
      (await fileDay(file));
    await keepSource(folder, target, {
      ...{ name, kind, holds, licence, attribution, validators, blocks, date: day, from },
      ...{ hash: hash ?? '', ranges: packed.ranges, columns: [...packed.columns] },
      // A file of the user's is as old as it says: nobody asked whether its publisher still serves it.
      ...{ fetched: file === undefined ? fetched : null, origin: 'downloaded' },
    });
    return outcomeOf(publisher, packed, before, day, from);
  });
}

function outcomeOf(
  { name }: PlacedPublisher,
  { ranges, unreadable }: Packed,
  before: KeptSource | undefined,
  date: string | null,
  from: string,
): UpdateOutcome {
  return {
    name,
    result: 'updated',
    ranges,
    before: before?.ranges ?? null,
    date,
    from,
    unreadable,
    error: null,
  };
}

function failed(publisher: PlacedPublisher, before: KeptSource | undefined, error: HuntError): UpdateOutcome {
  const { code, message, hint = null } = error;
  return {
    ...{
      name: publisher.name,
      result: 'failed',
      ranges: before?.ranges ?? null,
      before: before?.ranges ?? null,
    },
    ...{
      date: before?.date ?? null,
      from: publisher.urls.join(' '),
      unreadable: 0,
      error: { code, message, hint },
    },
  };
}

/** The list as text that can be packed. */
async function listOf(
  publisher: PlacedPublisher,
  parts: readonly string[],
  scratch: string,
  signal?: AbortSignal,
) {
  const { maxBytes, parse } = publisher;
  const plain = await Promise.all(
    parts.map((part, index) => unpacked(part, join(scratch, `plain-${index}`), maxBytes, signal)),
  );
  if (parse === undefined) {
    const [path = ''] = plain;
    return { path, shape: await shapeOf(path), date: null, blocks: false };
  }
  const texts = await Promise.all(plain.map((path) => readFile(path, 'utf8')));
  const { date, entries } = parse(texts);
  const path = join(scratch, 'list.csv');
  const writer = new ListWriter(path, listFields);
  for (const entry of entries) await writer.write(entry);
  await writer.end();
  return { path, shape: listShape, date, blocks: true };
}

const listFields: readonly Field[] = [
  'cidr',
  'asn',
  'network',
  'country',
  'city',
  'provider',
  'service',
  'region',
];
const listShape: ListShape = { delimiter: ',', skip: 0, fields: listFields, numeric: false };

async function ownFile(file: string, scratch: string): Promise<string> {
  const copy = join(scratch, 'part-0');
  await copyFile(resolve(file), copy).catch((error: NodeJS.ErrnoException) => {
    throw new HuntError('input.not-found', `${file} cannot be read: ${error.message}`, { cause: error });
  });
  return copy;
}

async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function httpDay(text: string | null | undefined): string | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, 10);
}

async function fileDay(file: string | undefined): Promise<string | null> {
  return file === undefined ? null : (await stat(file)).mtime.toISOString().slice(0, 10);
}

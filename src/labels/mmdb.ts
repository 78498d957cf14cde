import { readFile } from 'node:fs/promises';
import { type CityResponse, Reader } from 'mmdb-lib';
import { formatAddress } from '../addresses/address.ts';
import type { LabelColumn } from '../addresses/label-source.ts';
import { HuntError } from '../errors.ts';
import { type Field, ListWriter } from './list-text.ts';
import { leavesOf } from './mmdb-tree.ts';
import type { ListShape } from './ranges.ts';

/** What a MaxMind DB says of itself. */
export interface MmdbAbout {
  readonly databaseType: string;
  readonly date: string;
}

const columns = ['asn', 'network', 'country', 'city'] as const satisfies readonly LabelColumn[];
const fields: readonly Field[] = ['first', 'last', ...columns];

/** How {@link listMmdb} writes its list. */
export const mmdbShape: ListShape = { delimiter: ',', skip: 0, fields, numeric: true };

/** Decoded records that are remembered: many blocks say the same. */
const mostRemembered = 500_000;
/** The largest that are published have about ten million. */
const mostBlocks = 50_000_000;
const pauseEvery = 100_000;

/** Writes the AS numbers, countries and cities of a .mmdb file as a list of ranges. */
export async function listMmdb(path: string, target: string, signal?: AbortSignal): Promise<MmdbAbout> {
  const file = await readFile(path);
  const writer = new ListWriter(target, fields);
  try {
    const reader = new Reader<CityResponse>(file);
    const { metadata } = reader;
    const remembered = new Map<number, Labels | undefined>();
    let count = 0;
    for (const { first, bits, record } of leavesOf(file, metadata)) {
      if (++count % pauseEvery === 0) signal?.throwIfAborted();
      if (count > mostBlocks) throw new RangeError(`it has more than ${mostBlocks} blocks`);
      if (!remembered.has(record)) {
        if (remembered.size >= mostRemembered) remembered.clear();
        remembered.set(
          record,
          labelsOf(reader.get(formatAddress(familyOf(first, bits, metadata.ipVersion), first))),
        );
      }
      const labels = remembered.get(record);
      if (labels === undefined) continue;
      const last = first + (1n << BigInt(bits)) - 1n;
      await writer.write({ first: String(first), last: String(last), ...labels });
    }
    return {
      databaseType: String(metadata.databaseType).slice(0, 100),
      date: metadata.buildEpoch.toISOString().slice(0, 10),
    };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new HuntError(
      'label.unreadable',
      `${path} cannot be read as a MaxMind DB: ${(error as Error).message}.`,
      {
        hint: 'It must be a .mmdb file of MaxMind, IPinfo, DB-IP or one that is made like theirs; get it again if it is cut off.',
        cause: error,
      },
    );
  } finally {
    await writer.end();
  }
}

function familyOf(first: bigint, bits: number, ipVersion: number): 4 | 6 {
  return ipVersion === 4 || first + (1n << BigInt(bits)) <= 1n << 32n ? 4 : 6;
}

type Labels = Partial<Record<(typeof columns)[number], string | number | null>>;

/** The labels of a record as MaxMind, DB-IP, IPinfo and ip-location-db name them; undefined where it has none. */
function labelsOf(record: unknown): Labels | undefined {
  const labels = {
    asn: first(record, ['autonomous_system_number'], ['asn'], ['as', 'number']),
    network: first(
      record,
      ['autonomous_system_organization'],
      ['as_name'],
      ['as_org'],
      ['name'],
      ['organization'],
    ),
    country: first(
      record,
      ...[['country', 'iso_code'], ['country_code'], ['registered_country', 'iso_code'], ['country']],
    ),
    city: first(record, ['city', 'names', 'en'], ['city']),
  };
  return Object.values(labels).some((value) => value !== null) ? labels : undefined;
}

/** The first of the paths at which the record has a text or a number. */
function first(record: unknown, ...paths: readonly (readonly string[])[]): string | number | null {
  for (const path of paths) {
    const value = path.reduce<unknown>(
      (inside, key) =>
        typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key)
          ? (inside as Record<string, unknown>)[key]
          : undefined,
      record,
    );
    if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value;
  }
  return null;
}

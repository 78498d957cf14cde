import * as v from 'valibot';
import { addressNumbers } from '../addresses/number.ts';
import type { LocalEngine } from '../engine/local.ts';
import { joinedNames } from '../names/query-log.ts';
import { texts } from '../sql/dialect.ts';
import { list, type Sql, sql } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import { identityOfBatches, keyOf } from '../store/kept.ts';
import { type Batch, dnsFilesIn, readBatches } from '../store/manifest.ts';
import { placedNames } from '../traffic/names.ts';
import { addressesOf } from './address-table.ts';
import { keptFile } from './kept-file.ts';

/** Raised when names change their meaning, so that what an older version kept is not taken for the same. */
const nameFormat = 1;
const keptTables = 3;

/** The names of addresses, as a relation, and the file that it reads where there is one. */
export interface NameTable {
  readonly names: Sql;
  readonly files: readonly string[];
}

/**
 * The names that the DNS logs of all batches give addresses, kept in a Parquet file for exactly these batches (in
 * `spare` where the workspace may only be read).
 */
export async function nameTable(
  engine: LocalEngine,
  folder: Folder,
  batches: readonly Batch[],
  spare: string,
  signal: AbortSignal | undefined,
): Promise<NameTable> {
  const read = dnsFilesIn(batches, 'names');
  if (read.length === 0) return { names: sql`(${placedNames(noNames)})`, files: [] };
  const texts = sql`read_parquet([${list(read)}], hive_partitioning = false)`;
  const names = placedNames(sql`(${joinedNames(sql`(${respelt(texts, batches)})`)})`);
  const kept = {
    ...{ kind: 'names', most: keptTables, key: keyOf([nameFormat, identityOfBatches(batches)]) },
    rows: sql`SELECT * FROM (${names}) ORDER BY address, name, host`,
  };
  const file = await keptFile(engine, folder, kept, spare, signal);
  return { names: sql`read_parquet(${file}, hive_partitioning = false)`, files: [file] };
}

const noNames = sql`(
  SELECT CAST(NULL AS VARCHAR) AS address, CAST(NULL AS VARCHAR) AS name, CAST(NULL AS VARCHAR) AS host,
    CAST(NULL AS VARCHAR) AS instance, CAST(NULL AS VARCHAR) AS vpc_id, CAST(NULL AS BIGINT) AS first_seen,
    CAST(NULL AS BIGINT) AS last_seen, CAST(NULL AS BIGINT) AS queries
  WHERE FALSE)`;

/** IPv6 has many spellings of one address: the names have that of the records, or one of their own. */
function respelt(rows: Sql, batches: readonly Batch[]): Sql {
  const long = (texts: Sql) =>
    addressNumbers(sql`(SELECT DISTINCT address FROM ${texts} WHERE contains(address, ':'))`);
  return sql`
    WITH answered AS MATERIALIZED (${long(rows)}),
      recorded AS MATERIALIZED (${long(sql`(${addressesOf(batches)})`)}),
      spelling AS (
        SELECT a.address, coalesce(r.address, min(a.address) OVER (PARTITION BY a.number)) AS spelt
        FROM answered AS a LEFT JOIN recorded AS r ON r.number = a.number
      )
    SELECT n.* REPLACE (coalesce(s.spelt, n.address) AS address)
    FROM ${rows} AS n LEFT JOIN spelling AS s ON s.address = n.address`;
}

/** The best name of each address that has one, and how many it has, by the DNS logs of the workspace. */
export async function namesOf(
  engine: LocalEngine,
  folder: Folder,
  addresses: readonly string[],
  spare: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, { readonly name: string; readonly names: number }>> {
  const batches = await readBatches(folder);
  if (batches.every(({ manifest }) => manifest.dns === undefined)) return new Map();
  const { names } = await nameTable(engine, folder, batches, spare, signal);
  const rows = await engine.ask(
    {
      name: 'best names',
      sql: sql`SELECT address, name, names FROM ${names}
        WHERE name_place = 1 AND is_first_host AND address IN (${texts(addresses)})
        ORDER BY address`,
      row: v.object({ address: v.string(), name: v.string(), names: v.number() }),
    },
    signal,
  );
  return new Map(rows.map(({ address, ...named }) => [address, named]));
}

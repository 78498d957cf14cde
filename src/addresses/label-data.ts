import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { HuntError } from '../errors.ts';
import { literal, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Family } from './address.ts';
import { type LabelData, labelColumns, labelKinds } from './label-source.ts';

const aboutShape = v.object({
  sources: v.array(
    v.object({
      name: v.string(),
      kind: v.picklist(labelKinds),
      columns: v.array(v.picklist(labelColumns)),
      file: v.string(),
      package: v.string(),
      version: v.string(),
      date: v.nullable(v.string()),
      holds: v.string(),
      licence: v.string(),
      attribution: v.string(),
      ranges: v.number(),
      hash: v.string(),
    }),
  ),
});

// src/addresses/ and dist/addresses/ are equally deep below the package.
const shipped = fileURLToPath(new URL('../../data', import.meta.url));

/** The labels that ship with the package, or those in another folder of the same layout. */
export function shippedLabels(folder: string = shipped): LabelData {
  const about = join(folder, 'labels.json');
  const parsed = v.safeParse(aboutShape, readJson(about));
  if (!parsed.success) throw missing(`${about} does not describe address labels.`);
  const sources = parsed.output.sources.map(({ file, package: name, version, ...source }) => ({
    ...source,
    ...{ file: join(folder, file), from: `${name} ${version}`, fetched: null },
    ...{ origin: 'shipped' as const, blocks: false },
  }));
  for (const { file } of sources) {
    if (!existsSync(file)) throw missing(`The address labels are missing: there is no ${file}.`);
  }
  return { sources };
}

/**
 * The ranges of one family in a source's file as (first, last, `columns` ...), disjoint: first and last are
 * UINTEGER for IPv4, UHUGEINT for IPv6. Parquet has no 128-bit integer, so the file holds halves.
 */
export function labelRanges(path: string, columns: readonly string[], family: Family): Sql {
  const names = trusted(columns.join(', '));
  const file = sql`read_parquet(${trusted(literal(path))}, hive_partitioning = false)`;
  if (family === 4) {
    return sql`
      SELECT CAST(first_low AS UINTEGER) AS first, CAST(first_low + span_low AS UINTEGER) AS last, ${names}
      FROM ${file} WHERE family = 4`;
  }
  return sql`
    SELECT first, first + span AS last, ${names}
    FROM (
      SELECT
        (CAST(first_high AS UHUGEINT) << 64) | CAST(first_low AS UHUGEINT) AS first,
        (CAST(span_high AS UHUGEINT) << 64) | CAST(span_low AS UHUGEINT) AS span,
        ${names}
      FROM ${file} WHERE family = 6
    )`;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw missing(`${path} cannot be read: ${(error as Error).message}`, error);
  }
}

function missing(message: string, cause?: unknown): HuntError {
  const hint = 'Run "npm run build" in the folder of northsouth, or install the package again.';
  return new HuntError('label.data-missing', message, cause === undefined ? { hint } : { hint, cause });
}

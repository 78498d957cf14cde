import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { HuntError } from '../errors.ts';
import { literal, type Sql, sql, trusted } from '../sql/sql.ts';

const aboutShape = v.object({
  sources: v.array(
    v.object({
      file: v.string(),
      package: v.string(),
      version: v.string(),
      date: v.nullable(v.string()),
      holds: v.string(),
      licence: v.string(),
      attribution: v.string(),
      ranges: v.number(),
    }),
  ),
});

/** One source of labels that ships with northsouth: what it holds, how old it is, whom to thank. */
export type LabelSource = v.InferOutput<typeof aboutShape>['sources'][number];

/** Where the packed address labels lie, and what they are made of. */
export interface LabelData {
  /** Paths of Parquet files. */
  readonly asn: string;
  readonly country: string;
  readonly sources: readonly LabelSource[];
}

// src/addresses/ and dist/addresses/ are equally deep below the package.
const shipped = fileURLToPath(new URL('../../data', import.meta.url));

/** The labels that ship with the package, or those in another folder of the same layout. */
export function labelData(folder: string = shipped): LabelData {
  const asn = join(folder, 'asn.parquet');
  const country = join(folder, 'country.parquet');
  const about = join(folder, 'labels.json');
  for (const path of [asn, country, about]) {
    if (!existsSync(path)) throw missing(`The address labels are missing: there is no ${path}.`);
  }
  const parsed = v.safeParse(aboutShape, readJson(about));
  if (!parsed.success) throw missing(`${about} does not describe address labels.`);
  return { asn, country, sources: parsed.output.sources };
}

/**
 * A packed table as (family UTINYINT, first UHUGEINT, last UHUGEINT, `label` ...), disjoint and ascending.
 * Parquet has no 128-bit integer, so the file holds halves.
 */
export function labelRanges(path: string, labels: readonly string[]): Sql {
  return sql`
    SELECT
      family, first, first + span AS last, ${trusted(labels.join(', '))}
    FROM (
      SELECT
        family,
        (CAST(first_high AS UHUGEINT) << 64) | CAST(first_low AS UHUGEINT) AS first,
        (CAST(span_high AS UHUGEINT) << 64) | CAST(span_low AS UHUGEINT) AS span,
        ${trusted(labels.join(', '))}
      FROM read_parquet(${trusted(literal(path))})
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

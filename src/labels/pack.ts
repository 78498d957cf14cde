import { join } from 'node:path';
import * as v from 'valibot';
import { type LabelColumn, labelColumns } from '../addresses/label-source.ts';
import type { LocalEngine } from '../engine/local.ts';
import { HuntError } from '../errors.ts';
import { list, type Sql, sql, trusted } from '../sql/sql.ts';
import { isOverlapping, orderedRanges, sweepOverlaps, sweptRanges } from './overlaps.ts';
import { type ListShape, rangesOf } from './ranges.ts';

/** What was packed. */
export interface Packed {
  /** Ranges in the file. */
  readonly ranges: number;
  /** Lines that named a range, and lines that did not. */
  readonly listed: number;
  readonly unreadable: number;
  readonly columns: readonly LabelColumn[];
  /** The widest range, in host bits of its family. */
  readonly widest: { readonly v4: number; readonly v6: number };
}

/**
 * Packs a list of ranges, as text, into a Parquet file of disjoint ones. `folder` is for what comes between. All but
 * the ranges that overlap stays in the engine.
 */
export async function packList(
  engine: LocalEngine,
  { path, shape }: { readonly path: string; readonly shape: ListShape },
  target: string,
  folder: string,
  signal?: AbortSignal,
): Promise<Packed> {
  try {
    await engine
      .define(sql`CREATE OR REPLACE TEMP TABLE listed AS ${rangesOf(path, shape)}`, signal)
      .catch((error: unknown) => {
        throw unreadable(error);
      });
    const [counts] = await engine.ask(countsQuery, signal);
    const { lines = 0, listed = 0, overlaps = 0, v4 = 0, v6 = 0 } = counts ?? {};
    let rows = sql`${uncut('listed')} WHERE family IS NOT NULL`;
    if (overlaps > 0) {
      const swept = join(folder, 'swept.csv');
      await engine.define(orderedRanges, signal);
      await sweepOverlaps(engine, swept, signal);
      rows = sql`${uncut('ordered')} WHERE NOT ${isOverlapping} UNION ALL BY NAME ${sweptRanges(swept)}`;
    }
    await engine.define(
      sql`COPY (${packedRows(rows)}) TO ${target} (
        FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE 200000)`,
      signal,
    );
    const [packed] = await engine.ask(packedQuery(target), signal);
    const { ranges = 0, ...said } = packed ?? {};
    return {
      ...{ ranges, listed, unreadable: lines - listed, widest: { v4, v6 } },
      columns: labelColumns.filter((column) => ((said as Record<string, number>)[column] ?? 0) > 0),
    };
  } finally {
    for (const table of ['listed', 'ordered', 'overlapping']) {
      await engine.define(sql`DROP TABLE IF EXISTS ${trusted(table)}`).catch(() => undefined);
    }
  }
}

const bitsOf = (width: string) => trusted(`CASE WHEN ${width} = 0 THEN 0 ELSE length(bin(${width})) END`);

const countsQuery = {
  name: 'ranges of a list',
  sql: sql`
    SELECT *, coalesce(${bitsOf('widest_4')}, 0) AS v4, coalesce(${bitsOf('widest_6')}, 0) AS v6
    FROM (
      SELECT count(*) AS lines, count(family) AS listed, count(*) FILTER (WHERE first <= reach) AS overlaps,
        max(last - first) FILTER (WHERE family = 4) AS widest_4, max(last - first) FILTER (WHERE family = 6) AS widest_6
      FROM (
        SELECT family, first, last, max(last) OVER (PARTITION BY family ORDER BY first, last DESC
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
        FROM listed WHERE family IS NOT NULL
        UNION ALL BY NAME SELECT family FROM listed WHERE family IS NULL
      )
    )`,
  row: v.object({
    ...{ lines: v.number(), listed: v.number(), overlaps: v.number(), v4: v.number(), v6: v.number() },
  }),
};

function packedQuery(target: string) {
  const counts = labelColumns.map((column) => trusted(`count(${column}) AS ${column}`));
  return {
    name: 'packed ranges',
    sql: sql`SELECT count(*) AS ranges, ${list(counts)} FROM read_parquet(${target}, hive_partitioning = false)`,
    row: v.objectWithRest({ ranges: v.number() }, v.number()),
  };
}

const names = list(labelColumns.map((column) => trusted(column)));

function uncut(table: 'listed' | 'ordered'): Sql {
  const bits = bitsOf('(last - first)');
  return sql`SELECT family, first, last, CAST(${bits} AS UTINYINT) AS bits, ${names} FROM ${trusted(table)}`;
}

/** The disjoint ranges in the layout of label files: the ends as halves of 64 bits, the end as a distance. */
function packedRows(rows: Sql): Sql {
  const half = trusted('CAST(18446744073709551615 AS UHUGEINT)');
  return sql`
    SELECT CAST(family AS UTINYINT) AS family,
      CAST(first >> 64 AS UBIGINT) AS first_high, CAST(first & ${half} AS UBIGINT) AS first_low,
      CAST((last - first) >> 64 AS UBIGINT) AS span_high, CAST((last - first) & ${half} AS UBIGINT) AS span_low,
      bits, ${names}
    FROM (${rows})
    WHERE ${list(
      labelColumns.map((column) => trusted(`${column} IS NOT NULL`)),
      ' OR ',
    )}
    ORDER BY family, first`;
}

/** What the engine says of text that is no list, as that; anything else as it is. */
function unreadable(error: unknown): unknown {
  if (!(error instanceof HuntError) || error.code !== 'engine.query') return error;
  if (!/csv|unicode|utf-?8|encod/i.test(error.message)) return error;
  const line = /on line:? ?(\d+)/i.exec(error.message)?.[1];
  return new HuntError(
    'label.unreadable',
    `The list cannot be split into fields${line === undefined ? '' : `, first in line ${line}`}.`,
    { hint: 'It must be text with the same number of fields in every line.', cause: error },
  );
}

import * as v from 'valibot';
import { labelColumns } from '../addresses/label-source.ts';
import type { LocalEngine } from '../engine/local.ts';
import { list, type Sql, sql, trusted } from '../sql/sql.ts';
import { type Field, ListWriter } from './list-text.ts';
import { type Piece, Sweep, type SweptRange } from './sweep.ts';

const pageRows = 50_000;
const sweptFields: readonly Field[] = ['family', 'first', 'last', 'bits', ...labelColumns];

/** The condition on rows of `ordered` of ranges that share addresses with others. */
export const isOverlapping = trusted('(is_held OR coalesce(next_first <= reach, next_first <= last, FALSE))');

/** Puts the ranges of `listed` in order, with what tells whether they overlap, into `ordered`. */
export const orderedRanges: Sql = sql`CREATE OR REPLACE TEMP TABLE ordered AS
  SELECT family, first, last, ${list(labelColumns.map((column) => trusted(column)))},
    row_number() OVER (ORDER BY family, first, last DESC, weight, ${list(labelColumns.map((column) => trusted(column)))}) AS place,
    lead(first) OVER (PARTITION BY family ORDER BY first, last DESC) AS next_first,
    coalesce(first <= max(last) OVER before, FALSE) AS is_held,
    greatest(last, max(last) OVER before) AS reach
  FROM (
    -- Of equal ranges the rarer service says more: EC2 is everywhere, EC2_INSTANCE_CONNECT is not.
    SELECT *, CASE WHEN service IS NULL THEN 0 ELSE count(*) OVER (PARTITION BY service) END AS weight
    FROM listed WHERE family IS NOT NULL
  )
  WINDOW before AS (PARTITION BY family ORDER BY first, last DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`;

/** Writes the ranges of `ordered` that overlap as disjoint pieces into a list. */
export async function sweepOverlaps(
  engine: LocalEngine,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await engine.define(
    sql`CREATE OR REPLACE TEMP TABLE overlapping AS
      SELECT *, row_number() OVER (ORDER BY place) AS row FROM ordered WHERE ${isOverlapping}`,
    signal,
  );
  const writer = new ListWriter(path, sweptFields);
  const pieces: Piece[] = [];
  const sweep = new Sweep((piece) => pieces.push(piece));
  const writePieces = async (): Promise<void> => {
    for (const { values, family, first, last, bits } of pieces.splice(0)) {
      await writer.write({ family, first: String(first), last: String(last), bits, ...values });
    }
  };
  try {
    for (let from = 1; ; from += pageRows) {
      const [page] = await engine.ask(pageQuery(from), signal);
      for (const line of page?.lines?.split(ends.line) ?? []) sweep.add(rangeOf(line));
      await writePieces();
      if ((page?.count ?? 0) < pageRows) break;
    }
    sweep.end();
    await writePieces();
  } finally {
    await writer.end();
  }
}

/** The pieces that {@link sweepOverlaps} wrote, as a relation. */
export function sweptRanges(path: string): Sql {
  const types: readonly (readonly [string, string])[] = [
    ...([
      ['family', 'UTINYINT'],
      ['first', 'UHUGEINT'],
      ['last', 'UHUGEINT'],
      ['bits', 'UTINYINT'],
    ] as const),
    ...labelColumns.map((column) => [column, column === 'asn' ? 'BIGINT' : 'VARCHAR'] as const),
  ];
  const columns = list(types.map(([name, type]) => trusted(`'${name}': '${type}'`)));
  return sql`SELECT * FROM read_csv(${path}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
    columns = {${columns}})`;
}

// Control characters were taken out of all texts.
const ends = { field: '\u001f', line: '\u001e' } as const;

/** A page of ranges as one text: as rows of their own they would take most of the time of an update. */
function pageQuery(from: number) {
  const texts = labelColumns.map((column) => trusted(`coalesce(CAST(${column} AS VARCHAR), '')`));
  return {
    name: 'overlapping ranges',
    sql: sql`SELECT count(*) AS count,
        string_agg(concat_ws(${ends.field}, family, ${list([...halves('first'), ...halves('last'), ...texts])}),
          ${ends.line} ORDER BY row) AS lines
      FROM overlapping WHERE row >= ${from} AND row < ${from + pageRows}`,
    row: v.object({ count: v.number(), lines: v.nullable(v.string()) }),
  };
}

// The engine takes long to print numbers of 128 bits.
function halves(column: string): Sql[] {
  return [
    trusted(`CAST(${column} >> 64 AS UBIGINT)`),
    trusted(`CAST(${column} & CAST(18446744073709551615 AS UHUGEINT) AS UBIGINT)`),
  ];
}

function rangeOf(line: string): SweptRange {
  const [family = '', ...rest] = line.split(ends.field);
  const [first = 0n, last = 0n] = [0, 2].map(
    (at) => (BigInt(rest[at] ?? '') << 64n) | BigInt(rest[at + 1] ?? ''),
  );
  const values = Object.fromEntries(labelColumns.map((column, index) => [column, rest[index + 4] || null]));
  return { family: Number(family), first, last, values };
}

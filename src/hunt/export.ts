import { basename, extname } from 'node:path';
import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import { HuntError } from '../errors.ts';
import { id, list, type Sql, sql, trusted } from '../sql/sql.ts';
import { exportedFile } from '../whole-file.ts';

const forms: Readonly<Record<string, Sql>> = {
  '.parquet': trusted('FORMAT parquet, COMPRESSION zstd'),
  '.csv': trusted('FORMAT csv, HEADER true'),
  '.ndjson': trusted('FORMAT json'),
};

/**
 * Writes a relation to a file whose ending says the form. It is written beside the file and renamed at the end:
 * whoever reads the file sees all of it or the one before.
 */
export async function exportQuery(
  engine: LocalEngine,
  relation: Sql,
  file: string,
  signal: AbortSignal | undefined,
): Promise<{ rows: number }> {
  const form = forms[extname(file).toLowerCase()];
  if (form === undefined) {
    throw new HuntError('usage.value', `The ending of ${basename(file)} names no form that can be written.`, {
      hint: `Use one of ${Object.keys(forms).join(', ')}.`,
    });
  }
  const rows =
    extname(file).toLowerCase() === '.csv' ? await defused(engine, relation) : sql`SELECT * FROM ${relation}`;
  await exportedFile(file, (beside) => engine.define(sql`COPY (${rows}) TO ${beside} (${form})`, signal));
  const row = v.object({ rows: v.number() });
  const [count] = await engine.ask(
    { name: 'rows', sql: sql`SELECT count(*) AS rows FROM ${relation}`, row },
    signal,
  );
  return { rows: count?.rows ?? 0 };
}

/** As RE2 and JavaScript both read them. */
const formula = '^[=+@\\t\\r\\n＝＋－＠-]';
const number = '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$';

/** Texts that a spreadsheet would run as a formula get an apostrophe before them, as OWASP advises; numbers do not. */
async function defused(engine: LocalEngine, relation: Sql): Promise<Sql> {
  const columns = await engine.ask({
    name: 'columns',
    sql: sql`SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${relation})`,
    row: v.object({ name: v.string(), type: v.string() }),
  });
  const cells = columns.map(({ name, type }) => {
    const header = new RegExp(formula).test(name) ? `'${name}` : name;
    if (type !== 'VARCHAR') return sql`${id(name)} AS ${id(header)}`;
    const runs = sql`regexp_matches(${id(name)}, ${formula}) AND NOT regexp_matches(${id(name)}, ${number})`;
    return sql`CASE WHEN ${runs} THEN '''' || ${id(name)} ELSE ${id(name)} END AS ${id(header)}`;
  });
  return sql`SELECT ${list(cells)} FROM ${relation}`;
}

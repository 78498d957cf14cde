import type { QueryResult } from '../engine/query-result.ts';
import { csvText } from './csv.ts';
import { jsonText, jsonValue } from './json.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';
import { type Column, tableLines } from './table.ts';

const numeric = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL)\b/;

/** The answer to a query as a table; numbers are aligned right and written as they are. */
export function queryLines(result: QueryResult, page: Page): string[] {
  const columns = result.columns.map(
    ({ name, type }, index): Column<readonly unknown[]> => ({
      header: plainText(name),
      text: (row) => cellText(row[index]),
      ...(numeric.test(type) ? { align: 'right' } : { shrinkTo: 8 }),
    }),
  );
  return tableLines(columns, result.rows, page);
}

function cellText(value: unknown): string {
  const plain = jsonValue(value);
  if (plain === null) return 'NULL';
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}

/** The answer as CSV with a header. */
export function queryCsv({ columns, rows }: QueryResult): string {
  return csvText(
    columns.map(({ name }) => name),
    rows,
  );
}

/** The answer as one JSON document: columns, rows as objects, and whether a limit cut it. */
export function queryJson({ columns, rows, truncated }: QueryResult): string {
  const keys = distinctNames(columns.map(({ name }) => name));
  return jsonText({
    columns: columns.map(({ type }, index) => ({ name: keys[index], type })),
    rows: rows.map((row) => Object.fromEntries(keys.map((key, index) => [key, jsonValue(row[index])]))),
    truncated,
  });
}

/** The names with a number added to those that stood before: a query may name two columns alike. */
function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let number = 2; taken.has(distinct); number += 1) distinct = `${name}_${number}`;
    taken.add(distinct);
    return distinct;
  });
}

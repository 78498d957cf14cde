import * as v from 'valibot';
import { print, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Engine } from './engine.ts';

/** EXPLAIN ANALYZE runs what it explains, so only the plain form is a query. */
export const explain = /^\s*explain\s+(?!analy[sz]e\b|\()/i;

/** The statement that gives the syntax tree of a SELECT, before anything is bound or run: binding alone opens files. */
export function treeOf(text: string): Sql {
  // No parameter: the function looks at its argument before it runs.
  return trusted(print(sql`SELECT CAST(json_serialize_sql(${text}) AS VARCHAR) AS tree`));
}

/**
 * The relations that a query reads and does not define itself, in small letters, as DuckDB's parser sees them; none
 * where the text is no query or broken.
 */
export async function relationsIn(engine: Engine, text: string): Promise<ReadonlySet<string>> {
  const query = text.replaceAll('\0', ' ').replace(explain, '');
  const row = v.object({ tree: v.string() });
  const [answer] = await engine.ask({ name: 'syntax tree', sql: treeOf(query), row });
  const read = new Set<string>();
  visit(JSON.parse(answer?.tree ?? 'null'), new Set(), read);
  return read;
}

/** What a node of the tree has where it names, defines or calls a relation. */
interface Node {
  readonly type?: unknown;
  readonly table_name?: unknown;
  readonly cte_map?: { readonly map: readonly { readonly key: string; readonly value: unknown }[] };
  readonly function?: { readonly function_name?: unknown; readonly children?: readonly unknown[] };
}

function visit(node: unknown, defined: ReadonlySet<string>, read: Set<string>): void {
  if (node === null || typeof node !== 'object') return;
  const { type, table_name: table, cte_map: ctes, function: called, ...others } = node as Node;
  const seen = new Set(defined);
  // A table of WITH is known to those after it; what has its name inside of it is another one.
  for (const { key, value } of ctes?.map ?? []) {
    visit(value, seen, read);
    seen.add(key.toLowerCase());
  }
  const name = String(table).toLowerCase();
  if (type === 'BASE_TABLE' && !seen.has(name)) read.add(name);
  if (type === 'TABLE_FUNCTION' && called?.function_name === 'query_table') {
    for (const named of textsIn(called.children)) read.add(named.toLowerCase());
  }
  for (const child of [called, ...Object.values(others)]) visit(child, seen, read);
}

/** All texts that are written below a node, the names of relations that are handed to a function among them. */
function textsIn(node: unknown): string[] {
  if (node === null || typeof node !== 'object') return [];
  const { type, value } = node as { readonly type?: unknown; readonly value?: { readonly value?: unknown } };
  if (type === 'VALUE_CONSTANT') return typeof value?.value === 'string' ? [value.value] : [];
  return Object.values(node).flatMap(textsIn);
}

import { list, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Family } from './address.ts';

/** A labelled range of addresses, both ends included. */
export interface Segment<Label> {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
  readonly label: Label;
}

/**
 * The ranges cut into disjoint ones, in ascending order: where ranges overlap, the one that stands later in
 * the list wins. Neighbours of equal label are joined. A join on them needs no rule of precedence.
 */
export function disjoint<Label>(layers: readonly Segment<Label>[]): Segment<Label>[] {
  return [...disjointOf(layers, 4), ...disjointOf(layers, 6)];
}

function disjointOf<Label>(layers: readonly Segment<Label>[], family: Family): Segment<Label>[] {
  const edges = layers.flatMap((layer, rank) =>
    layer.family === family
      ? [
          { at: layer.first, rank, opens: true },
          { at: layer.last + 1n, rank, opens: false },
        ]
      : [],
  );
  edges.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const open = new Set<number>();
  const segments: Segment<Label>[] = [];
  edges.forEach((edge, index) => {
    if (edge.opens) open.add(edge.rank);
    else open.delete(edge.rank);
    const next = edges[index + 1];
    if (next === undefined || next.at === edge.at || open.size === 0) return;
    const label = (layers[Math.max(...open)] as Segment<Label>).label;
    const before = segments.at(-1);
    if (before !== undefined && before.label === label && before.last + 1n === edge.at) {
      segments[segments.length - 1] = { ...before, last: next.at - 1n };
    } else {
      segments.push({ family, first: edge.at, last: next.at - 1n, label });
    }
  });
  return segments;
}

/**
 * The segments of one family as a relation (first, last, `name`), made for an ASOF join on `number >= first`.
 * `number` and `type` are the SQL types of the ends and of the label.
 */
export function segmentRows(
  segments: readonly Segment<string | number>[],
  family: Family,
  name: string,
  { number, type }: { readonly number: string; readonly type: string },
): Sql {
  const rows = segments
    .filter((segment) => segment.family === family)
    .map(({ first, last, label }) => [first.toString(), last.toString(), label]);
  return rowsOf(['first', 'last', name], [number, number, type], rows);
}

/**
 * A relation of constant rows. UHUGEINT values are given as decimal text: as bound bigint, 2^127 and above
 * do not fit.
 */
export function rowsOf(
  names: readonly string[],
  types: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): Sql {
  const columns = names.map((name, index) => trusted(`CAST(${name} AS ${types[index]}) AS ${name}`));
  const values = rows.map((row) => sql`(${list(row)})`);
  const table =
    values.length > 0
      ? sql`(VALUES ${list(values)}) AS constants(${list(names.map(trusted))})`
      : sql`(SELECT ${list(names.map((name) => trusted(`NULL AS ${name}`)))}) AS constants WHERE FALSE`;
  return sql`SELECT ${list(columns)} FROM ${table}`;
}

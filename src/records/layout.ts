import { HuntError } from '../errors.ts';
import { columnOf, defaultFormat, type Field, fieldNamed } from './fields.ts';

/** One position of a line: the column that its text goes to. */
export interface LayoutField {
  /** The name as the file has it. */
  readonly name: string;
  readonly column: string;
  /** Absent for a name that no version of AWS's documentation knows. */
  readonly field?: Field;
}

/** The order of the fields in the lines of one file. */
export interface Layout {
  readonly fields: readonly LayoutField[];
  /** Names that AWS does not document; their values are kept as text under these columns. */
  readonly unknown: readonly string[];
}

/** Columns that northsouth adds, while it reads or in its views; an unknown field of that name gets a `_`. */
const ownColumns = [
  ...['file_id', 'record_hash', 'fault', 'broken', 'line', 'raw', 'path_account', 'path_region'],
  ...['file_row_number', 'src_scope', 'dst_scope', 'local', 'peer', 'dst_set_aside'],
  ...['with_data', 'accepted', 'north_south', 'noise', 'to_internet'],
];

/** Names start with a letter; numbers, addresses and `-` are what records begin with. */
const fieldName = /^[\p{L}_@]/u;

/** A header has at least this many documented names; fewer is a line that happens to be words. */
const leastKnown = 3;

/**
 * The layout that a header states, in any order, with hyphens or underscores. Undefined when the words are
 * no header: a header has three documented names, or all of two, or both addresses, and half of its names or six
 * of them are documented. An empty word (the index column that pandas writes) is an ignored position.
 */
export function layoutFromHeader(words: readonly string[]): Layout | undefined {
  const names = words.filter((word) => word !== '');
  if (names.length < 2 || !names.every((name) => fieldName.test(name))) return undefined;
  const known = names.filter((name) => fieldNamed(name) !== undefined);
  if (known.length < Math.min(6, names.length / 2)) return undefined;
  return hasEnough(known, names.length) ? layoutOf(words) : undefined;
}

/** The layout of named columns or keys, in whatever company; undefined when they are not those of a flow log. */
export function layoutFromNames(names: readonly string[]): Layout | undefined {
  const known = names.filter((name) => fieldNamed(name) !== undefined);
  const columns = new Set(known.map(columnOf));
  // Other logs have a start, an end and a protocol too; only flow logs say between whom, or how AWS kept the record.
  if (!hasEnds(columns) && !columns.has('log_status')) return undefined;
  return hasEnough(known, names.length) ? layoutOf(names) : undefined;
}

function hasEnough(known: readonly string[], names: number): boolean {
  if (known.length < 2) return false;
  return known.length >= Math.min(leastKnown, names) || hasEnds(new Set(known.map(columnOf)));
}

function hasEnds(columns: ReadonlySet<string>): boolean {
  return columns.has('srcaddr') && columns.has('dstaddr');
}

/** True for the names of a view that northsouth exported: its records are in a workspace already. */
export function isOwnExport(names: readonly string[]): boolean {
  return ['src_scope', 'dst_scope', 'file_id'].every((name) => names.includes(name));
}

/** The layout that a user states with `--format "version account-id ..."`. Throws when it states none. */
export function layoutFromFormat(format: string): Layout {
  const words = format
    .replaceAll(/\$\{([^}]*)\}/g, '$1 ')
    .trim()
    .split(/[\s,]+/);
  const wrong = words.find((word) => !fieldName.test(word));
  if (wrong !== undefined || !words.some((word) => fieldNamed(word) !== undefined)) {
    throw new HuntError('usage.value', `--format has no field name in '${wrong ?? format}'.`, {
      hint: `Name the fields in the order of the lines, for example --format "${defaultFormat.join(' ')}".`,
    });
  }
  return layoutOf(words);
}

export const defaultLayout: Layout = layoutOf(defaultFormat);

function layoutOf(words: readonly string[]): Layout {
  const taken = new Set<string>(ownColumns);
  const unknown: string[] = [];
  const fields = words.map((name): LayoutField => {
    if (name === '') return { name, column: '' };
    const field = fieldNamed(name);
    let column = columnOf(name);
    // A name that stands twice, or is ours: the second one keeps its values under a name of its own.
    while (taken.has(column)) column += '_';
    taken.add(column);
    if (field !== undefined && columnOf(field.name) === column) return { name, column, field };
    unknown.push(name);
    return { name, column };
  });
  return { fields, unknown };
}

/** The layout with more names behind it. */
export function extendedLayout(layout: Layout, names: readonly string[]): Layout {
  return names.length === 0 ? layout : layoutOf([...layout.fields.map(({ name }) => name), ...names]);
}

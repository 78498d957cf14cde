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

/** Columns that northsouth adds to a record, also while reading it; an unknown field of that name gets a `_`. */
const ownColumns = [
  'file_id',
  'record_hash',
  'src_scope',
  'dst_scope',
  'local',
  'peer',
  'fault',
  'broken',
  'line',
  'raw',
  'path_account',
  'path_region',
];

/** A name in a header: letters, digits, hyphens, underscores, not starting with a digit. */
const fieldName = /^[a-z][a-z0-9_-]*$/i;

/** A header has at least this many documented names; fewer is a line that happens to be words. */
const leastKnown = 3;

/**
 * The layout that a header states, in any order, with hyphens or underscores. Undefined when the words are
 * no header. An empty word (the index column that pandas writes) is an ignored position.
 */
export function layoutFromHeader(words: readonly string[]): Layout | undefined {
  const known = words.filter((word) => fieldNamed(word) !== undefined);
  if (known.length < Math.min(leastKnown, words.length)) return undefined;
  if (known.length === 0 || !words.every((word) => word === '' || fieldName.test(word))) return undefined;
  return layoutOf(words);
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

import { TrinoSQL } from 'dt-sql-parser/dist/parser/trino/index.js';

const parser = new TrinoSQL();

/** Functions that Trino has under this name, with the meaning that DuckDB gives it; and those of the dialect. */
const functions = new Set([
  ...[
    'abs',
    'ceil',
    'coalesce',
    'exp',
    'floor',
    'greatest',
    'least',
    'ln',
    'log10',
    'mod',
    'nullif',
    'power',
    'round',
  ],
  ...[
    'sign',
    'sqrt',
    'concat',
    'length',
    'lower',
    'upper',
    'replace',
    'strpos',
    'substr',
    'trim',
    'starts_with',
  ],
  ...[
    'avg',
    'bool_and',
    'bool_or',
    'count',
    'max',
    'max_by',
    'min',
    'min_by',
    'stddev_pop',
    'sum',
    'array_agg',
  ],
  ...[
    'any_value',
    'var_pop',
    'corr',
    'row_number',
    'rank',
    'dense_rank',
    'lag',
    'lead',
    'first_value',
    'last_value',
  ],
  ...[
    'ntile',
    'percent_rank',
    'cume_dist',
    'array_sort',
    'array_distinct',
    'array_max',
    'array_min',
    'cardinality',
  ],
  ...['contains', 'element_at', 'filter', 'transform', 'sequence', 'slice', 'unnest', 'if', 'try_cast'],
  ...[
    'bitwise_and',
    'bitwise_or',
    'bitwise_or_agg',
    'bitwise_left_shift',
    'bitwise_right_shift',
    'bit_count',
  ],
]);

/** Words that a parenthesis may follow, and that are no function. */
const words = new Set(
  `all and array as between by case cast char decimal distinct else exists filter from having in into is join like
  limit not on or order over partition select some then union unnest using values varchar when where with within`
    .split(/\s+/)
    .concat('rows', 'range', 'lateral', 'except', 'intersect'),
);

/** What parses as Trino, too, and means something else there. */
const traps: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:SEMI|ANTI|ASOF|POSITIONAL)\s+JOIN\b/i,
    'Trino takes the kind of the join for the name of a relation',
  ],
  [/\bUSING\s*\(/i, 'after USING, * has other columns in Trino: write ON'],
  [/\bUNION\s+(?!ALL\b)/i, 'UNION sorts: write UNION ALL, or SELECT DISTINCT around it'],
];

/** Why a statement, printed for Trino, is not what Trino reads, in words; nothing where it is. */
export function trinoFaults(text: string): string[] {
  const bare = text.replaceAll(/--[^\n]*/g, ' ').replaceAll(/'(?:[^']|'')*'/g, "''");
  const plain = bare.replaceAll(/"(?:[^"]|"")*"/g, 'quoted');
  // What follows AS is the name of a relation with its columns.
  const called = plain.replaceAll(/\bAS\s+\w+\s*\(/gi, ' ').matchAll(/\b([a-z_]\w*)\s*\(/gi);
  const unknown = [...called]
    .map(([, name = '']) => name.toLowerCase())
    .filter((name) => !functions.has(name) && !words.has(name));
  return [
    ...parser.validate(text).map(({ message, startLine }) => {
      return `${message} (line ${startLine}: ${text.split('\n')[startLine - 1]?.trim()})`;
    }),
    ...traps.flatMap(([pattern, reason]) => (pattern.test(plain) ? [reason] : [])),
    ...new Set(unknown.map((name) => `${name}() is no function that both engines have`)),
  ];
}

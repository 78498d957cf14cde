import baseSql, { join as baseJoin, raw, Sql } from 'sql-template-tag';

export { Sql };

/** What may stand in a hole as a value. It is bound or quoted, and never becomes SQL text. */
export type SqlValue = string | number | bigint | boolean | null;

/**
 * A piece of SQL. A hole is a value, or SQL made by this module; a plain string in a hole is a string
 * literal, so that text from a log can never become part of a statement.
 */
export function sql(strings: TemplateStringsArray, ...holes: readonly (SqlValue | Sql)[]): Sql {
  return baseSql(strings, ...holes);
}

/** A name of a table or column, quoted, whatever it contains. */
export function id(name: string): Sql {
  return raw(`"${name.replaceAll('\0', '').replaceAll('"', '""')}"`);
}

/** SQL text written in this code base. Never call it with text that came from outside. */
export function trusted(text: string): Sql {
  return raw(text);
}

/** The pieces, comma separated by default. `separator` is SQL text of ours. */
export function list(pieces: readonly (Sql | SqlValue)[], separator = ', '): Sql {
  return pieces.length === 0 ? raw('') : baseJoin([...pieces], separator);
}

export const nothing = raw('');

/** The engines whose SQL is spoken. */
export type DialectName = 'duckdb' | 'trino';

/** A piece that each engine spells its own way: it stands in a statement as a value until the engine is known. */
class Spelled {
  readonly in: (dialect: DialectName) => Sql;

  constructor(spell: (dialect: DialectName) => Sql) {
    this.in = spell;
  }
}

/** A piece of SQL that depends on who reads it; see dialect.ts for all of them. */
export function spelled(spell: (dialect: DialectName) => Sql): Sql {
  return new Sql(['', ''], [new Spelled(spell)]);
}

/** The statement as an engine reads it. */
export function spelledFor(statement: Sql, dialect: DialectName): Sql {
  if (!statement.values.some((value) => value instanceof Spelled)) return statement;
  const values = statement.values.map((value) =>
    value instanceof Spelled ? spelledFor(value.in(dialect), dialect) : value,
  );
  return new Sql(statement.strings, values);
}

/** All of the conditions, each in parentheses; true when there is none. */
export function and(...conditions: readonly (Sql | undefined)[]): Sql {
  const present = conditions.filter((condition) => condition !== undefined);
  if (present.length === 0) return sql`TRUE`;
  return sql`(${list(
    present.map((condition) => sql`(${condition})`),
    ' AND ',
  )})`;
}

/** Any of the conditions, each in parentheses; false when there is none. */
export function or(...conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return sql`FALSE`;
  return sql`(${list(
    conditions.map((condition) => sql`(${condition})`),
    ' OR ',
  )})`;
}

/**
 * The statement with its values written as literals, for the places where an engine takes no parameters
 * (views, COPY) and for people who want to run it themselves.
 */
export function print(statement: Sql, dialect: DialectName = 'duckdb'): string {
  const { strings, values } = spelledFor(statement, dialect);
  return values.reduce<string>(
    (text, value, index) => text + literal(value as SqlValue) + (strings[index + 1] ?? ''),
    strings[0] ?? '',
  );
}

/** A value as a SQL literal. NUL, which no engine takes in text, is replaced by U+FFFD. */
export function literal(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`no SQL literal for ${value}`);
    // With an exponent it is a DOUBLE from the start: as a DECIMAL it would lose its last digit on the way.
    return Number.isInteger(value) || /e/.test(String(value)) ? String(value) : `${value}e0`;
  }
  return `'${value.replaceAll('\0', '\uFFFD').replaceAll("'", "''")}'`;
}

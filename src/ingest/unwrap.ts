import { columnOf, fieldNamed } from '../records/fields.ts';
import type { Layout } from '../records/layout.ts';
import { list, or, type Sql, sql, trusted } from '../sql/sql.ts';
import { exportedTime } from './export-lines.ts';
import type { Shape, Wrap } from './shape.ts';
import type { Delimiter } from './words.ts';

/**
 * A relation of the fields of each line: `line`, `raw`, `overlong`, `file_id`, `path_account`, `path_region`, `fields`
 * (texts, in the order of the layout) and `broken` (why the line has none). `lines` has the first three and no
 * blank lines; `file` has the next three in one row. An envelope gives a row for each record in it, whose `raw` is
 * the record alone, and no row when it is one that never holds any.
 */
export function unwrapped(lines: Sql, file: Sql, shape: Shape): Sql {
  const width = shape.layout.fields.length;
  const counted = (missing: string) => sql`CASE
      WHEN body IS NULL THEN ${missing}
      WHEN len(fields) <> ${width} THEN ${`${width} fields expected, `} || len(fields) || ' found'
    END`;
  if (shape.wrap === 'json-fields') {
    return sql`
        SELECT ${carried},
          CASE WHEN json_valid(raw) THEN [${list(shape.layout.fields.map(({ name }) => jsonField(name)))}] END AS fields,
          CASE WHEN NOT json_valid(raw) OR json_type(raw) <> 'OBJECT' THEN 'not a JSON object' END AS broken
        FROM ${lines}, ${file}`;
  }
  const { bodies, missing } = bodiesOf(lines, file, shape.wrap, shape.messageColumn);
  return sql`
    SELECT ${carried}, fields, ${counted(missing)} AS broken
    FROM (SELECT *, ${splitFields(shape.delimiter, width)} AS fields FROM (${bodies}))`;
}

/**
 * The lines with `body`, the text of the record in each, NULL where it has none; `missing` says what it lacks then.
 * `lines` and `file` are as for {@link unwrapped}.
 */
export function bodiesOf(
  lines: Sql,
  file: Sql,
  wrap: Exclude<Wrap, 'json-fields'>,
  messageColumn = 1,
): { readonly bodies: Sql; readonly missing: string } {
  switch (wrap) {
    case 'line':
      return { bodies: sql`SELECT *, raw AS body FROM ${lines}, ${file}`, missing: 'no text' };
    case 'iso-time':
      return {
        bodies: sql`SELECT *, CASE WHEN regexp_matches(raw, ${exportedTime}) THEN regexp_replace(raw, ${exportedTime}, '') END AS body
        FROM ${lines}, ${file}`,
        missing: 'no ISO time at the start of the line',
      };
    case 'csv-message': {
      const before = `^(?:[^,]*,){${messageColumn}}\\s*`;
      return {
        bodies: sql`SELECT * EXCLUDE (rest), CASE
            WHEN starts_with(rest, '"') THEN replace(regexp_extract(rest, '^"((?:[^"]|"")*)"', 1), '""', '"')
            ELSE string_split(rest, ',')[1] END AS body
          FROM (SELECT *, CASE WHEN regexp_matches(raw, ${before}) THEN regexp_replace(raw, ${before}, '') END AS rest
            FROM ${lines}, ${file})`,
        missing: 'no message column',
      };
    }
    case 'json-message':
      return {
        bodies: sql`SELECT *, coalesce(${jsonText('$.message')}, ${jsonText('$."@message"')}) AS body FROM ${lines}, ${file}`,
        missing: 'not a JSON object with a message',
      };
    case 'json-events':
      return { bodies: events(lines, file), missing: 'not a JSON object with log events' };
  }
}

const carried = trusted('line, raw, overlong, file_id, path_account, path_region');

/** A row for each event of an envelope, one for what is no envelope, none for control messages. */
function events(lines: Sql, file: Sql): Sql {
  const isList = (key: string) => sql`json_type(raw, ${key}) = 'ARRAY'`;
  return sql`
    SELECT line, coalesce(message, CAST(event AS VARCHAR), raw) AS raw, overlong, file_id, path_account, path_region, message AS body
    FROM (
      SELECT *, json_extract_string(event, '$.message') AS message
      FROM (
        SELECT line, raw, overlong, file_id, coalesce(${jsonText('$.owner')}, path_account) AS path_account, path_region,
          unnest(CASE
            WHEN NOT json_valid(raw) THEN [NULL]
            WHEN coalesce(NOT (${or(isList('$.logEvents'), isList('$.events'))}), TRUE) THEN [NULL]
            WHEN ${jsonText('$.messageType')} = 'CONTROL_MESSAGE' THEN []
            ELSE list_concat(json_extract(raw, '$.logEvents[*]'), json_extract(raw, '$.events[*]'))
          END) AS event
        FROM ${lines}, ${file}
      )
    )`;
}

/** The text at a position of `fields`; `-` is how flow logs write that a field has no value, CSV leaves it empty. */
export function fieldText(index: number): Sql {
  return sql`CASE WHEN fields[${index + 1}] NOT IN ('-', '') THEN fields[${index + 1}] END`;
}

/** The names in JSON objects that the layout does not have yet, so that a later line's field is not lost. */
export function newJsonKeys(lines: Sql, layout: Layout): Sql {
  const known = layout.fields.flatMap(({ name }) => namesOf(name));
  return sql`
    SELECT DISTINCT key
    FROM (SELECT unnest(json_keys(raw)) AS key FROM ${lines} WHERE json_valid(raw))
    WHERE key <> '' AND NOT list_contains([${list(known)}], key)
    ORDER BY key`;
}

function splitFields(delimiter: Delimiter, width: number): Sql {
  const blanks = sql`string_split(regexp_replace(trim(regexp_replace(body, '\\s+', ' ', 'g'), ' '), '^$', '-'), ' ')`;
  switch (delimiter) {
    case 'blank':
      return blanks;
    case 'comma':
      return withoutQuotes(sql`CASE WHEN contains(body, '"')
        THEN regexp_extract_all(',' || body, ',\\s*("(?:[^"]|"")*"|[^,]*)', 1) ELSE string_split(body, ',') END`);
    case 'tab': {
      // Other lines of the file may have blanks.
      const tabs = sql`string_split(body, chr(9))`;
      return sql`CASE WHEN len(${tabs}) = ${width} THEN ${withoutQuotes(tabs)} ELSE ${blanks} END`;
    }
  }
}

function withoutQuotes(words: Sql): Sql {
  return sql`list_transform(list_transform(${words}, lambda word: trim(word, ' ' || chr(13) || chr(12))), lambda word:
    CASE WHEN length(word) > 1 AND starts_with(word, '"') AND ends_with(word, '"')
      THEN replace(word[2:-2], '""', '"') ELSE word END)`;
}

function jsonText(path: string): Sql {
  return sql`CASE WHEN json_valid(raw) THEN json_extract_string(raw, ${path}) END`;
}

function jsonField(name: string): Sql {
  const texts = namesOf(name).map(
    (key) => sql`json_extract_string(raw, ${`$."${key.replaceAll('"', '\\"')}"`})`,
  );
  return texts.length === 1 ? (texts[0] as Sql) : sql`coalesce(${list(texts)})`;
}

/** The keys under which a JSON record may carry a field: as given, as AWS writes it, or with underscores. */
function namesOf(name: string): readonly string[] {
  const field = fieldNamed(name);
  return field === undefined ? [name] : [...new Set([name, field.name, columnOf(field.name)])];
}

import { columnOf, fieldNamed } from '../records/fields.ts';
import type { Layout } from '../records/layout.ts';
import { list, type Sql, sql } from '../sql/sql.ts';
import type { Delimiter, Shape } from './shape.ts';

/**
 * A relation of the fields of each line: `line`, `raw`, `file_id`, `path_account`, `path_region`, `fields`
 * (texts, in the order of the layout) and `broken` (why the line has none). `lines` has `line` and `raw` and
 * no blank lines; `file` has the other three in one row.
 */
export function unwrapped(lines: Sql, file: Sql, shape: Shape): Sql {
  const width = shape.layout.fields.length;
  const counted = (missing: Sql) => sql`CASE
      WHEN body IS NULL THEN ${missing}
      WHEN len(fields) <> ${width} THEN ${`${width} fields expected, `} || len(fields) || ' found'
    END`;
  const split = (bodies: Sql, missing: Sql) => sql`
    SELECT line, raw, file_id, path_account, path_region, fields, ${counted(missing)} AS broken
    FROM (SELECT *, ${splitFields(shape.delimiter)} AS fields FROM (${bodies}))`;

  switch (shape.wrap) {
    case 'line':
      return split(sql`SELECT *, raw AS body FROM ${lines}, ${file}`, sql`'no text'`);
    case 'iso-time':
      return split(
        sql`SELECT *, CASE WHEN regexp_matches(raw, ${isoTime}) THEN regexp_replace(raw, ${isoTime}, '') END AS body
        FROM ${lines}, ${file}`,
        sql`'no ISO time at the start of the line'`,
      );
    case 'csv-message': {
      const before = `^(?:[^,]*,){${shape.messageColumn ?? 1}}`;
      return split(
        sql`SELECT * EXCLUDE (rest), CASE
            WHEN starts_with(rest, '"') THEN regexp_extract(rest, '^"([^"]*)"', 1)
            ELSE string_split(rest, ',')[1] END AS body
          FROM (SELECT *, CASE WHEN regexp_matches(raw, ${before}) THEN regexp_replace(raw, ${before}, '') END AS rest
            FROM ${lines}, ${file})`,
        sql`'no message column'`,
      );
    }
    case 'json-message':
      return split(
        sql`SELECT *, CASE WHEN json_valid(raw)
            THEN coalesce(json_extract_string(raw, '$.message'), json_extract_string(raw, '$."@message"')) END AS body
          FROM ${lines}, ${file}`,
        sql`'not a JSON object with a message'`,
      );
    case 'json-events':
      return split(
        sql`SELECT line, raw, file_id, coalesce(owner, path_account) AS path_account, path_region, unnest(
            CASE WHEN len(messages) > 0 THEN messages ELSE [NULL] END) AS body
          FROM (SELECT *, ${jsonText('$.owner')} AS owner, CASE WHEN json_valid(raw) THEN
              list_concat(json_extract_string(raw, '$.logEvents[*].message'), json_extract_string(raw, '$.events[*].message'))
              END AS messages
            FROM ${lines}, ${file}
            WHERE ${jsonText('$.messageType')} IS DISTINCT FROM 'CONTROL_MESSAGE')`,
        sql`'not a JSON object with log events'`,
      );
    case 'json-fields':
      return sql`
        SELECT line, raw, file_id, path_account, path_region,
          CASE WHEN json_valid(raw) THEN [${list(shape.layout.fields.map(({ name }) => jsonField(name)))}] END AS fields,
          CASE WHEN NOT json_valid(raw) OR json_type(raw) <> 'OBJECT' THEN 'not a JSON object' END AS broken
        FROM ${lines}, ${file}`;
  }
}

/** The text at a position of `fields`; `-` is how flow logs write that a field has no value. */
export function fieldText(index: number): Sql {
  return sql`nullif(fields[${index + 1}], '-')`;
}

/** The names in JSON objects that the layout does not have yet, so that a later line's field is not lost. */
export function newJsonKeys(lines: Sql, layout: Layout): Sql {
  const known = layout.fields.flatMap(({ name }) => namesOf(name));
  return sql`
    SELECT DISTINCT key
    FROM (SELECT unnest(json_keys(raw)) AS key FROM ${lines} WHERE json_valid(raw))
    WHERE NOT list_contains([${list(known)}], key)
    ORDER BY key`;
}

const isoTime = String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z[ ,\t]`;

function splitFields(delimiter: Delimiter): Sql {
  switch (delimiter) {
    case 'blank':
      return sql`string_split(regexp_replace(trim(regexp_replace(body, '\\s+', ' ', 'g')), '^$', '-'), ' ')`;
    case 'comma':
      return sql`list_transform(string_split(body, ','), lambda word: trim(trim(word), '"'))`;
    case 'tab':
      return sql`list_transform(string_split(body, chr(9)), lambda word: trim(trim(word), '"'))`;
  }
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

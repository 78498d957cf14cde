import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import { sql } from '../sql/sql.ts';

const counts = v.object({ lines: v.number(), filled: v.number() });

/**
 * Puts the lines of a text into the temporary table `piece_lines`: raw, line (the first has number `before` + 1),
 * blank, overlong (why a line longer than `longest` bytes is no record). Returns how many there are, and how many
 * are not blank.
 */
export async function splitLines(
  engine: LocalEngine,
  text: string,
  before: number,
  longest: number,
  signal: AbortSignal | undefined,
): Promise<{ lines: number; filled: number }> {
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const reason = `the line is longer than ${longest.toLocaleString('en-US')} bytes`;
  await engine.run(
    sql`CREATE OR REPLACE TEMP TABLE piece_lines AS
      SELECT raw, line, regexp_full_match(raw, '\\s*') AS blank,
        CASE WHEN strlen(raw) > ${longest} THEN ${reason} END AS overlong
      FROM (SELECT unnest(texts) AS raw, CAST(generate_subscripts(texts, 1) AS BIGINT) + ${before} AS line
        FROM (SELECT string_split(CAST(${body} AS VARCHAR), chr(10)) AS texts))`,
    signal,
  );
  const counted = sql`SELECT count(*) AS lines, count(*) FILTER (NOT blank) AS filled FROM piece_lines`;
  const [found] = await engine.ask({ name: 'lines', sql: counted, row: counts });
  return found ?? { lines: 0, filled: 0 };
}

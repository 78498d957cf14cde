import * as v from 'valibot';
import type { LocalEngine } from '../engine/local.ts';
import { findingRows, replacedFindings } from '../kept/findings.ts';
import { heldAddresses, markedAddresses } from '../marks/addresses.ts';
import type { Mark } from '../marks/mark.ts';
import { turned, turnedKinds, turnHidden } from '../picture/exposure.ts';
import { type Sql, sql } from '../sql/sql.ts';
import type { Snapshot } from './snapshot.ts';

const touched = sql`said_addresses`;
const fresh = sql`said_marks`;
const turning = sql`said_turned`;
const read = sql`said_findings`;
const countRow = v.object({ addresses: v.number() });

/** Marks, those of them that changed or went, and a file with the findings that these are about. */
interface Said {
  readonly marks: readonly Mark[];
  readonly changed: readonly Mark[];
  readonly findings: string | undefined;
}

/** Takes marks up into the relations of a snapshot: a question finds all of the old ones or all of the new ones. */
export async function takeUpMarks(
  engine: LocalEngine,
  { signal }: Pick<Snapshot, 'signal'>,
  { marks, changed, findings }: Said,
): Promise<void> {
  const define = (statement: Sql) => engine.define(statement, signal);
  const targets = [...new Set(changed.map(({ target }) => target))];
  await define(sql`CREATE TEMP TABLE ${touched} AS
    SELECT l.*, k.threat_lists, k.mark AS mark_before FROM (${heldAddresses(targets, sql`labelled_addresses`)}) AS l
    LEFT JOIN known_addresses AS k ON k.address = l.address`);
  await define(sql`CREATE TEMP TABLE ${fresh} AS ${markedAddresses(marks, touched)}`);
  const both = sql`(SELECT t.*, m.mark FROM ${touched} AS t LEFT JOIN ${fresh} AS m ON m.address = t.address)`;
  await define(sql`CREATE TEMP TABLE ${turning} AS ${turned(both)}`);
  if (findings !== undefined) await define(sql`CREATE TEMP TABLE ${read} AS ${findingRows(findings)}`);
  const hidden = [
    ...turnHidden(turning),
    sql`CREATE OR REPLACE TABLE workbench_kinds AS ${turnedKinds(turning)}`,
  ];
  const asked = sql`SELECT count(*) AS addresses FROM ${turning}`;
  const [count] = await engine.ask({ name: 'set-asides that marks show', sql: asked, row: countRow }, signal);
  const isOfThose = sql`address IN (SELECT address FROM ${touched})`;
  const statements = [
    sql`DELETE FROM marked_addresses WHERE ${isOfThose}`,
    sql`INSERT INTO marked_addresses SELECT address, mark FROM ${fresh}`,
    sql`DELETE FROM known_addresses WHERE ${isOfThose}`,
    sql`INSERT INTO known_addresses SELECT address, mark, threat_lists FROM ${both}
      WHERE mark IS NOT NULL OR threat_lists IS NOT NULL`,
    ...((count?.addresses ?? 0) > 0 ? hidden : []),
    ...(findings === undefined ? [] : replacedFindings(sql`workbench_findings`, read)),
  ];
  await define(sql`BEGIN TRANSACTION`);
  try {
    for (const statement of statements) await define(statement);
    await define(sql`COMMIT`);
  } catch (error) {
    await engine.define(sql`ROLLBACK`).catch(() => undefined);
    throw error;
  }
}

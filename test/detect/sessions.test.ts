import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { sql } from '../../src/sql/sql.ts';
import { analysed } from './analysed.ts';

const labelled = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'labelled');

test.skipIf(!existsSync(labelled))(
  'every record with data is in one session, or recorded elsewhere too',
  async () => {
    const { engine, context, close } = await analysed([join(labelled, 'strato-008-normal40-day1')]);
    const [count] = await engine.rows({
      name: 'records',
      sql: sql`SELECT (SELECT CAST(sum(records) AS BIGINT) FROM sessions) AS sessions, (SELECT count(*) FROM records) AS records`,
      row: v.object({ sessions: v.number(), records: v.number() }),
    });
    expect(count).toEqual({ sessions: 12_344, records: 12_344 });
    expect(context).toMatchObject({ windowSeconds: 60, hasTcpFlags: false, hasBothDirections: true });
    await close();
  },
);

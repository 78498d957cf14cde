import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { sql } from '../sql/sql.ts';
import { listed, standings } from './listed.ts';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: tmpdir() });
  const relations = {
    addresses: sql`SELECT '192.0.2.1' AS address, 64500 AS asn, 'Example' AS network, 'DE' AS country, NULL AS city,
      NULL AS provider, NULL AS service, NULL AS region, NULL AS set_aside`,
    sessions: sql`SELECT '10.0.0.1' AS local, '1' AS account_id, 'eni-1' AS interface_id`,
    // Half of the minutes of an hour.
    coverage_hours: sql`SELECT '1' AS account_id, 'eni-1' AS interface_id, 7200 AS hour, 7200 AS first_start,
      10799 AS last_end, 30 AS minutes`,
  };
  for (const [name, rows] of Object.entries(relations))
    await engine.keep({ name, about: '', reads: [], sql: rows });
});
afterAll(() => engine.close());

const judgement = (local: string | null) => ({
  ...{
    question: 'scan' as const,
    kind: 'horizontal',
    answer: 'yes' as const,
    score: 1,
    severity: 'low' as const,
  },
  subject: {
    ...{ peer: '192.0.2.1', local, servicePort: 443, protocol: 6 },
    direction: 'inbound' as const,
  },
  ...{ parts: [], severitySteps: [], evidence: [], counterEvidence: [], missing: [], attack: [] },
  ...{ firstSeen: 7200, lastSeen: 10_799, bytes: 3, records: sql`SELECT 1` },
});

test('the coverage of a finding is that of its local end, and of all where there is not one', async () => {
  const judgements = [judgement('10.0.0.1'), judgement(null), judgement('10.0.0.9')];
  const rows = await engine.ask(standings(judgements));
  expect(rows.map(({ network, coverage }) => [network, coverage])).toEqual([
    ['Example', 0.5],
    ['Example', null],
    ['Example', null],
  ]);
  expect(judgements.map((one, place) => listed(one, rows[place], 0.7).coverage)).toEqual([0.5, 0.7, 0.7]);
});

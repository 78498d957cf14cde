import { expect, test } from 'vitest';
import { sql } from '../sql/sql.ts';
import type { Judgement } from './finding.ts';
import { inContext } from './in-context.ts';

const finding = (
  change: Partial<Omit<Judgement, 'subject'>>,
  local: string | null = '10.0.0.1',
): Judgement => ({
  question: 'c2',
  kind: 'beacon',
  subject: { peer: '203.0.113.7', local, servicePort: 443, protocol: 6, direction: 'outbound' },
  answer: 'yes',
  score: 0.9,
  severity: 'medium',
  parts: [],
  severitySteps: [],
  evidence: [],
  counterEvidence: [],
  missing: [],
  attack: [],
  firstSeen: 0,
  lastSeen: 60,
  bytes: 1000,
  records: sql`SELECT 1`,
  ...change,
});

test('command and control and exfiltration with one peer raise each other, and say so', () => {
  const [c2, exfil] = inContext([
    finding({}),
    finding({ question: 'exfil', kind: 'upload', severity: 'high' }),
  ]);
  // medium + 1, high + 1
  expect(c2?.severity).toBe('high');
  expect(c2?.severitySteps).toEqual([
    { because: 'exfiltration to the same peer too: upload, score 0.9', steps: 1 },
  ]);
  expect(exfil?.severity).toBe('critical');
  expect(exfil?.severitySteps[0]?.because).toBe(
    'command and control with the same peer too: beacon, score 0.9',
  );
});

test('scanning and access raise each other, whatever the number of targets', () => {
  const [scan, access] = inContext([
    finding({ question: 'scan' }, null),
    finding({ question: 'access', kind: 'guessing followed by success' }),
  ]);
  expect([scan?.severity, access?.severity]).toEqual(['high', 'high']);
});

test.each<[string, Judgement, Judgement]>([
  ['of another local', finding({}), finding({ question: 'exfil' }, '10.0.0.2')],
  ['that is low', finding({}), finding({ question: 'exfil', severity: 'low' })],
  ['that is no', finding({}), finding({ question: 'exfil', answer: 'no' })],
  ['to a question that is no partner', finding({}), finding({ question: 'scan' })],
  ['to the same question', finding({}), finding({})],
])('an answer %s raises nothing', (_, first, second) => {
  expect(inContext([first, second])[0]).toBe(first);
});

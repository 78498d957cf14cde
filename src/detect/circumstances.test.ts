import { expect, test } from 'vitest';
import { inCircumstances } from './circumstances.ts';
import type { Severity } from './finding.ts';
import type { Finding } from './results.ts';

const finding = (peer: string, severity: Severity, answer: Finding['answer'] = 'yes'): Finding => ({
  ...{ question: 'c2', kind: 'beacon', answer, peer, peers: [], local: null, servicePort: 443, protocol: 6 },
  ...{ direction: 'outbound', score: 0.9, severity, firstSeen: null, lastSeen: null, bytes: 1 },
  ...{
    asn: null,
    network: null,
    country: null,
    city: null,
    provider: null,
    service: null,
    region: null,
    setAside: null,
  },
  ...{ evidence: ['seen'], counterEvidence: [], missing: [], attack: [], parts: [] },
  severitySteps: [{ because: 'first', steps: 1 }],
  ...{ mark: null, marks: [], threatLists: [], names: [], namesTotal: 0, coverage: 1, sql: 'SELECT 1' },
});

test.each([
  ['high', -2, 'low', -2],
  ['medium', -2, 'low', -1],
  ['low', -2, 'low', 0],
  ['info', -2, 'info', 0],
  ['info', 1, 'low', 1],
  ['critical', 2, 'critical', 2],
  ['high', 0, 'high', 0],
] as const)('%s and %d steps are %s, and %d are shown', (severity, steps, expected, shown) => {
  const [read] = inCircumstances([finding('a', severity)], () => [{ steps: [{ because: 'known', steps }] }]);
  expect(read?.severity).toBe(expected);
  expect(read?.severitySteps).toEqual([
    { because: 'first', steps: 1 },
    { because: 'known', steps: shown },
  ]);
});

test('what is raised comes first, what is said stands last, and a "no" is left as it was', () => {
  const all = [finding('a', 'high'), finding('b', 'medium'), finding('c', 'critical', 'no')];
  const read = inCircumstances(all, ({ peer }) =>
    peer === 'a'
      ? []
      : [
          {
            evidence: ['on a list'],
            steps: [{ because: 'listed', steps: 2 }],
            labels: { threatLists: ['x'] },
          },
          { counterEvidence: ['known'] },
        ],
  );
  expect(read.map(({ peer, severity }) => [peer, severity])).toEqual([
    ['b', 'critical'],
    ['c', 'critical'],
    ['a', 'high'],
  ]);
  expect(read[0]).toMatchObject({
    ...{ evidence: ['seen', 'on a list'], counterEvidence: ['known'], threatLists: ['x'] },
  });
  expect(read[1]).toEqual(all[2]);
  expect(read[2]).toEqual(all[0]);
});

test('what one list adds to a critical finding another one takes back, and no more', () => {
  const steps = [
    { because: 'on a list', steps: 1 },
    { because: 'known good', steps: -1 },
  ];
  expect(inCircumstances([finding('a', 'critical')], () => [{ steps }])[0]?.severity).toBe('critical');
  expect(inCircumstances([finding('a', 'medium')], () => [{ steps }])[0]?.severity).toBe('medium');
});

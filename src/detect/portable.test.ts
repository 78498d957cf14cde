import { describe, expect, test } from 'vitest';
import { trinoFaults } from '../../test/trino.ts';
import { type Query, statementOf } from '../sql/query.ts';
import { print } from '../sql/sql.ts';
import { detectors } from './all.ts';
import { standings } from './listed.ts';
import { defaultsOf } from './settings.ts';

const context = {
  ...{ from: 0, to: 86_400, localHosts: 3, windowSeconds: 60, covered: 1, skipped: 0 },
  ...{ hasTcpFlags: true, hasBothDirections: true },
};
const contexts = [context, { ...context, hasBothDirections: false, hasTcpFlags: false }];
const focuses = [{}, { address: '192.0.2.1' }];
const faultsOf = (query: Query<unknown>) => trinoFaults(print(statementOf(query), 'trino'));

describe('printed for Trino, Trino reads the candidates', () => {
  for (const { question, settings, candidates } of detectors) {
    test(`of ${question}`, () => {
      for (const about of contexts)
        for (const focus of focuses)
          expect(faultsOf(candidates(defaultsOf(settings), about, focus))).toEqual([]);
    });
  }
});

test('printed for Trino, Trino reads labels and coverage of findings', () => {
  const subject = {
    ...{ peer: '192.0.2.1', local: '10.0.0.1', servicePort: 443, protocol: 6 },
    direction: 'outbound' as const,
  };
  const judgement = {
    ...{
      question: 'c2' as const,
      kind: 'beacon',
      subject,
      answer: 'yes' as const,
      score: 1,
      severity: 'low' as const,
    },
    ...{ parts: [], severitySteps: [], evidence: [], counterEvidence: [], missing: [], attack: [] },
    ...{ firstSeen: 1, lastSeen: 2, bytes: 3 },
  };
  expect(faultsOf(standings([judgement as unknown as Parameters<typeof standings>[0][number]]))).toEqual([]);
});

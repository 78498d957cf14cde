import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IdentifiedFinding } from '../../src/detect/results.ts';
import { countsOfRecords, knowledgeOf, noiseReport } from '../../src/hunt/noise.ts';
import { noiseIn } from '../../src/snapshot/noise.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { Period } from '../../src/traffic/period.ts';
import { begin, hours, locals, peers, prepareRandom } from './random-records.ts';

let prepared: Awaited<ReturnType<typeof prepareRandom>>;
let snapshot: Snapshot;

beforeAll(async () => {
  prepared = await prepareRandom(4000);
  snapshot = withFindings(prepared.snapshot);
});
afterAll(() => prepared?.close());

/** As if something serious were found of every peer and many a local end and port. */
function withFindings(of: Snapshot): Snapshot {
  const findings = peers.flatMap((peer) =>
    [null, ...locals, '10.9.9.9'].flatMap((local) =>
      [null, 0, 53, 80, 443, 8443].map(
        (servicePort) =>
          ({
            ...{
              question: 'c2',
              kind: 'beacon',
              peer,
              local,
              servicePort,
              protocol: 6,
              direction: 'outbound',
            },
            id: `${peer} ${local} ${servicePort}`,
            ...{ answer: 'yes', severity: 'critical', score: 1, marks: [] },
          }) as unknown as IdentifiedFinding,
      ),
    ),
  );
  const known = { ...of.findings, listed: () => findings, unmarked: () => findings };
  return { ...of, findings: known };
}

const signal = new AbortController().signal;

function ofRecords(period: Period) {
  return snapshot.connections.lend(signal, async (engine) => {
    const known = knowledgeOf(snapshot.findings, snapshot.marks);
    const inputs = { ...snapshot, engine, rules: snapshot.noise, known, period, signal };
    return noiseReport(inputs, await countsOfRecords(inputs));
  });
}

test('what noise hides is the same from the sums as from the records, in any time range', async () => {
  const { resolutionSeconds } = snapshot;
  const bound = fc.option(fc.nat({ max: hours * 3600 }), { nil: undefined });
  const step = (seconds: number) => Math.floor((begin + seconds) / resolutionSeconds) * resolutionSeconds;
  await fc.assert(
    fc.asyncProperty(bound, bound, fc.boolean(), async (one, other, isWhole) => {
      const at = (seconds: number) => (isWhole ? step(seconds) : begin + seconds);
      const period = {
        ...(one === undefined ? {} : { from: at(one) }),
        ...(other === undefined ? {} : { to: at(other) }),
      };
      expect(await noiseIn({ ...snapshot }, period, signal)).toEqual(await ofRecords(period));
    }),
    { numRuns: 12, examples: [[undefined, undefined, true]] },
  );
});

test('where the sums cannot tell the port, the records do', async () => {
  const { rules, setAsides } = await noiseIn(snapshot, {}, signal);
  const hidden = [...rules, ...setAsides].flatMap(({ hides }) => hides ?? []);
  expect(hidden.filter(({ servicePort }) => servicePort === 8443).length).toBeGreaterThan(10);
  expect(setAsides.find(({ name }) => name === 'Amazon')?.records).toBeGreaterThan(20);
  expect(rules.find(({ name }) => name === 'lone-syn-reply')?.records).toBeGreaterThan(10);
});

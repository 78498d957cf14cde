import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../src/detect/results.ts';
import { countsOfRecords, knowledgeOf, noiseReport } from '../../src/investigation/noise.ts';
import type { Ground } from '../../src/investigation/workbench/ground.ts';
import { noiseIn } from '../../src/investigation/workbench/noise.ts';
import { Workbench } from '../../src/investigation/workbench/workbench.ts';
import { openWorkspace, type Workspace } from '../../src/investigation/workspace.ts';
import type { Period } from '../../src/traffic/period.ts';

let root: string;
let workspace: Workspace;
let bench: Workbench;
let ground: Ground;

const begin = 1_780_000_200;
const hours = 30;
const locals = ['10.0.0.1', '10.0.0.2', '192.168.7.9', '2001:db8::7'];
// Of Amazon, Google and Cloudflare, which are set aside, and of networks that are not.
const peers = [
  '52.94.236.248',
  '8.8.8.8',
  '1.1.1.1',
  '104.16.1.1',
  '185.220.101.4',
  '193.0.6.139',
  '2606:4700::11',
];
const ports = ['22', '53', '80', '123', '443', '5000', '8443', '50000', '-'];

const record = fc
  .record({
    local: fc.constantFrom(...locals),
    peer: fc.constantFrom(...peers, ...locals),
    isOut: fc.boolean(),
    ports: fc.tuple(fc.constantFrom(...ports), fc.constantFrom(...ports)),
    protocol: fc.constantFrom('6', '17', '1'),
    packets: fc.constantFrom('1', '1', '4', '-'),
    bytes: fc.constantFrom('29', '40', '76', '60000', '-'),
    start: fc.integer({ min: begin, max: begin + hours * 3600 }),
    action: fc.constantFrom('ACCEPT', 'ACCEPT', 'ACCEPT', 'REJECT'),
  })
  .map(({ local, peer, isOut, ports: [one, other], protocol, packets, bytes, start, action }) =>
    ['2 123456789012 eni-1', ...(isOut ? [local, peer] : [peer, local]), one, other, protocol, packets, bytes]
      .concat([String(start), String(start + 60), action, 'OK'])
      .join(' '),
  );

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'northsouth-noise-'));
  const file = join(root, 'flows.log');
  const lines = fc.sample(record, 4000);
  const columns = 'srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
  await writeFile(file, [`version account-id interface-id ${columns}`, ...lines, ''].join('\n'));
  workspace = await openWorkspace({
    workspace: join(root, 'workspace'),
    create: true,
    memoryBytes: 300_000_000,
  });
  await workspace.load([file]);
  bench = new Workbench(workspace);
  ground = withFindings(await bench.prepare());
});
afterAll(async () => {
  await bench?.close();
  await workspace?.close();
  await rm(root, { recursive: true, force: true });
});

/** As if something serious were found of every peer and many a local end and port. */
function withFindings(prepared: Ground): Ground {
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
            ...{ answer: 'yes', severity: 'critical', score: 1, marks: [] },
          }) as unknown as Finding,
      ),
    ),
  );
  const known = { ...prepared.findings, listed: () => findings, unmarked: () => findings };
  return { ...prepared, findings: known };
}

const signal = new AbortController().signal;

function ofRecords(period: Period) {
  return ground.connections.lend(signal, async (engine) => {
    const known = knowledgeOf(ground.findings, ground.marks);
    const inputs = { ...ground, engine, rules: ground.noise, known, period, signal };
    return noiseReport(inputs, await countsOfRecords(inputs));
  });
}

test('what noise hides is the same from the sums as from the records, in any time range', async () => {
  const { resolutionSeconds } = ground;
  const bound = fc.option(fc.nat({ max: hours * 3600 }), { nil: undefined });
  const step = (seconds: number) => Math.floor((begin + seconds) / resolutionSeconds) * resolutionSeconds;
  await fc.assert(
    fc.asyncProperty(bound, bound, fc.boolean(), async (one, other, isWhole) => {
      const at = (seconds: number) => (isWhole ? step(seconds) : begin + seconds);
      const period = {
        ...(one === undefined ? {} : { from: at(one) }),
        ...(other === undefined ? {} : { to: at(other) }),
      };
      expect(await noiseIn({ ...ground }, period, signal)).toEqual(await ofRecords(period));
    }),
    { numRuns: 12, examples: [[undefined, undefined, true]] },
  );
});

test('where the sums cannot tell the port, the records do', async () => {
  const { rules, setAsides } = await noiseIn(ground, {}, signal);
  const hidden = [...rules, ...setAsides].flatMap(({ hides }) => hides ?? []);
  expect(hidden.filter(({ servicePort }) => servicePort === 8443).length).toBeGreaterThan(10);
  expect(setAsides.find(({ name }) => name === 'Amazon')?.records).toBeGreaterThan(20);
  expect(rules.find(({ name }) => name === 'lone-syn-reply')?.records).toBeGreaterThan(10);
});

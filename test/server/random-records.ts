import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { Workbench } from '../../src/workbench/workbench.ts';
import { openWorkspace } from '../../src/workspace/workspace.ts';

export const begin = 1_780_000_200;
export const hours = 30;
export const locals = ['10.0.0.1', '10.0.0.2', '192.168.7.9', '2001:db8::7'];
// Of Amazon, Google and Cloudflare, which are set aside, and of networks that are not.
export const peers = [
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

/** A state of a workspace with so many records between few addresses, so that most sums are of several records. */
export async function prepareRandom(
  records: number,
): Promise<{ snapshot: Snapshot; close: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'northsouth-random-'));
  const file = join(root, 'flows.log');
  const columns = 'srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
  const lines = [`version account-id interface-id ${columns}`, ...fc.sample(record, records), ''];
  await writeFile(file, lines.join('\n'));
  const workspace = await openWorkspace({
    workspace: join(root, 'workspace'),
    create: true,
    memoryBytes: 300_000_000,
  });
  await workspace.load([file]);
  const bench = new Workbench(workspace);
  const close = async () => {
    await bench.close();
    await workspace.close();
    await rm(root, { recursive: true, force: true });
  };
  return { snapshot: await bench.prepare(), close };
}

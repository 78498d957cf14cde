import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/demo/random.ts';
import { openWorkspace } from '../../src/workspace/workspace.ts';
import { browsing, day, paced, subscribers, writeLog } from './traffic.ts';

const data = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const sets = ['labelled', 'exposed', 'benign'].flatMap((kind) =>
  existsSync(join(data, kind)) ? readdirSync(join(data, kind)).map((name) => join(data, kind, name)) : [],
);
/** Addresses that are asked for, of each capture: those of findings and the busiest of the others. */
const mostAsked = 12;
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'northsouth-agreement-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** What `ip` says yes to, of addresses of a capture, that `findings` does not list; and what it lists and `ip` denies. */
async function disagreements(path: string): Promise<string[]> {
  const workspace = await openWorkspace({
    workspace: join(scratch, path.replaceAll(/\W/g, '_')),
    create: true,
  });
  try {
    await workspace.load([path]);
    const { findings } = await workspace.findings({});
    const { rows } = await workspace.query(
      `SELECT peer FROM peers ORDER BY sessions DESC, peer LIMIT ${mostAsked}`,
    );
    const namedBy = (one: (typeof findings)[number]) => [one.peer, ...one.peers.map(({ peer }) => peer)];
    const asked = new Set([
      ...findings.slice(0, mostAsked).flatMap(namedBy),
      ...rows.map(([peer]) => String(peer)),
    ]);
    const wrong: string[] = [];
    for (const address of [...asked].slice(0, 2 * mostAsked)) {
      const { questions } = await workspace.ip(address);
      for (const { question, answer, severity } of questions) {
        const own = findings.filter((one) => one.question === question);
        // The peer of a scan is who scans; to be scanned is no scanning.
        const listed = own.filter((one) =>
          question === 'scan' ? one.peer === address : [...namedBy(one), one.local].includes(address),
        );
        if (answer === 'yes' && severity !== 'info' && listed.length === 0)
          wrong.push(`${question} ${address}: ip alone`);
        if (answer !== 'yes' && listed.length > 0) wrong.push(`${question} ${address}: findings alone`);
      }
    }
    return wrong;
  } finally {
    await workspace.close();
  }
}

describe('whoever asks for an address hears what is listed as a finding', () => {
  test('of planted traffic: a dead server, a row of servers, two servers of one network', async () => {
    const random = new Random(31, 'agreement');
    const servers = subscribers(random, 6);
    const host = '10.0.0.5';
    const log = await writeLog(join(scratch, 'planted.log'), [
      ...paced(random, 3600, 6300, 23).map((at) => ({
        at,
        from: host,
        to: '161.97.80.9',
        port: 443,
        back: 0,
      })),
      ...paced(random, 0, 3 * day, 900, 0.1).map((at, n) => ({
        ...{ at, from: host, to: servers[Math.floor(n / 8) % 6] ?? '', port: 449 },
      })),
      ...['24.9.151.63', '24.9.160.17'].flatMap((to) =>
        paced(random, 0, 3 * day, 1800, 0.02).map((at) => ({ at, from: host, to, port: 443, out: 700 })),
      ),
      ...browsing(random, host, 3),
    ]);
    expect(await disagreements(log)).toEqual([]);
  });

  test.skipIf(sets.length === 0).each(sets.map((path) => [path.split('/').slice(-2).join('/'), path]))(
    'of %s',
    { timeout: 120_000 },
    async (_, path) => {
      expect(await disagreements(path)).toEqual([]);
    },
  );
});

import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressLines } from '../../src/report/ip.ts';
import { plainPage } from '../../src/report/page.ts';
import { openWorkspace, type Workspace } from '../../src/workspace/workspace.ts';
import { northsouth } from '../cli/program.ts';

const day = 86_400;
const may = 1_777_593_600; // 2026-05-01T00:00:00Z
const june = 1_780_272_000; // 2026-06-01T00:00:00Z
// Of three networks: several hosts that keep one pace to the same network speak against C2.
const [known, grown, fresh] = ['161.97.80.9', '146.70.9.205', '45.61.136.10'];

/** Both records of one exchange, as default v2 lines. */
function exchange(at: number, peer: string, out: number, port = 443, n = 0, host = '10.0.0.5'): string[] {
  const source = 40_000 + n;
  const tail = `${at} ${at + 2} ACCEPT OK`;
  return [
    `2 123456789012 eni-1 ${host} ${peer} ${source} ${port} 6 6 ${out} ${tail}`,
    `2 123456789012 eni-1 ${peer} ${host} ${port} ${source} 6 5 400 ${tail}`,
  ];
}

/** A call every two minutes for more than a day: one of less is low anyway. */
const beacon = (host: string, peer: string, out = 600) =>
  Array.from({ length: 720 }, (_, n) => exchange(june + n * 125, peer, out, 443, n, host)).flat();

/** Five days with one exchange each; the third is the largest. */
const ofMay = Array.from({ length: 5 }, (_, n) => [
  ...exchange(may + n * day + 3600, known, 1000 * (n === 2 ? 9 : n + 1)),
  ...exchange(may + n * day + 7200, grown, 200_000),
]).flat();
const ofJune = [
  ...beacon('10.0.0.5', known),
  ...beacon('10.0.0.6', grown, 20_000),
  ...beacon('10.0.0.7', fresh),
  ...[1, 2, 3, 4].flatMap((n) => exchange(june + 40 * n, grown, 100, 8443, n)),
];

let root = '';
const at = (name: string) => join(root, name);
const opened: Workspace[] = [];

async function workspaceOf(name: string, logs: readonly string[]): Promise<Workspace> {
  const workspace = await openWorkspace({ workspace: at(name), create: true });
  opened.push(workspace);
  for (const [index, log] of logs.entries()) {
    await writeFile(at(`${name}-${index}.log`), log);
    await workspace.load([at(`${name}-${index}.log`)]);
  }
  return workspace;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'northsouth-baseline-'));
});
afterAll(async () => {
  for (const workspace of opened) await workspace.close();
  await rm(root, { recursive: true, force: true });
});

describe('what is new', () => {
  test('is what has its first record ever at or after the time, whatever the order of loading', async () => {
    const [a, b, c] = [
      exchange(june, known, 1),
      exchange(june + 100, grown, 1),
      exchange(june + 200, fresh, 1),
    ];
    const again = exchange(june + 300, known, 1, 443, 1);
    const workspace = await workspaceOf('order', [[...again, ...c].join('\n'), b.join('\n'), a.join('\n')]);
    const seen = await workspace.query('SELECT peer, first_seen, last_seen FROM peers ORDER BY peer');
    expect(seen.rows).toEqual(
      [
        [grown, june + 100, june + 102],
        [fresh, june + 200, june + 202],
        [known, june, june + 302],
      ].sort((x, y) => (String(x[0]) < String(y[0]) ? -1 : 1)),
    );
    const peersSince = async (newSince: number) =>
      (await workspace.top({ group: 'peer', newSince, all: true })).map(({ peer }) => peer).sort();
    expect(await peersSince(june + 100)).toEqual([grown, fresh].sort());
    expect(await peersSince(june + 101)).toEqual([fresh]);
    expect(await peersSince(june + 201)).toEqual([]);
    expect(await workspace.newPeers(june + 100)).toEqual({
      ...{ since: '2026-06-01T00:01:40Z', peers: 2, of: 3, recordsFrom: '2026-06-01T00:00:00Z' },
      ...{ baselinesFrom: null, isBlind: false },
    });
    // From the first record on everything is new, for want of older ones.
    expect(await workspace.newPeers(june)).toMatchObject({ peers: 3, of: 3, isBlind: true });
    const { stdout, stderr } = await northsouth([
      ...['top', '--new-since', '2026-06-01', '--workspace', at('order'), '--group', 'peer', '--all'],
    ]);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      'Everything is new, because records begin at 2026-06-01T00:00:00Z and no baseline is in use',
    );
    expect(stdout).toContain(fresh);
  });
});

describe('a baseline', () => {
  let later: Workspace;

  beforeAll(async () => {
    const earlier = await workspaceOf('may', [ofMay.join('\n')]);
    const exported = await earlier.exportBaseline(at('may.parquet'));
    expect(exported).toMatchObject({ peers: 2, locals: 1, rows: 4 - 1, leftOut: 0 });
    later = await workspaceOf('june', [ofJune.join('\n')]);
  });

  test('says of days what they were like, and holds no record', async () => {
    await later.importBaseline(at('may.parquet'), 'may');
    const { rows, columns } = await later.query(
      "SELECT * FROM baseline WHERE kind = 'peer' ORDER BY address",
    );
    const named = rows.map((row) => Object.fromEntries(row.map((value, n) => [columns[n]?.name, value])));
    const same = {
      baseline: 'may',
      kind: 'peer',
      service_port: 443,
      protocol: 6,
      direction: 'outbound',
      others: 1,
    };
    expect(named).toMatchObject([
      {
        ...{ ...same, address: grown, days: 5, flows: 10, bytes_out: 1_000_000, bytes_in: 2000 },
        ...{ flows_p50: 2, flows_max: 2, bytes_p50: 200_400, bytes_p90: 200_400, bytes_max: 200_400 },
      },
      {
        // Days of 1000, 2000, 9000, 4000 and 5000 bytes out, and 400 in.
        ...{ ...same, address: known, days: 5, flows: 10, bytes_out: 21_000, bytes_in: 2000 },
        ...{ bytes_p50: 4400, bytes_p90: 9400, bytes_max: 9400 },
        ...{ first_seen: may + 3600, last_seen: may + 4 * day + 3602 },
      },
    ]);
  });

  test('is taken once, merges with others, and goes out of use by its name', async () => {
    expect(await later.importBaseline(at('may.parquet'), 'may')).toMatchObject({
      status: 'unchanged',
      name: 'may',
    });
    await copyFile(at('may.parquet'), at('again.parquet'));
    expect(await later.importBaseline(at('again.parquet'))).toMatchObject({
      status: 'unchanged',
      name: 'may',
    });
    const other = await workspaceOf('april', [exchange(may - 20 * day, known, 5).join('\n')]);
    await other.exportBaseline(at('april.parquet'));
    expect(await later.importBaseline(at('april.parquet'))).toMatchObject({ status: 'added', name: 'april' });
    const since = await later.query(`SELECT known_since FROM peers WHERE peer = '${known}'`);
    expect(since.rows).toEqual([[may - 20 * day]]);
    expect((await later.baselines()).map(({ name, peers }) => [name, peers])).toEqual([
      ['april', 1],
      ['may', 2],
    ]);
    await later.removeBaseline('april');
    expect((await later.baselines()).map(({ name }) => name)).toEqual(['may']);
    await expect(later.removeBaseline('april')).rejects.toMatchObject({ code: 'usage.value' });
  });

  test('its peers are not new', async () => {
    const rows = await later.top({ group: 'peer', newSince: june, all: true });
    expect(rows.map(({ peer }) => peer)).toEqual([fresh]);
    expect(await later.newPeers(june)).toMatchObject({
      ...{ peers: 1, of: 3, isBlind: false, baselinesFrom: '2026-05-01T01:00:00Z' },
    });
    const hunt = await later.hunt({ newSince: june, all: true });
    expect(new Set(hunt.top.map(({ dstAddr }) => dstAddr))).toEqual(new Set([fresh]));
    expect(hunt.findings.map(({ peer }) => peer)).toEqual([fresh]);
    expect(hunt.newPeers).toMatchObject({ peers: 1, of: 3 });
  });

  test('findings say since when the peer is known, and lower what was usual by one visible step', async () => {
    const { findings } = await later.findings({ severity: 'info', question: 'c2' });
    const about = (peer: string) => findings.find((one) => one.peer === peer && one.servicePort === 443);
    expect(about(known)?.counterEvidence).toContain(
      'known since 2026-05-01 from baseline may: 443/tcp on 5 days',
    );
    expect(about(known)?.severitySteps.at(-1)).toEqual({
      because:
        'known since 2026-05-01 from baseline may: 443/tcp on 5 days, and no day of it has ten times the bytes',
      steps: -1,
    });
    // 692 exchanges of 20,400 bytes on the first day are 14.1 MB, against 200.4 kB on every day of May.
    expect(about(grown)?.evidence.at(-1)).toContain('at least ten times the 200');
    expect(about(grown)?.severitySteps.some(({ because }) => because.includes('baseline'))).toBe(false);
    expect(about(fresh)?.evidence).toContain(
      'the peer is in none of what was normal before: baseline may (2026-05-01 to 2026-05-05)',
    );
  });

  test('the page of an address says it too, with what is different now', async () => {
    const report = await later.ip(grown);
    expect(report.baselines).toMatchObject([
      { baseline: 'may', days: 5, ports: [{ servicePort: 443, days: 5 }] },
    ]);
    expect(report.baselineChanges).toHaveLength(2);
    expect(report.baselineChanges[1]).toBe('8443/tcp outbound is new: the baseline has 443/tcp');
    const text = addressLines(report, 3, plainPage(200)).join('\n');
    expect(text).toContain(
      'Known since 2026-05-01 02:00 from baseline may, until 2026-05-05 02:00: 443/tcp outbound on 5 days',
    );
    expect(text).toContain('Different now: its largest day on 443/tcp has');
    expect((await later.ip(fresh)).baselines).toEqual([]);
  });

  test('in a workspace without any record it is kept for those to come', async () => {
    const empty = await workspaceOf('empty', []);
    expect(await empty.importBaseline(at('may.parquet'))).toMatchObject({ status: 'added', name: 'may' });
    await expect(empty.exportBaseline(at('none.parquet'))).rejects.toMatchObject({
      code: 'input.nothing-readable',
    });
    await writeFile(at('late.log'), exchange(june, known, 5).join('\n'));
    await empty.load([at('late.log')]);
    expect(await empty.newPeers(june)).toMatchObject({ peers: 0, of: 1, isBlind: false });
  });

  test('what is none is refused, and leaves nothing behind', async () => {
    const empty = await workspaceOf('refused', []);
    await writeFile(at('text.parquet'), 'no Parquet');
    await expect(empty.importBaseline(at('text.parquet'))).rejects.toMatchObject({
      code: 'input.nothing-readable',
    });
    await later.exportView('peers', at('peers.parquet'));
    await expect(empty.importBaseline(at('peers.parquet'))).rejects.toMatchObject({
      message: expect.stringContaining('it does not say that it is one'),
    });
    await expect(empty.importBaseline(at('may.parquet'), '../evil')).rejects.toMatchObject({
      code: 'usage.value',
    });
    await expect(empty.importBaseline(at('nowhere.parquet'))).rejects.toMatchObject({
      code: 'input.not-found',
    });
    expect(await empty.baselines()).toEqual([]);
  });

  test('the program lists, exports and removes', async () => {
    const run = (...words: string[]) => northsouth(['baseline', ...words, '--workspace', at('june')]);
    expect((await run()).stdout).toMatch(/may +2026-05-01 +2026-05-05/);
    expect(JSON.parse((await run('list', '--json')).stdout).baselines).toHaveLength(1);
    expect((await run('export', '-o', at('june.parquet'))).stderr).toContain(
      'Wrote what was normal from 2026-06-01',
    );
    expect((await run('import', at('june.parquet'))).stdout).toContain('Baseline june is in use: 3 peers');
    expect(await run('remove', 'june')).toMatchObject({ code: 0 });
    expect(await run('export')).toMatchObject({ code: 2 });
    expect(await run('export', '-o', 'june.csv')).toMatchObject({ code: 2 });
  });
});

test('a peer that records name behind a gateway only is new for findings too', async () => {
  const v2 =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
  // The gateway's own interface: both ends as it sees them are private, the packet's own destination is not.
  const lines = Array.from({ length: 720 }, (_, n) => {
    const at = june + n * 60;
    const tail = `${at} ${at + 2} ACCEPT OK`;
    return [
      `2 123456789012 eni-1 10.0.0.5 10.0.9.9 ${40_000 + n} 443 6 6 600 ${tail} 10.0.0.5 ${fresh}`,
      `2 123456789012 eni-1 10.0.9.9 10.0.0.5 443 ${40_000 + n} 6 5 400 ${tail} ${fresh} 10.0.0.5`,
    ];
  }).flat();
  const log = `${[`${v2} pkt-srcaddr pkt-dstaddr`, ...lines].join('\n')}\n`;
  const workspace = await workspaceOf('gateway', [log]);
  const peersSince = async (newSince: number) =>
    (await workspace.findings({ newSince, severity: 'info', unsettled: true })).findings.map(
      ({ peer }) => peer,
    );
  expect(await peersSince(june)).toContain(fresh);
  expect(await peersSince(june + 1)).not.toContain(fresh);
});

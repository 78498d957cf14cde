import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newFolder, northsouth, smallDemo, start } from '../cli/program.ts';
import { around, entity, type FakeRegistry, fakeRegistry, homeWith, network, send } from './fake-registry.ts';

const evil = '\u001b]0;owned\u0007<script>alert(1)</script>\u202e';
const folder = newFolder();
const named = ['--workspace', join(folder, 'workspace')];
let lower: FakeRegistry;
let upper: FakeRegistry;
let home = '';

const answering =
  (name: string): FakeRegistry['behave'] =>
  (address, response) =>
    send(
      response,
      network(...around(address), {
        name: `${name}-NET`,
        handle: evil,
        country: 'NL',
        entities: [
          entity(
            ['registrant'],
            [
              ['fn', {}, 'text', `${name} Hosting ${evil}`],
              ['kind', {}, 'text', 'org'],
            ],
          ),
        ],
      }),
    );

const run = (...args: string[]) => northsouth(args, { env: { NORTHSOUTH_HOME: home } });

beforeAll(async () => {
  lower = await fakeRegistry(answering('LOWER'));
  upper = await fakeRegistry(answering('UPPER'));
  home = homeWith({ '0.0.0.0/1': lower.url, '128.0.0.0/1': upper.url, '2000::/3': upper.url });
  const logs = await smallDemo(folder, 8000, 6);
  expect(await run('load', logs, ...named)).toMatchObject({ code: 0 });
  // Registries of this test have no limit worth waiting for.
  writeFileSync(join(folder, 'workspace', 'northsouth.yaml'), 'rdap:\n  other: 6000\n');
});
afterAll(() => {
  lower.close();
  upper.close();
  for (const path of [folder, home]) rmSync(path, { recursive: true, force: true });
});

function forget(): void {
  for (const registry of [lower, upper]) registry.asked.length = 0;
  for (const name of ['answers', 'failures', 'budgets']) {
    rmSync(join(home, 'rdap', name), { recursive: true, force: true });
  }
}

interface Registered {
  readonly registry: { readonly name: string; readonly organisation: string } | null;
}

describe('lookup', () => {
  test('asks nobody without --rdap; with it, it asks about the Internet only, and says so', async () => {
    forget();
    const addresses = ['62.1.2.3', '10.0.0.1', '192.0.2.1', '161.97.101.213', '2a02:1:2::3'];
    const before = await run('lookup', ...addresses, '--json', ...named);
    expect(before).toMatchObject({ code: 0, stderr: '' });
    expect([lower.asked, upper.asked]).toEqual([[], []]);
    expect(JSON.parse(before.stdout)[0]).toMatchObject({ registry: null, registryFailure: null, asked: [] });

    const asked = await run('lookup', ...addresses, '--rdap', '--json', ...named);
    expect([lower.asked.length, upper.asked.length]).toEqual([1, 2]);
    const rows = JSON.parse(asked.stdout) as (Registered & { asked: string[] })[];
    expect(rows.map(({ registry }) => registry?.name ?? null)).toEqual([
      'LOWER-NET',
      null,
      null,
      'UPPER-NET',
      'UPPER-NET',
    ]);
    expect(rows.map((row) => row.asked)).toEqual([[lower.host], [], [], [upper.host], [upper.host]]);
    expect(asked.stderr).toContain(`3 questions to registries: ${lower.host} 1, ${upper.host} 2.`);
    expect(asked.stderr).toContain('IPv4 of 2026-11-01 (downloaded or confirmed ');

    const after = await run('lookup', '62.1.2.99', ...named);
    expect(after.stderr).toBe('');
    expect(after.stdout).toContain(
      'Registered to LOWER Hosting \\x1b]0;owned\\x07<script>alert(1)</script>\\u{202e}, NL',
    );
    expect(after.stdout).toMatch(/block 62\.1\.2\.0\/24 LOWER-NET \(127\.0\.0\.1:\d+, \d{4}-\d\d-\d\d\)/);
    expect(after.stdout).toContain('A registry tells who is responsible');
    expect(asked.stdout + after.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test('counts a range that is declared local as nobody else\u2019s business', async () => {
    forget();
    const ran = await run('lookup', '62.1.2.3', '--rdap', '--local', '62.1.0.0/16', ...named);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(lower.asked).toEqual([]);
  });

  test('says why there is no registration', async () => {
    forget();
    lower.behave = (_, response) => response.writeHead(404).end();
    const ran = await run('lookup', '62.1.2.3', '--rdap', ...named);
    lower.behave = answering('LOWER');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/62\.1\.2\.3\n {2}No registration: 127\.0\.0\.1:\d+ knows no block with it\./);
  });

  test('interrupted keeps what was answered; the next run goes on', async () => {
    forget();
    const addresses = Array.from({ length: 6 }, (_, n) => `62.${n}.0.1`);
    let interrupt = (): void => undefined;
    lower.behave = (address, response) => {
      if (lower.asked.length > 2) interrupt();
      else answering('LOWER')(address, response, undefined as never);
    };
    const running = start(['lookup', ...addresses, '--rdap', ...named], { env: { NORTHSOUTH_HOME: home } });
    interrupt = () => running.child.kill('SIGINT');
    const stopped = await running.finished;
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toContain(
      'Interrupted. What registries answered is kept.\nhint: Run the same command again',
    );
    const kept = readdirSync(join(home, 'rdap', 'answers')).length;
    expect(kept).toBe(2);
    lower.behave = answering('LOWER');
    lower.asked.length = 0;
    expect(await run('lookup', ...addresses, '--rdap', ...named)).toMatchObject({ code: 0 });
    expect(lower.asked).toHaveLength(4);
  });
});

describe('hunt', () => {
  test('asks about the peers of findings first, then about those of the most bytes', async () => {
    forget();
    const silent = await run('hunt', '--json', ...named);
    const before = JSON.parse(silent.stdout);
    expect(before.asked).toEqual({ registries: {}, reverseDns: 0, bootstraps: [], notKept: null });
    expect(before.top[0].registry).toBeNull();
    const { top } = JSON.parse(
      (await run('top', '--group', 'peer', '--by', 'bytes', '--json', ...named)).stdout,
    );
    // Findings name local hosts too, whose registration is no question.
    const isPublic = (address: string): boolean => !/^(?:10\.|172\.|192\.168\.|fd|fc)/.test(address);
    const suspects = [...new Set<string>(before.findings.map(({ peer }: { peer: string }) => peer))].filter(
      isPublic,
    );
    expect(suspects.length).toBeGreaterThan(0);
    const count = suspects.length + 3;
    const largest = top
      .map(({ peer }: { peer: string }) => peer)
      .filter((peer: string) => !suspects.includes(peer));

    const ran = await run('hunt', '--rdap', String(count), '--json', ...named);
    const hunt = JSON.parse(ran.stdout);
    const asked = [...lower.asked, ...upper.asked].map(({ address }) => address);
    expect([...asked].sort()).toEqual([...suspects, ...largest.slice(0, 3)].sort());
    expect(hunt.asked.registries).toEqual({
      [lower.host]: lower.asked.length,
      [upper.host]: upper.asked.length,
    });
    for (const { peer, registry } of hunt.findings) expect(registry === null).toBe(!isPublic(peer));
    expect(hunt.top.some(({ registry }: Registered) => registry !== null)).toBe(true);
    expect({ ...hunt, top: 0, findings: 0, asked: 0 }).toEqual({ ...before, top: 0, findings: 0, asked: 0 });

    forgetQuestions();
    const text = await run('hunt', '--by', 'bytes', ...named);
    expect([lower.asked, upper.asked]).toEqual([[], []]);
    expect(text.stdout).toMatch(/registered to/);
    expect(text.stdout).toMatch(/(?:LOWER|UPPER) Hosting/);
    expect(text.stdout).toMatch(/Registered to: as registries said on \d{4}-\d\d-\d\d\. A registry tells/);
    const findings = JSON.parse((await run('findings', '--json', ...named)).stdout).findings;
    expect(findings.some(({ registry }: Registered) => registry !== null)).toBe(true);
  });

  const forgetQuestions = (): void => {
    for (const registry of [lower, upper]) registry.asked.length = 0;
  };
});

test('ip asks on request, and shows what is kept', async () => {
  forget();
  const { findings } = JSON.parse((await run('findings', '--json', ...named)).stdout);
  const { peer } = findings.find(({ question }: { question: string }) => question === 'exfil') ?? findings[0];
  const json = await run('ip', peer, '--rdap', '--json', ...named);
  const report = JSON.parse(json.stdout);
  expect(report.registry).toMatchObject({ country: 'NL' });
  expect(report.reverseNames).toBeNull();
  expect(Object.values(report.asked.registries)).toEqual([1]);
  const text = await run('ip', peer, ...named);
  expect(text.stderr).toBe('');
  expect(text.stdout).toContain('Registered to ');
});

test('a budget that is no number is refused with its place', async () => {
  const own = newFolder();
  writeFileSync(join(own, 'northsouth.yaml'), 'rdap:\n  lacnic: fast\n');
  const ran = await run('lookup', '62.1.2.3', '--workspace', own);
  rmSync(own, { recursive: true });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(
    'line 2: rdap.lacnic: expected a number from 1 to 6000 (questions a minute), found "fast"',
  );
});

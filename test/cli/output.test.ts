import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newFolder, northsouth, program, smallDemo, startCommand } from './program.ts';

const folder = newFolder();
const workspace = join(folder, 'workspace');
const named = ['--workspace', workspace];
let logs = '';

beforeAll(async () => {
  logs = await smallDemo(folder, 8000, 6);
  expect(await northsouth(['load', logs, ...named])).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const escapeCode = /\x1b/;
const commands: string[][] = [
  ['hunt'],
  ['load'],
  ['top'],
  ['rejects'],
  ['noise'],
  ['lookup', '1.1.1.1'],
  ['sql', 'SELECT peer, count(*) AS n FROM north_south GROUP BY peer ORDER BY n DESC LIMIT 30'],
  ['export', 'files'],
  ['demo', '--records', '1000'],
];

function complete(command: readonly string[]): string[] {
  if (command[0] === 'load') return [...command, logs];
  if (command[0] === 'export') return [...command, '-o', join(folder, 'files.csv')];
  if (command[0] === 'demo') return [...command, '--out', join(folder, 'another'), '--force'];
  return [...command];
}

describe('output', () => {
  test.each(commands)('%s --json is one JSON document and nothing else', async (...command) => {
    const { code, stdout, stderr } = await northsouth([...complete(command), '--json', ...named]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(() => JSON.parse(stdout)).not.toThrow();
    expect(stdout).not.toMatch(escapeCode);
    expect(stdout.endsWith('\n')).toBe(true);
  });

  test.each(commands)('%s has no escape codes where no terminal is', async (...command) => {
    const { code, stdout, stderr } = await northsouth([...complete(command), ...named]);
    expect(code).toBe(0);
    expect(stdout + stderr).not.toMatch(escapeCode);
    expect(stdout + stderr).not.toBe('');
  });

  test('an error with --json is one line of JSON on standard error', async () => {
    const { code, stdout, stderr } = await northsouth(['top', '--by', 'size', '--json', ...named]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'usage.value', message: expect.any(String), hint: expect.any(String) },
    });
    expect(stderr.trim()).not.toContain('\n');
  });

  test('a stack is shown with --debug only', async () => {
    const wrong = ['sql', 'SELECT nothing_like_it', ...named];
    expect((await northsouth(wrong)).stderr).not.toMatch(/\n\s+at /);
    expect((await northsouth([...wrong, '--debug'])).stderr).toMatch(/\n\s+at /);
  });

  test('hunt --json has the keys of the contract', async () => {
    const { stdout } = await northsouth(['hunt', '--json', '--limit', '3', ...named]);
    const answer = JSON.parse(stdout);
    expect(Object.keys(answer)).toEqual(
      expect.arrayContaining(['workspace', 'period', 'funnel', 'dns', 'top', 'findings']),
    );
    expect(Object.keys(answer.funnel)).toEqual(
      expect.arrayContaining(
        'files emptyFiles failedFiles records unreadable duplicate noData skipData rejected accepted eastWest northSouth noise noiseByRule kept toInternet fromInternet shown setAside setAsideByProvider'.split(
          ' ',
        ),
      ),
    );
    expect(answer.top).toHaveLength(3);
    expect(Object.keys(answer.top[0])).toEqual(
      expect.arrayContaining(
        'rank accountId interfaceId srcAddr dstAddr dstPort protocol action flows packets bytes asn network country'.split(
          ' ',
        ),
      ),
    );
    const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
    expect(answer.period).toEqual({ from: expect.stringMatching(iso), to: expect.stringMatching(iso) });
    expect(stdout).not.toMatch(/"N\/A"|: "-"/);
  });

  test('a reader that leaves early ends it quietly', async () => {
    const script = 'set -o pipefail; "$@" | head -1';
    for (const command of [
      ['top', '--limit', '1000'],
      ['sql', 'SELECT * FROM flows', '--format', 'csv'],
      ['hunt', '--json'],
    ]) {
      const run = await northsouth([...command, ...named], { through: ['bash', '-c', script, 'bash'] });
      expect(run, command[0]).toMatchObject({ code: 0, stderr: '' });
      expect(run.stdout.split('\n')).toHaveLength(2);
    }
  });

  test('sql writes tables, CSV and JSON', async () => {
    const query =
      "SELECT 'a,b' AS text, 1 AS one, NULL AS nothing UNION ALL SELECT 'c', 2, NULL ORDER BY one";
    const of = async (...format: string[]) => (await northsouth(['sql', query, ...format, ...named])).stdout;
    expect(await of('--format', 'csv')).toBe('text,one,nothing\n"a,b",1,\nc,2,\n');
    expect(JSON.parse(await of('--format', 'json'))).toMatchObject({
      rows: [
        { text: 'a,b', one: 1, nothing: null },
        { text: 'c', one: 2, nothing: null },
      ],
      truncated: false,
    });
    expect(await of()).toMatch(/^text +one +nothing\n[─ ]+\na,b +1 +NULL\n/);
    const cut = await northsouth(['sql', 'FROM range(10)', '--limit', '3', ...named]);
    expect(cut).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Cut at 3 rows\. --limit N shows more\./),
    });
    const explained = await northsouth(['sql', 'EXPLAIN SELECT 1', ...named]);
    expect(explained.stdout).toMatch(/\n│ +PROJECTION +│\n/);
  });

  test('Ctrl-C stops a query within a second', async () => {
    const endless =
      'SELECT count(*) FROM range(1_000_000) AS a, range(1_000_000) AS b WHERE a.range % 7 = b.range % 11';
    const { child, finished } = startCommand([process.execPath, program, 'sql', endless, ...named]);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const stopped = performance.now();
    child.kill('SIGINT');
    expect(await finished).toMatchObject({ code: 130, stdout: '', stderr: 'northsouth: Interrupted.\n' });
    expect(performance.now() - stopped).toBeLessThan(1000);
  });
});

const hasTerminal = spawnSync('script', ['--version']).status === 0;

describe.runIf(hasTerminal)('on a terminal of 80 columns', () => {
  const onTerminal = (args: readonly string[], env: Record<string, string> = {}) => {
    const words = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    const shell = `stty cols 80 rows 24; ${words.join(' ')}`;
    return startCommand(['script', '-qec', shell, '/dev/null'], { env: { TERM: 'xterm-256color', ...env } })
      .finished;
  };
  const visible = (text: string) =>
    text.replaceAll(/\x1b\[[\d;]*[A-Za-z]/g, '').replaceAll(/.*\r(?!\n)/g, '');

  test.each(commands)('%s fits', async (...command) => {
    const { code, stdout } = await onTerminal([...complete(command), ...named]);
    expect(code).toBe(0);
    const lines = visible(stdout.replaceAll('\r\n', '\n')).split('\n');
    // What is to be typed is never broken.
    const long = lines.filter(
      (line) => [...line].length > 80 && !line.includes('northsouth.js') && !line.includes(folder),
    );
    expect(long).toEqual([]);
  });

  test('colours are there, and NO_COLOR takes them away', async () => {
    const colour = /\x1b\[\d+m/;
    expect((await onTerminal(['top', ...named])).stdout).toMatch(colour);
    expect((await onTerminal(['top', ...named], { NO_COLOR: '1' })).stdout).not.toMatch(colour);
    expect((await onTerminal(['top', '--no-color', ...named])).stdout).not.toMatch(colour);
  });
});

describe('where things are', () => {
  test('NORTHSOUTH_WORKSPACE names the workspace, --workspace wins', async () => {
    const env = { NORTHSOUTH_WORKSPACE: workspace };
    expect(await northsouth(['top', '--limit', '1'], { cwd: folder, env })).toMatchObject({ code: 0 });
    const other = await northsouth(['top', '--workspace', join(folder, 'none')], { env });
    expect(other).toMatchObject({ code: 3, stderr: expect.stringMatching(/no workspace at .*none/) });
    expect(existsSync(join(folder, '.northsouth'))).toBe(false);
  });

  test('relative paths, spaces and quotes, and a workspace inside the logs', async () => {
    const place = join(folder, `it's a "place" $HOME`);
    mkdirSync(place);
    const moved = join(place, 'flow logs');
    spawnSync('cp', ['-r', logs, moved]);
    const first = await northsouth(['hunt', 'flow logs', '--workspace', 'flow logs/my workspace', '--json'], {
      cwd: place,
    });
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Loaded [\d,]+ records from 6 files/),
    });
    const again = await northsouth(
      ['hunt', './flow logs/../flow logs', '--workspace', 'flow logs/my workspace', '--json'],
      { cwd: place },
    );
    expect(again.code).toBe(0);
    expect(again.stderr).toMatch(/Nothing new|already/i);
    expect(JSON.parse(again.stdout).funnel).toEqual(JSON.parse(first.stdout).funnel);
    const whole = await northsouth(['load', '.', '--workspace', 'flow logs/my workspace', '--json'], {
      cwd: place,
    });
    expect(JSON.parse(whole.stdout)).toMatchObject({ files: 0, alreadyLoaded: 6, records: 0 });
    const text = await northsouth(['hunt', '--workspace', 'flow logs/my workspace'], { cwd: place });
    const proposed = /^Next: (.+?)(?: {2}|$)/m.exec(text.stdout)?.[1] ?? '';
    expect(spawnSync('bash', ['-c', proposed], { cwd: place, encoding: 'utf8' })).toMatchObject({
      status: 0,
    });
    renameSync(moved, `${logs}-moved`);
  });

  test('--local and --internet count for the run, --threads and --memory do not change the answer', async () => {
    const ask = async (...flags: string[]) =>
      JSON.parse((await northsouth(['hunt', '--json', '--limit', '1', ...flags, ...named])).stdout).funnel;
    const plain = await ask();
    expect(await ask('--threads', '1', '--memory', '300MB')).toEqual(plain);
    expect((await ask('--local', '0.0.0.0/0', '--local', '::/0')).northSouth).toBe(0);
    expect((await ask('--internet', '10.0.0.0/8')).northSouth).toBeGreaterThan(plain.northSouth);
    expect(await ask()).toEqual(plain);
  });

  test('a switched noise rule counts in the next hunt', async () => {
    const northSouth = async () =>
      JSON.parse((await northsouth(['hunt', '--json', '--limit', '1', ...named])).stdout).funnel;
    const before = await northSouth();
    expect(before.noise).toBeGreaterThan(0);
    expect(await northsouth(['noise', 'off', 'NTP', ...named])).toMatchObject({ code: 0 });
    expect((await northSouth()).noise).toBe(0);
    expect(readFileSync(join(workspace, 'noise.yaml'), 'utf8')).toMatch(/on: false/);
    expect(await northsouth(['noise', 'on', 'ntp', ...named])).toMatchObject({ code: 0 });
    expect(await northSouth()).toEqual(before);
  });

  test('what is proposed to be typed names the program as it was started', async () => {
    const { stdout } = await northsouth(['hunt', ...named], { cwd: folder });
    expect(stdout).toContain(`Next: node ${relative(folder, program)} top`);
  });
});

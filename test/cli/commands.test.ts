import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newFolder, northsouth, smallDemo } from './program.ts';

const folder = newFolder();
const workspace = join(folder, 'workspace');
const named = ['--workspace', workspace];
let logs = '';

beforeAll(async () => {
  mkdirSync(join(folder, 'empty'));
  logs = await smallDemo(folder, 8000, 6);
  expect(await northsouth(['load', logs, ...named])).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every command that `--help` lists. */
async function commandsOf(): Promise<string[]> {
  const { stdout } = await northsouth(['--help']);
  return [...stdout.matchAll(/^ {2}([a-z]+) +[A-Z]/gm)].map(([, name = '']) => name);
}

describe('help', () => {
  test('lists the commands, without one it is shown too', async () => {
    const help = await northsouth(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing readable found, 130/);
    expect(await commandsOf()).toEqual(
      expect.arrayContaining(['hunt', 'load', 'top', 'rejects', 'noise', 'lookup', 'sql', 'export', 'demo']),
    );
    expect((await northsouth([])).stdout).toBe(help.stdout);
  });

  test('of every command has an example that begins with it, and fits 80 columns', async () => {
    for (const command of await commandsOf()) {
      const { code, stdout, stderr } = await northsouth([command, '--help']);
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' });
      expect(stdout, command).toMatch(new RegExp(`\\nExamples\\n {2}.*\\b${command}\\b`));
      for (const flag of ['--workspace', '--json', '--threads', '--memory', '--help'])
        expect(stdout).toContain(flag);
      for (const line of stdout.split('\n').filter((text) => !text.includes('northsouth.js')))
        expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  test('--version is that of the package', async () => {
    expect(await northsouth(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('wrong usage ends with 2 and says what is right', () => {
  test.each([
    [['hnut'], /There is no command "hnut"\.\nhint: Did you mean .* hunt\?/],
    [['--limit'], /--limit stands before the command/],
    [['top', '--limt', '5'], /There is no flag --limt\.\nhint: Did you mean --limit\?/],
    [['top', '--limit', 'five'], /--limit: .*"five" is not a number|"five" is not a number/],
    [['top', '--limit', '0'], /1 or more/],
    [['top', '--limit', '-1'], /-1/],
    [['top', '--by', 'size'], /--by "size" is not known.*\nhint: Choose from flows, bytes, packets/],
    [['top', '--group', 'city'], /--group "city" is not known/],
    [['top', 'extra'], /one argument too many/],
    [['top', '--memory', '5'], /too little/],
    [['top', '--memory', 'lots'], /is not a size/],
    [['top', '--threads', '0'], /1 to 1024/],
    [['top', '--from', 'yesterday'], /is not a time.*\nhint: Write it as 2026-05-28/],
    [['top', '--from', '2026-13-01'], /is not a time/],
    [['top', '--from', '2026-06-02', '--to', '2026-06-01'], /--from is not before --to/],
    [['noise', '--from', '2026-06-02', '--to', '2026-06-01'], /--from is not before --to/],
    [['top', '--local', 'home'], /home/],
    [['top', '--local', '10.0.0.0/33'], /10\.0\.0\.0\/33/],
    [['hunt', '--internet', '300.0.0.0/8'], /300\.0\.0\.0\/8/],
    [['lookup'], /ADDRESS/],
    [['lookup', 'example.org'], /"example\.org" is not an IP address/],
    [['lookup', '8.8.8.8', '--internet', 'x'], /x/],
    [['sql'], /SQL/],
    [['sql', 'SELECT', '1'], /more than one argument/],
    [['sql', 'SELECT 1', '--format', 'xml'], /--format "xml" is not known/],
    [['load'], /PATH/],
    [['load', '.', '--format', '  '], /The value is empty/],
    [['noise', 'kill', 'ntp'], /noise cannot "kill" anything/],
    [
      ['noise', 'off', 'nothing'],
      /There is no noise rule and no set-aside named nothing\.\nhint: The names are ntp/,
    ],
    [['noise', 'off'], /needs the name/],
    [['demo', '--plant', 'tree'], /"tree" is not known/],
    [['demo', '--records', '10'], /records is 10/],
    [['demo', '--window', '61'], /61/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await northsouth(
      [...args, ...(args[0] === 'hnut' || args[0] === '--limit' ? [] : named)],
      { cwd: folder },
    );
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^northsouth: [^\n]+(?:\nhint: [^\n]+)?\n$/);
  });
});

describe('a period', () => {
  test.each(['load', 'rejects', 'lookup', 'sql', 'export', 'demo'])(
    'means nothing to %s, which says so',
    async (command) => {
      const { code, stderr } = await northsouth([command, '--from', '2026-06-01', ...named]);
      expect(stderr).toMatch(
        new RegExp(
          `^northsouth: ${command} looks at no period, so that --from means nothing to it\\.\nhint: `,
        ),
      );
      expect(code).toBe(2);
    },
  );

  test.each(['hunt', 'top', 'noise'])('bounds %s', async (command) => {
    const of = async (...period: string[]) =>
      JSON.parse((await northsouth([command, '--json', ...period, ...named])).stdout);
    const all = await of();
    const none = await of('--from', '2030-01-01');
    const some = await of('--to', '2026-06-01T06:00Z');
    const size = (answer: typeof all): number =>
      command === 'hunt'
        ? answer.funnel.northSouth
        : command === 'top'
          ? answer.top.reduce((sum: number, { flows }: { flows: number }) => sum + flows, 0)
          : answer.rules[0].records;
    expect(size(none)).toBe(0);
    expect(size(some)).toBeGreaterThan(0);
    expect(size(some)).toBeLessThan(size(all));
  });
});

describe('nothing readable ends with 3 and says what was looked for', () => {
  const place = (name: string): string => join(folder, name);

  test.each(['load', 'hunt'])('%s', async (command) => {
    mkdirSync(place('papers'), { recursive: true });
    writeFileSync(place('papers/readme.md'), '# Hello\n');
    mkdirSync(place('letters'), { recursive: true });
    writeFileSync(place('letters/letter.log'), 'Dear Sir,\nthis is no flow log.\n');
    writeFileSync(place('letters/empty.log'), '');
    const looked =
      /Looked for VPC or Transit Gateway flow logs, and for DNS query logs, as text \(plain, gzip, zstd\), Parquet/;
    for (const [path, message] of [
      [place('empty'), /There is no flow log in .*empty: no file is there\./],
      [place('papers'), /There is no flow log in .*papers: the only files there are 1/],
      [place('letters'), /No record could be read in .*letters/],
      [place('letters'), /nor was any when they were read before/],
      [place('letters/empty.log'), /nor was any when they were read before/],
    ] as const) {
      const { code, stdout, stderr } = await northsouth([
        command,
        path,
        '--workspace',
        place(`nothing-${command}`),
      ]);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(looked);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    }
    for (const path of ['nowhere', 'nowhere/*.gz', "it's not here", '/']) {
      if (path === '/') continue;
      const { code, stderr } = await northsouth([command, path, '--workspace', place('nothing')], {
        cwd: folder,
      });
      expect(stderr).toMatch(
        /^northsouth: There is no file or folder .*\.\nhint: Give a file, a folder or a quoted glob/,
      );
      expect(code).toBe(3);
    }
  });

  test.each([
    ['hunt'],
    ['top'],
    ['rejects'],
    ['noise'],
    ['sql', 'SELECT 1'],
    ['export', 'flows', '-o', 'a.csv'],
  ])('%s without a workspace', async (...args) => {
    const { code, stdout, stderr } = await northsouth(args, { cwd: place('empty') });
    expect(stderr).toMatch(
      /^northsouth: There is no workspace at .*\/empty\/\.northsouth\.\nhint: Make one with .+ hunt PATH/,
    );
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  });

  test('lookup needs none and makes none', async () => {
    const { code, stdout } = await northsouth(['lookup', '8.8.8.8', '2001:db8::1', '--json'], {
      cwd: place('empty'),
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ asn: 15169, scope: 'internet' }, { scope: 'documentation' }]);
  });
});

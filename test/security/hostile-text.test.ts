import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newFolder, northsouth } from '../cli/program.ts';

const folder = newFolder();
const workspace = join(folder, 'workspace');
/** Text that would clear the screen, set its title, turn the reading direction, or fake a line of ours. */
const hostile = '\x1b[2J\x1b]0;owned\x07\u202eabc\u2066\u200b\r\x9b31m\x08\x7f';
const logs = join(folder, `logs \x1b[31m\u202ered\nnorthsouth: all is well`);

beforeAll(async () => {
  mkdirSync(logs);
  const header =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status evil\x1b[1m';
  const record = `2 123456789012 ${hostile.replaceAll(/\s/g, '')} 10.0.0.1 8.8.4.4 50000 443 6 10 1000 1780272000 1780272060 ACCEPT OK ${hostile.replaceAll(/\s/g, '')}`;
  writeFileSync(join(logs, 'records.log'), `${header}\n${record}\n${hostile} no record\n=1+1 \x1b[5m\n`);
  writeFileSync(join(logs, 'other \x1b[7m.log'), `${hostile} is no flow log at all\n`);
  const loaded = await northsouth(['load', logs, '--workspace', workspace]);
  expect(loaded).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Control characters but the line feed, and characters that turn or hide text. */
const unsafe = /[^\n\P{Cc}]|[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

describe('hostile text from a log', () => {
  const named = ['--workspace', workspace];
  test.each([
    ['load', logs],
    ['hunt', logs],
    ['hunt', logs, '--json'],
    ['top', '--all'],
    ['top', '--all', '--json'],
    ['top', '--all', '--show-sql'],
    ['rejects'],
    ['rejects', '--json'],
    ['noise'],
    ['sql', 'SELECT interface_id, path, reason FROM flows, rejects'],
    ['sql', 'SELECT * FROM rejects'],
    ['sql', 'FROM flows'],
    ['sql', 'DESCRIBE flows'],
    ['sql', 'FROM flows', '--json'],
    ['sql', `SELECT '${hostile}' AS "${hostile}"`],
    ['sql', `SELECT ${hostile}`],
    ['lookup', hostile],
    ['load', join(folder, hostile)],
    ['load', logs, '--format', hostile],
    ['noise', 'off', hostile],
    ['export', hostile, '-o', join(folder, 'a.csv')],
    ['top', '--by', hostile],
    ['top', `--${hostile}`],
    [hostile],
  ])('is shown and not obeyed: %j', async (...args) => {
    const { code, stdout, stderr } = await northsouth([
      ...args,
      ...(args.length > 1 || args[0] === 'rejects' || args[0] === 'noise' ? named : []),
    ]);
    expect(stdout).not.toMatch(unsafe);
    expect(stderr).not.toMatch(unsafe);
    expect(stdout + stderr).not.toMatch(/^northsouth: all is well/m);
    expect([0, 1, 2, 3]).toContain(code);
    expect(stderr).not.toMatch(/defect of northsouth/);
  });

  test('comes out whole where a program reads it', async () => {
    const { stdout } = await northsouth(['sql', 'SELECT interface_id FROM flows', '--json', ...named]);
    expect(JSON.parse(stdout).rows).toEqual([{ interface_id: hostile.replaceAll(/\s/g, '') }]);
  });
});

import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Finished, newFolder, northsouth, smallDemo } from '../cli/program.ts';

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fresh = join(folder, 'fresh');

beforeAll(async () => {
  const logs = await smallDemo(folder, 4000, 8);
  expect((await northsouth(['load', logs, '--workspace', fresh])).code).toBe(0);
});

const marked = ['198.51.100.1', '198.51.100.2'];
/** First commands of several windows that are opened on one workspace: what is kept has to be made by all of them. */
const commands: readonly (readonly string[])[] = [
  ...[['hunt'], ['findings'], ['coverage'], ['ip', '146.70.14.27'], ['noise']],
  ...marked.map((address) => ['mark', address, 'benign']),
  ['sql', 'SELECT count(*) FROM sessions'],
];

describe('first commands at once on a fresh workspace', () => {
  test('all give their answers, none loses a mark, and the answers are those of one alone', {
    timeout: 600_000,
  }, async () => {
    const alone = join(folder, 'alone');
    cpSync(fresh, alone, { recursive: true });
    const answer = async (workspace: string, command: readonly string[]): Promise<Finished> =>
      northsouth([...command, '--workspace', workspace, '--json', '--threads', '1']);
    const findings = async (workspace: string) =>
      (JSON.parse((await answer(workspace, ['findings'])).stdout) as { findings: unknown[] }).findings;
    const expected = await findings(alone);

    for (let round = 0; round < 2; round++) {
      const workspace = join(folder, `round-${round}`);
      cpSync(fresh, workspace, { recursive: true });
      rmSync(join(workspace, 'derived'), { recursive: true, force: true });
      const ends = await Promise.all(commands.map((command) => answer(workspace, command)));
      expect(ends.filter(({ code }) => code !== 0)).toEqual([]);
      const { marks } = JSON.parse((await answer(workspace, ['marks'])).stdout) as {
        marks: { target: string }[];
      };
      expect(marks.map(({ target }) => target).sort()).toEqual(marked);
      expect(await findings(workspace)).toEqual(expected);
      expect(readdirSync(join(workspace, 'tmp'))).toEqual([]);
    }
  });

  test('of which each switches something off, all count', async () => {
    const workspace = join(folder, 'switched');
    cpSync(fresh, workspace, { recursive: true });
    for (const file of ['noise.yaml', 'set-asides.yaml']) rmSync(join(workspace, file), { force: true });
    const names = ['Amazon', 'Google', 'Microsoft', 'Canonical', 'ntp'];
    const ends = await Promise.all(
      names.map((name) => northsouth(['noise', 'off', name, '--workspace', workspace])),
    );
    expect(ends.filter(({ code }) => code !== 0)).toEqual([]);
    const { stdout } = await northsouth(['noise', '--workspace', workspace, '--json']);
    const found = JSON.parse(stdout) as Record<'rules' | 'setAsides', { name: string; on: boolean }[]>;
    const on = [...found.rules, ...found.setAsides].filter((one) => one.on).map(({ name }) => name);
    expect(names.filter((name) => on.includes(name))).toEqual([]);
  });
});

import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { plainPage } from '../report/page.ts';
import { sampleHunt, sampleLoad } from '../report/samples.test.ts';
import type { Call } from './fake-world.test.ts';
import { northsouth, type Situation } from './fake-world.test.ts';
import { soFarLines } from './so-far.ts';

/** A load of three steps, and what is asked meanwhile. */
function stepwise(steps: readonly number[], situation: Situation = {}) {
  const counted: unknown[] = [];
  const workspace: Situation['workspace'] = {
    load: async (_, options) => {
      for (const records of steps) await options?.onCommitted?.(records);
      return sampleLoad;
    },
    hunt: async (options) => {
      const { onCounted, ...asked } = options ?? {};
      counted.push(asked);
      onCounted?.(sampleHunt);
      return sampleHunt;
    },
  };
  return { counted, situation: { ...situation, workspace: { ...workspace, ...situation.workspace } } };
}

/** What is on a terminal when so much was written to it; lines are never wrapped here. */
function screenAfter(text: string): string {
  const lines = [''];
  let row = 0;
  for (const [piece] of text.matchAll(/\x1b\[(\d*)([A-Za-z])|\r|\n|[^\x1b\r\n]+/g)) {
    const moved = /^\x1b\[(\d*)([A-Za-z])$/.exec(piece);
    if (piece === '\n') lines[++row] ??= '';
    else if (moved?.[2] === 'A') row -= Number(moved[1]);
    else if (moved?.[2] === 'J') lines.splice(row, lines.length, '');
    else if (moved?.[2] === 'K') lines[row] = '';
    else if (moved === null && piece !== '\r') lines[row] = piece;
  }
  return lines.join('\n').trimEnd();
}

test('a terminal shows funnel and destinations of what is read, refined at four times the records', async () => {
  const { counted, situation } = stepwise([1000, 3999, 4000, 15_000], { terminal: 100 });
  const ran = await northsouth(['hunt', 'logs', '--rdap', '3', '--by', 'bytes'], situation);
  expect(ran.code).toBe(0);
  const asked = { by: 'bytes', limit: 1000, all: false };
  // No registry is asked before the end.
  expect(counted).toEqual([
    { ...asked, findings: false },
    { ...asked, findings: false },
    { ...asked, rdap: 3, onRegistryProgress: expect.any(Function) },
  ]);
  // Twice counted, and once more below what is said of the load.
  expect(ran.err.match(/So far, of /g)).toHaveLength(3);
  expect(ran.err).toContain('; findings follow');
  expect(screenAfter(ran.err)).not.toMatch(/So far|findings follow|north\/south/);
  expect(ran.out).not.toContain('So far');
});

test.each([
  ['a pipe', ['hunt', 'logs'], {}],
  ['--json', ['hunt', 'logs', '--json'], { terminal: 100 }],
  ['a result that goes to a file', ['hunt', 'logs'], { terminal: 100, stdout: { isTerminal: false } }],
  ['a terminal that cannot move its cursor', ['hunt', 'logs'], { terminal: 100, env: { TERM: 'dumb' } }],
] as const)('%s sees only the end', async (_, argv, where) => {
  const { counted, situation } = stepwise([1000, 4000], where);
  const ran = await northsouth(argv, situation);
  expect(counted).toHaveLength(1);
  expect(ran.err).not.toContain('So far');
});

test('what cannot be counted yet stops nothing', async () => {
  const calls: Call[] = [];
  const { situation } = stepwise([1000], { terminal: 80 });
  const hunt = async (options: { findings?: boolean } = {}) => {
    calls.push({ name: 'hunt', with: [options] });
    if (options.findings === false) throw new Error('no memory');
    return sampleHunt;
  };
  const ran = await northsouth(['hunt', 'logs'], {
    ...situation,
    workspace: { ...situation.workspace, hunt },
  });
  expect(ran.code).toBe(0);
  expect(calls).toHaveLength(2);
});

test('Ctrl-C takes everything off the terminal at once, and nothing comes back', async () => {
  const interrupt = new AbortController();
  let atInterrupt = '';
  const written: string[] = [];
  const { situation } = stepwise([], { terminal: 80, signal: interrupt.signal });
  const ran = await northsouth(['hunt', 'logs'], {
    ...situation,
    workspace: {
      ...situation.workspace,
      load: async (_, options) => {
        await options?.onCommitted?.(1000);
        interrupt.abort();
        atInterrupt = written.join('');
        await options?.onCommitted?.(100_000);
        throw new Error('interrupted');
      },
    },
    stderr: { write: async (text: string) => void written.push(text) },
  });
  expect(ran.code).toBe(130);
  expect(atInterrupt).toContain('So far');
  expect(screenAfter(atInterrupt)).toBe('');
  expect(written.join('').match(/So far/g)).toHaveLength(1);
});

test.each([20, 40, 80, 160])('the lines fit %d columns', (width) => {
  for (const rows of [1, 5, 12, 22, 60]) {
    const lines = soFarLines('So far, of 3 records', sampleHunt, plainPage(width), rows);
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(Math.max(width, 20));
  }
});

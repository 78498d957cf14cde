import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const tutorial = readFileSync(join(root, 'docs', 'tutorial.md'), 'utf8');

/** One `sh` block, and the lines that the `text` blocks behind it say it prints. */
interface Step {
  readonly script: string;
  readonly excerpt: readonly string[];
}

function stepsOf(markdown: string): Step[] {
  const steps: { script: string; excerpt: string[] }[] = [];
  for (const [, language, body = ''] of markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    if (language === 'sh') steps.push({ script: body, excerpt: [] });
    if (language === 'text') steps.at(-1)?.excerpt.push(...body.trimEnd().split('\n'));
  }
  return steps;
}

/** What stands between the elisions of an excerpt's line. */
function isPrinted(line: string, printed: readonly string[]): boolean {
  const parts = line.trimEnd().split('…');
  if (parts.length === 1) return printed.includes(line.trimEnd());
  return printed.some((text) => {
    let from = 0;
    return parts.every((part) => {
      const at = text.indexOf(part, from);
      from = at + part.length;
      return at >= 0;
    });
  });
}

describe('the tutorial', () => {
  const steps = stepsOf(tutorial);
  let folder = '';
  let bin = '';
  const printedBefore: string[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'northsouth-tutorial-'));
    bin = join(folder, 'bin');
    mkdirSync(bin);
    mkdirSync(join(folder, 'here'));
    symlinkSync(join(root, 'bin', 'northsouth.js'), join(bin, 'northsouth'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has steps with excerpts', () => {
    expect(steps.length).toBeGreaterThan(10);
    expect(steps.filter(({ excerpt }) => excerpt.length > 0).length).toBeGreaterThan(5);
  });

  test.each(
    steps.map((step, index) => ({ ...step, name: `${index + 1}: ${step.script.split('\n', 1)[0]}` })),
  )('step $name', ({ script, excerpt }) => {
    const { PATH, HOME } = process.env;
    const env = { PATH: `${bin}${delimiter}${PATH}`, HOME, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
    const options = { cwd: join(folder, 'here'), env, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync('sh', ['-eu', '-c', script], options);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const printed = `${stdout}\n${stderr}`.split('\n').map((line) => line.trimEnd());
    printedBefore.push(...printed);
    // Lines that the page shows and the command does not print any more.
    expect(excerpt.filter((line) => !isPrinted(line, printed))).toEqual([]);
  });

  test('finds everything that is planted', () => {
    const truth = JSON.parse(readFileSync(join(folder, 'here', 'demo-data', 'truth.json'), 'utf8')) as {
      planted: readonly { peer: string }[];
    };
    const found = (peer: string) => printedBefore.some((line) => line.split(/\s+/).includes(peer));
    expect(truth.planted.filter(({ peer }) => !found(peer))).toEqual([]);
    expect(truth.planted.filter(({ peer }) => !tutorial.includes(peer))).toEqual([]);
  });
});

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { together, wrapText } from './fit.ts';

const command = 'northsouth findings --workspace some/where/a-long-folder --severity info';

describe('a command that is longer than a line', () => {
  test('goes on behind a backslash, between words', () => {
    expect(wrapText(`More: ${together(command)}`, 40)).toEqual([
      'More: northsouth findings --workspace \\',
      'some/where/a-long-folder --severity \\',
      'info',
    ]);
  });

  test('goes on within a word that is longer than a line', () => {
    expect(wrapText(together(`northsouth hunt ${'long/'.repeat(8)}end`), 30)).toEqual([
      'northsouth hunt \\',
      'long/long/long/long/long/lon\\',
      'g/long/long/end',
    ]);
  });

  test.skipIf(process.platform === 'win32').each([24, 30, 40, 60, 80])(
    'is what a shell takes it for at %d columns',
    (width) => {
      const lines = wrapText(together(command), width);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      const script = `show() { printf '%s ' "$@"; }; show ${lines.join('\n')}`;
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trim()).toBe(command);
    },
  );
});

test('other text is broken at its words, and a long word anywhere', () => {
  expect(wrapText('one two three abcdefghijkl', 8)).toEqual(['one two', 'three', 'abcdefgh', 'ijkl']);
});

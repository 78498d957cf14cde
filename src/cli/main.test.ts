import { expect, test } from 'vitest';
import { shellWord } from '../report/shell-word.ts';
import { programOf } from './main.ts';

test.each([
  [{}, '/usr/local/bin/northsouth', 'northsouth'],
  [{ npm_lifecycle_event: 'start' }, '/work/bin/northsouth.js', 'npm start --'],
  [{ npm_command: 'exec' }, '/x/.bin/northsouth', 'npx northsouth'],
  [{}, '/work/bin/northsouth.js', 'node bin/northsouth.js'],
])('in %j, %s is started as %s', (env, script, program) => {
  expect(programOf({ env, argv: ['node', script], cwd: () => '/work' })).toBe(program);
});

test('a word for the shell', () => {
  expect(shellWord('case-7/logs')).toBe('case-7/logs');
  expect(shellWord("it's here")).toBe("'it'\\''s here'");
});

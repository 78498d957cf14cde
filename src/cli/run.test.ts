import { describe, expect, test } from 'vitest';
import { HuntError } from '../errors.ts';
import { commandNames } from './app.ts';
import { northsouth } from './fake-world.test.ts';

describe('wrong usage ends with 2, one sentence and a hint', () => {
  test.each([
    [['hnut', 'x'], 'There is no command "hnut".', 'Did you mean northsouth hunt?'],
    [['constructor'], 'There is no command "constructor".', `The commands are ${commandNames.join(', ')}.`],
    [
      ['--limit', '5'],
      '--limit stands before the command, or no command is given.',
      'Flags go after the command: northsouth hunt PATH --limit',
    ],
    [['hunt', '--limt', '5'], 'There is no flag --limt.', 'Did you mean --limit?'],
    [['top', '-q'], 'There is no flag -q.', 'See northsouth top --help.'],
    [['top', '--by', 'size'], '--by "size" is not known.', 'Choose from flows, bytes, packets.'],
    [
      ['top', '--limit', 'many'],
      '--limit: "many" is not a number that fits here.',
      'Give a whole number, 1 or more.',
    ],
    [['top', '--memory', 'lots'], '--memory: "lots" is not a size.', 'Write it as 2GB, 512MB or 1.5GiB.'],
    [
      ['top', '--from', 'monday'],
      '--from: "monday" is not a time.',
      'Write it as 2026-05-28 or 2026-05-28T20:26:40Z (UTC).',
    ],
    [
      ['top', '--from', '2026-05-29', '--to', '2026-05-28'],
      '--from is not before --to, so that no record can lie between them.',
      'Swap the two times.',
    ],
    [['top', '--limit'], '--limit needs a value.', 'See northsouth top --help.'],
    [['top', '--limit', '1', '--limit', '2'], '--limit is given twice, as "1" and "2".', 'Give it once.'],
    [
      ['top', 'extra'],
      '"extra" is one argument too many: the command takes no argument.',
      'See northsouth top --help.',
    ],
    [['load'], 'PATH is missing.', 'See northsouth load --help.'],
    [['export', 'flows'], '--output needs a value.', 'See northsouth export --help.'],
    [['export', '-o', 'a.csv'], 'VIEW is missing.', 'See northsouth export --help.'],
  ])('%j', async (argv, sentence, hint) => {
    expect(await northsouth(argv)).toMatchObject({
      code: 2,
      out: '',
      err: `northsouth: ${sentence}\nhint: ${hint}\n`,
      asked: [],
    });
  });
});

describe('errors', () => {
  const failing = (error: unknown) => ({ workspace: { hunt: () => Promise.reject(error) } });

  test('with --json are one line of JSON on standard error, and standard output is empty', async () => {
    const ran = await northsouth(
      ['hunt', '--json'],
      failing(new HuntError('engine.memory', 'out of memory')),
    );
    expect(ran.out).toBe('');
    expect(ran.err.endsWith('\n')).toBe(true);
    expect(JSON.parse(ran.err)).toEqual({
      error: { code: 'engine.memory', message: 'out of memory.', hint: null },
    });
    expect(JSON.parse((await northsouth(['hunt', '--json', '--nope'])).err).error.code).toBe('usage.value');
  });

  test('that nobody expected are a defect, and the stack is shown only with --debug', async () => {
    const quiet = await northsouth(['hunt'], failing(new TypeError('x is not a function')));
    expect(quiet.code).toBe(1);
    expect(quiet.err).toMatch(/^northsouth: x is not a function\.\nhint: This is a defect of northsouth\. /);
    const caused = new HuntError('engine.query', 'the query failed', { cause: new Error('deep reason') });
    const loud = await northsouth(['hunt', '--debug'], failing(caused));
    expect(loud.err).toMatch(/HuntError: the query failed\n\s+at [\s\S]*caused by: Error: deep reason/);
  });

  test('cannot steer the terminal', async () => {
    const ran = await northsouth(
      ['hunt'],
      failing(new HuntError('input.not-found', 'no file \u001b[2J\u0007.log')),
    );
    expect(ran.err).toBe('northsouth: no file \\x1b[2J\\x07.log.\n');
  });
});

describe('interruption', () => {
  test('of a load ends with 130 and says what is kept', async () => {
    const interrupt = new AbortController();
    const ran = await northsouth(['load', 'logs'], {
      signal: interrupt.signal,
      workspace: {
        load: async () => {
          interrupt.abort();
          throw new DOMException('aborted', 'AbortError');
        },
      },
    });
    expect(ran).toMatchObject({
      code: 130,
      out: '',
      err: 'northsouth: Interrupted. What was loaded is kept.\nhint: Run the same command again to go on from there.\n',
    });
    expect(ran.asked).toEqual(['open', 'close']);
  });

  test('of a query', async () => {
    const ran = await northsouth(['sql', 'SELECT 1'], {
      workspace: { query: () => Promise.reject(new HuntError('engine.cancelled', 'stopped')) },
    });
    expect(ran).toMatchObject({ code: 130, err: 'northsouth: Interrupted.\n' });
  });
});

test('a closed pipe ends quietly with 0', async () => {
  const closed = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  const stdout = { write: () => Promise.reject(closed) };
  expect(await northsouth(['hunt'], { stdout })).toMatchObject({ code: 0, err: '' });
  expect(await northsouth(['--help'], { stdout })).toMatchObject({ code: 0, err: '' });
});

describe('help', () => {
  test('the program without a command, and --help, list every command', async () => {
    for (const argv of [[], ['--help'], ['-h']]) {
      const ran = await northsouth(argv);
      expect(ran.code).toBe(0);
      for (const name of commandNames) expect(ran.out).toMatch(new RegExp(`^  ${name} +[A-Z]`, 'm'));
    }
  });

  test.each(commandNames)('%s --help has usage, flags and an example, in 80 columns', async (name) => {
    const { code, out, asked } = await northsouth([name, '--help']);
    expect({ code, asked }).toEqual({ code: 0, asked: [] });
    expect(out).toMatch(new RegExp(`^Usage: northsouth ${name}`));
    expect(out).toContain('--workspace DIR');
    expect(out).toMatch(new RegExp(`\nExamples\n  northsouth ${name}`));
    for (const line of out.split('\n')) {
      if (!line.startsWith(`  northsouth ${name}`)) expect([line, line.length <= 80]).toEqual([line, true]);
    }
  });

  test('--version', async () => {
    expect(await northsouth(['--version'])).toMatchObject({ code: 0, out: '0.1.0\n' });
  });
});

describe('colour and width', () => {
  test('colour on a terminal, not in a pipe', async () => {
    expect((await northsouth(['rejects'], { terminal: 80 })).out).toContain('\u001b[1m');
    expect((await northsouth(['rejects'])).out).not.toContain('\u001b');
  });

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }, []],
    ['--no-color', {}, ['--no-color']],
    ['TERM=dumb', { TERM: 'dumb' }, []],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, []],
    ['NO_COLOR against FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, []],
  ])('%s takes the colour away', async (_, env, flags) => {
    const ran = await northsouth(['rejects', ...flags], { terminal: 80, env: env as Record<string, string> });
    expect(ran.out).not.toContain('\u001b');
  });

  test('FORCE_COLOR brings it into a pipe', async () => {
    expect((await northsouth(['rejects'], { env: { FORCE_COLOR: '1' } })).out).toContain('\u001b[');
  });
});

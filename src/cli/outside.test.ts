import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { HuntError } from '../errors.ts';
import { sampleAsked, sampleInquiry } from '../report/samples.test.ts';
import { northsouth } from './fake-world.test.ts';
import { registryDisplay } from './registry-progress.ts';

const sent =
  '14 questions to registries: iana 1, ripe 12, rdap.example\\x1b[31m 1.\n' +
  'Which registry has which block is known from the lists of IANA: IPv4 of 2019-06-07 (downloaded or confirmed 2026-06-05), IPv6 of an unknown day (the copy that ships with northsouth).\n';

describe('what leaves the machine', () => {
  test.each([['hunt'], ['ip', '203.0.113.77'], ['lookup', '203.0.113.77']])(
    'is nothing where no flag asks for it: %s',
    async (...argv) => {
      const { code, err, calls } = await northsouth(argv);
      expect([code, err]).toEqual([0, '']);
      expect(JSON.stringify(calls)).not.toMatch(/rdap|reverseDns/);
    },
  );

  test('is asked for by --rdap and --reverse-dns, and said on standard error', async () => {
    const hunt = await northsouth(['hunt', '--rdap', '50']);
    expect(hunt.calls.find(({ name }) => name === 'hunt')?.with).toMatchObject([{ rdap: 50 }]);
    expect(hunt.err).toBe(sent);
    const ip = await northsouth(['ip', '203.0.113.77', '--rdap', '--reverse-dns', '--json']);
    expect(ip.calls.find(({ name }) => name === 'ip')?.with).toMatchObject([
      '203.0.113.77',
      { rdap: true, reverseDns: true },
    ]);
    expect(ip.err).toBe(sent);
    expect(JSON.parse(ip.out).asked).toEqual(sampleAsked);
    const lookup = await northsouth(['lookup', '203.0.113.77', '198.51.100.4', '--reverse-dns']);
    expect(lookup.err).toBe('Asked the resolver of this machine for the names of 2 addresses.\n');
    expect(lookup.out).toContain('203.0.113.77 is named mail.example.net in reverse DNS');
  });

  test('progress is drawn on a terminal and taken away', async () => {
    const { err } = await northsouth(['lookup', '203.0.113.77', '--rdap'], { terminal: 160 });
    expect(err).toContain(
      'Asking registries  ██████░░░░░░░░░░░░░░░░░░░░░░░░   43 of 200  1 min 15 s left  14 asked  12 answered  30 in known blocks  1 failed  waiting for',
    );
    expect(err.lastIndexOf('\r\x1b[K')).toBeGreaterThan(err.lastIndexOf('Asking registries'));
  });

  test.each(['0', '-1', 'many', '20000'])('--rdap %s is no number of peers', async (count) => {
    expect(await northsouth(['hunt', '--rdap', count])).toMatchObject({ code: 2, asked: [] });
  });

  test('interrupted, it says that the answers are kept', async () => {
    const interrupted = () => Promise.reject(new HuntError('engine.cancelled', 'Interrupted'));
    const lookup = await northsouth(['lookup', '203.0.113.77', '--rdap'], {
      library: { lookup: interrupted },
    });
    expect(lookup.code).toBe(130);
    expect(lookup.err).toBe(
      'northsouth: Interrupted. What registries answered is kept.\nhint: Run the same command again to go on from there.\n',
    );
    const without = await northsouth(['lookup', '203.0.113.77'], { library: { lookup: interrupted } });
    expect(without.err).toBe('northsouth: Interrupted.\n');
  });

  test.each(['hunt', 'ip', 'lookup'])(
    '%s --help says what leaves the machine and what it cannot tell',
    async (command) => {
      const { out } = await northsouth([command, '--help']);
      const text = out.replaceAll(/\s+/g, ' ');
      expect(text).toContain('Nothing leaves this machine, unless --rdap');
      expect(text).toContain('who is responsible for a block of addresses, not who uses one of them');
      expect(text).toMatch(/Examples .*--rdap/);
    },
  );
});

test.each([30, 60, 80, 120, 200])('the progress of an inquiry fits %d columns', (columns) => {
  const written: string[] = [];
  const output = {
    write: async (text: string) => void written.push(text),
    isTerminal: true,
    columns: () => columns,
  };
  registryDisplay(output).show({ ...sampleInquiry, waitingFor: 'rdap\u001b[31m.example' });
  const line = written.join('').replace('\r', '').replace('\u001b[K', '');
  expect(line).not.toContain('\u001b');
  expect(stringWidth(line)).toBeLessThan(columns);
});

test('in a log file it is a line, with the time left', () => {
  const written: string[] = [];
  const output = {
    write: async (text: string) => void written.push(text),
    isTerminal: false,
    columns: () => 80,
  };
  let time = 0;
  const now = (): number => time;
  const display = registryDisplay(output, now);
  display.show(sampleInquiry);
  time = 10_000;
  display.show(sampleInquiry);
  expect(written).toEqual([
    'Asking registries: 43 of 200, 1 min 15 s left, 14 asked, 12 answered, 30 in known blocks, 1 failed, waiting for lacnic\n',
  ]);
});

import { describe, expect, test } from 'vitest';
import { HuntError } from '../errors.ts';
import {
  sampleAddress,
  sampleChains,
  sampleCoverage,
  sampleExplanation,
  sampleFindingsResult,
  sampleHunt,
  sampleLoad,
  sampleNoise,
  sampleRejects,
} from '../report/samples.test.ts';
import { northsouth } from './fake-world.test.ts';

describe('hunt', () => {
  test('loads the paths, then hunts, and reports on standard output', async () => {
    const ran = await northsouth(['hunt', 'a', 'b', '--by', 'bytes', '--keep-duplicates']);
    expect(ran.code).toBe(0);
    expect(ran.asked).toEqual(['open', 'load', 'hunt', 'rejects', 'close']);
    expect(ran.calls[0]?.with).toEqual([{ workspace: '.northsouth', create: true }]);
    expect(ran.calls[1]?.with[0]).toEqual(['a', 'b']);
    expect(ran.calls[1]?.with[1]).toMatchObject({ keepDuplicates: true });
    expect(ran.calls[2]?.with).toEqual([{ by: 'bytes', limit: 1000, all: false }]);
    expect(ran.out).toContain('Top destinations, by bytes (20 of 46)');
    expect(ran.err).toContain('Loaded 9,979,588 records from 500 files');
  });

  test('without a path it hunts in what is loaded, in the period asked for', async () => {
    const ran = await northsouth([
      'hunt',
      '--from',
      '2026-05-28',
      '--to',
      '2026-05-28T12:30Z',
      '--limit',
      '5',
    ]);
    expect(ran.asked).not.toContain('load');
    expect(ran.calls[0]?.with).toEqual([{ workspace: '.northsouth', create: false }]);
    expect(ran.calls[1]?.with).toEqual([
      { from: 1_779_926_400, to: 1_779_971_400, by: 'flows', limit: 5, all: false },
    ]);
    expect(ran.out).toContain('(5 of 46)');
  });

  test('--json is the hunt, the whole hunt and nothing but the hunt', async () => {
    const ran = await northsouth(['hunt', 'logs', '--json'], { terminal: 80 });
    expect(JSON.parse(ran.out)).toEqual(sampleHunt);
    expect(Object.keys(JSON.parse(ran.out))).toEqual([
      'workspace',
      'period',
      'funnel',
      'dns',
      'top',
      'findings',
      'asked',
      'everythingShown',
      'intel',
    ]);
  });

  test('a funnel that does not reconcile is reported', async () => {
    const ran = await northsouth(['hunt'], { library: { brokenEquations: async () => ['kept 1 = 2 + 3'] } });
    expect(ran.out).toContain('DOES NOT RECONCILE');
    expect(ran.out).toContain('kept 1 = 2 + 3');
    const json = await northsouth(['hunt', '--json'], {
      library: { brokenEquations: async () => ['kept 1 = 2 + 3'] },
    });
    expect(JSON.parse(json.out)).toEqual(sampleHunt);
    expect(json.err).toContain('kept 1 = 2 + 3');
  });

  test('what it proposes to type is about the same workspace, period and ranges', async () => {
    const ran = await northsouth([
      'hunt',
      '--workspace',
      'case 7',
      '--from',
      '2026-05-28',
      '--local',
      '10.0.0.0/8',
    ]);
    const again = "--from 2026-05-28T00:00:00Z --workspace 'case 7' --local 10.0.0.0/8";
    expect(ran.out).toContain(`northsouth top --all ${again}`);
    expect(ran.out).toContain("northsouth rejects --workspace 'case 7' --local 10.0.0.0/8");
  });
});

describe('findings, ip, coverage, explain', () => {
  test('hunt shows findings above the destinations, and not when told so', async () => {
    const { out } = await northsouth(['hunt']);
    expect(out.indexOf('Findings: ')).toBeGreaterThan(0);
    expect(out.indexOf('Findings: ')).toBeLessThan(out.indexOf('Top destinations'));
    const without = await northsouth(['hunt', '--no-findings']);
    expect(without.out).not.toContain('Findings: ');
    expect(without.calls[1]?.with).toEqual([{ by: 'flows', limit: 1000, all: false, findings: false }]);
    const json = await northsouth(['hunt', '--no-findings', '--json']);
    expect(JSON.parse(json.out).findings).toBeNull();
  });

  test('findings', async () => {
    const ran = await northsouth([
      ...['findings', '--question', 'c2', '--severity', 'medium', '--limit', '3', '--unsettled'],
      ...['--from', '2026-05-28'],
    ]);
    expect(ran.calls[1]?.with).toEqual([
      { from: 1_779_926_400, question: 'c2', severity: 'medium', limit: 3, unsettled: true },
    ]);
    expect(ran.out).toContain('Computed over all loaded records');
    expect(ran.out).not.toContain('SELECT');
    expect((await northsouth(['findings', '--show-sql'])).out).toContain('SELECT * FROM sessions');
    const json = await northsouth(['findings', '--json']);
    expect(JSON.parse(json.out)).toEqual(sampleFindingsResult);
    expect(json.calls[1]?.with).toEqual([{}]);
  });

  test.each([
    [['findings', '--question', 'virus'], 'Choose from scan, access, c2, exfil.'],
    [['findings', '--severity', 'loud'], 'Choose from info, low, medium, high, critical.'],
    [['explain', 'virus'], 'Choose from scan, access, c2, exfil.'],
  ])('%j is refused', async (argv, hint) => {
    const ran = await northsouth(argv);
    expect(ran).toMatchObject({ code: 2, out: '', asked: [] });
    expect(ran.err).toContain(hint);
  });

  test('ip', async () => {
    const ran = await northsouth(['ip', '203.0.113.77', '--limit', '2', '--to', '2026-05-29'], {
      terminal: 80,
    });
    expect(ran.calls[1]?.with).toEqual(['203.0.113.77', { to: 1_780_012_800, limit: 2 }]);
    expect(ran.out).toContain('command and control? ');
    expect(ran.out).toContain('northsouth ip 203.0.113.77 --limit 31 --to 2026-05-29T00:00:00Z');
    const json = await northsouth(['ip', '203.0.113.77', '--json']);
    expect(JSON.parse(json.out)).toEqual(sampleAddress);
    expect(json.calls[1]?.with).toEqual(['203.0.113.77', { limit: 1000 }]);
    expect(await northsouth(['ip'])).toMatchObject({ code: 2, asked: [] });
  });

  test('coverage', async () => {
    const ran = await northsouth(['coverage', '--limit', '3']);
    expect(ran.out).toContain('47 more: northsouth coverage --limit 50');
    expect(JSON.parse((await northsouth(['coverage', '--json'])).out)).toEqual(sampleCoverage);
    const some = JSON.parse((await northsouth(['coverage', '--json', '--limit', '3'])).out);
    expect([some.interfaces.length, some.interfacesTotal]).toEqual([3, 50]);
  });

  test('explain --steps lists steps, and their SQL where asked for', async () => {
    const ran = await northsouth(['explain', '--steps', 'exfil', '--workspace', 'w']);
    expect(ran.calls).toEqual([{ name: 'explainSteps', with: ['exfil', 'w', undefined] }]);
    expect(ran.out).toBe(
      [
        'exfil',
        'Bytes that left, one row for each peer or network to be judged.',
        'From conversations.',
        '  channels, kept',
        '      Bytes to one peer.',
        '      reads conversations',
        '  asked: exfil',
        '',
      ].join('\n'),
    );
    const all = await northsouth(['explain', '--steps', '--show-sql', '--dialect', 'trino']);
    expect(all.calls).toEqual([{ name: 'explainSteps', with: [undefined, '.northsouth', 'trino'] }]);
    expect(all.out).toContain('\n    SELECT peer\n    FROM conversations\n');
    const json = await northsouth(['explain', '--steps', 'exfil', '--json']);
    expect(JSON.parse(json.out)).toEqual({ chains: sampleChains });
  });

  test.each([
    [['explain', '--steps', 'virus'], 'Choose from hunt, sessions, scan'],
    [['explain', 'sessions'], 'Choose from scan, access, c2, exfil.'],
    [['explain'], 'Name one of scan, access, c2, exfil'],
  ])('%j is refused, too', async (argv, hint) => {
    const ran = await northsouth(argv);
    expect(ran).toMatchObject({ code: 2, out: '', asked: [] });
    expect(ran.err).toContain(hint);
  });

  test('explain needs no workspace', async () => {
    const ran = await northsouth(['explain', 'c2', '--workspace', 'w']);
    expect(ran.calls).toEqual([{ name: 'explain', with: ['c2', 'w'] }]);
    expect(ran.out).toContain('Settings in force');
    expect(JSON.parse((await northsouth(['explain', 'c2', '--json'])).out)).toEqual(sampleExplanation);
  });
});

describe('load, top, rejects, noise, lookup', () => {
  test('load', async () => {
    const ran = await northsouth(['load', 'logs', '--format', 'version account-id']);
    expect(ran.calls[1]?.with[1]).toMatchObject({ format: 'version account-id' });
    expect(ran.out).toContain('Loaded 9,979,588 records');
    expect(JSON.parse((await northsouth(['load', 'logs', '--json'])).out)).toEqual(sampleLoad);
  });

  test('top', async () => {
    const ran = await northsouth(['top', '--group', 'asn', '--by', 'packets', '--all', '--limit', '7']);
    expect(ran.calls[1]?.with).toEqual([{ by: 'packets', limit: 7, all: true, group: 'asn' }]);
    expect(ran.out).toContain('Top networks by packets, set-asides too');
    const document = JSON.parse((await northsouth(['top', '--json'])).out);
    expect(document).toMatchObject({ group: 'flow', by: 'flows', all: false });
    expect(document.top).toHaveLength(46);
  });

  test('top --show-sql prints the query and runs nothing', async () => {
    const ran = await northsouth(['top', '--show-sql']);
    expect(ran.out).toBe("SELECT 'it''s' AS peer\n");
    expect(ran.asked).toEqual(['open', 'close']);
  });

  test('top without a row says so on standard error', async () => {
    const ran = await northsouth(['top'], { workspace: { top: async () => [] } });
    expect(ran.out).toBe('');
    expect(ran.err).toBe(
      'Nothing goes to the Internet, set-asides aside. To see those: northsouth top --all\n',
    );
  });

  test('rejects', async () => {
    const ran = await northsouth(['rejects', '--limit', '2']);
    expect(ran.calls[1]?.with).toEqual([2]);
    expect(ran.out).toContain('\\x1b]0;owned\\x07');
    expect(JSON.parse((await northsouth(['rejects', '--json'])).out)).toEqual(sampleRejects);
  });

  test('noise shows and switches', async () => {
    expect((await northsouth(['noise'])).out).toContain('icmp-unreachable');
    expect(JSON.parse((await northsouth(['noise', '--json'])).out)).toEqual(sampleNoise);
    const ran = await northsouth(['noise', 'off', 'ntp', 'Amazon']);
    expect(ran.calls.filter(({ name }) => name === 'switchNoise').map((call) => call.with)).toEqual([
      ['ntp', false],
      ['Amazon', false],
    ]);
    expect(ran.err).toBe('ntp, Amazon are off. The next hunt counts with that: northsouth hunt\n');
  });

  test('noise with a word it does not know, or no name', async () => {
    expect(await northsouth(['noise', 'ntp'])).toMatchObject({ code: 2, asked: [] });
    expect((await northsouth(['noise', 'off'])).err).toContain(
      'noise off needs the name of a rule or set-aside',
    );
  });

  test('lookup needs no workspace', async () => {
    const ran = await northsouth(['lookup', '203.0.113.7', 'nonsense']);
    expect(ran.asked).toEqual([]);
    expect(ran.out).toContain('not an address');
    expect(await northsouth(['lookup', 'nonsense'])).toMatchObject({ code: 2 });
  });
});

describe('sql, export, demo', () => {
  test('a table has at most 1000 rows, csv and json have all', async () => {
    expect((await northsouth(['sql', 'SELECT 1'])).calls[1]?.with).toEqual(['SELECT 1', 1000]);
    expect((await northsouth(['sql', 'SELECT 1', '--format', 'csv'])).calls[1]?.with).toEqual([
      'SELECT 1',
      undefined,
    ]);
    expect((await northsouth(['sql', 'SELECT 1', '--json', '--limit', '2'])).calls[1]?.with).toEqual([
      'SELECT 1',
      2,
    ]);
  });

  test('a table that was cut says so on standard error', async () => {
    const ran = await northsouth(['sql', 'SELECT 1', '--limit', '2']);
    expect(ran.out).toBe(
      'peer           bytes\n─────────────  ─────\n203.0.113.7    12345\n\\x1b[31m=evil   NULL\n',
    );
    expect(ran.err).toBe('Cut at 2 rows. --limit N shows more.\n');
  });

  test('csv and json', async () => {
    const csv = await northsouth(['sql', 'SELECT 1', '--format', 'csv']);
    expect(csv.out).toBe('peer,bytes\n203.0.113.7,12345\n\u001b[31m=evil,\n');
    const onTerminal = await northsouth(['sql', 'SELECT 1', '--format', 'csv'], { terminal: 80 });
    expect(onTerminal.out).not.toContain('\u001b');
    const json = await northsouth(['sql', 'SELECT 1', '--format', 'json']);
    expect(JSON.parse(json.out)).toEqual({
      columns: [
        { name: 'peer', type: 'VARCHAR' },
        { name: 'bytes', type: 'BIGINT' },
      ],
      rows: [
        { peer: '203.0.113.7', bytes: 12_345 },
        { peer: '\u001b[31m=evil', bytes: null },
      ],
      truncated: false,
    });
  });

  test('a query without quotes is explained', async () => {
    const ran = await northsouth(['sql', 'SELECT', '1']);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('hint: Put it in quotes: northsouth sql "SELECT ..."');
  });

  test('report', async () => {
    const plain = await northsouth(['report', '-o', 'case.html', '--title', 'Case 7', '--all'], {
      terminal: 70,
    });
    expect(plain.calls[1]).toEqual({
      name: 'writeReport',
      with: [
        'case.html',
        { title: 'Case 7', all: true, command: "northsouth report -o case.html --title 'Case 7' --all" },
      ],
    });
    expect(plain.out).toBe('');
    expect(plain.err).toContain('Writing the report: collecting findings, 3 of 12 …');
    expect(plain.err).toContain(
      'Wrote case.html, 1.2 MB, with 150 findings in full, 500 in a line each, 50 left out.',
    );
    const narrowed = ['--where', 'port:443', '--from', '2026-06-01', '--finding', 'aa', '--finding', 'bb'];
    const json = await northsouth(['report', '-o', 'a.MD', '--json', ...narrowed]);
    expect(json.calls[1]?.with[1]).toEqual({
      ...{ where: 'port:443', from: 1_780_272_000, findings: ['aa', 'bb'] },
      command:
        'northsouth report -o a.MD --finding aa --finding bb --where port:443 --from 2026-06-01T00:00:00Z',
    });
    expect(JSON.parse(json.out)).toMatchObject({ file: 'a.MD', bytes: 1_234_567, findings: { leftOut: 50 } });
    for (const [args, hint] of [
      [['-o', 'case.pdf'], 'End the name in .html or .md.'],
      [['-o', 'a.html', '--finding', 'aa', '--all'], 'Use one or the other.'],
      [['-o', 'a.html', '--where', 'prot:1'], 'port'],
      [[], '--output'],
    ] as const) {
      const wrong = await northsouth(['report', ...args]);
      expect({ code: wrong.code, asked: wrong.asked }).toEqual({ code: 2, asked: [] });
      expect(wrong.err).toContain(hint);
    }
    const help = await northsouth(['report', '--help']);
    expect(help.out).toContain('northsouth report -o case.html');
  });

  test('export', async () => {
    const ran = await northsouth(['export', 'flows', '-o', 'flows.parquet', '--json']);
    expect(JSON.parse(ran.out)).toEqual({ view: 'flows', file: 'flows.parquet', rows: 1418 });
    const wrong = await northsouth(['export', 'flows', '-o', 'flows.xlsx']);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('hint: End the name in .parquet, .csv, .ndjson.');
  });

  test('demo', async () => {
    const ran = await northsouth([
      'demo',
      '--out',
      'd',
      '--plant',
      'beacon,exfil',
      '--seed',
      '0',
      '--window',
      '600',
    ]);
    expect(ran.calls[0]?.with).toEqual([
      { out: 'd', plants: ['beacon', 'exfil'], seed: 0, windowSeconds: 600 },
    ]);
    expect(ran.out).toContain('Next: northsouth hunt d/logs --local 2a05:d014:1a2b:3c00::/56\n');
    expect((await northsouth(['demo', '--plant', 'virus'])).err).toBe(
      'northsouth: --plant: "virus" is not known here.\nhint: Choose from beacon, exfil, scan, access, exposed, office, rotation, dead-server, web-shell.\n',
    );
  });
});

describe('common flags', () => {
  test('are handed to the library', async () => {
    const ran = await northsouth([
      ...['rejects', '--workspace', 'w', '--threads', '2', '--memory', '1.5GiB'],
      ...['--local', '203.0.113.0/24', '--local', '198.51.100.0/24', '--internet', '10.9.0.0/16'],
    ]);
    expect(ran.calls[0]?.with).toEqual([
      {
        workspace: 'w',
        threads: 2,
        memoryBytes: 1_610_612_736,
        local: ['203.0.113.0/24', '198.51.100.0/24'],
        internet: ['10.9.0.0/16'],
      },
    ]);
  });

  test('the environment names the workspace, the flag wins', async () => {
    const env = { NORTHSOUTH_WORKSPACE: 'from-env' };
    expect((await northsouth(['rejects'], { env })).calls[0]?.with).toEqual([{ workspace: 'from-env' }]);
    const both = await northsouth(['rejects', '--workspace', 'w'], { env });
    expect(both.calls[0]?.with).toEqual([{ workspace: 'w' }]);
  });

  test('an error of the library has its own exit code', async () => {
    const failing = (error: HuntError) => ({ library: { openWorkspace: () => Promise.reject(error) } });
    const nothing = new HuntError('input.nothing-readable', 'no flow log in /logs', {
      hint: 'Give a folder.',
    });
    const ran = await northsouth(['hunt', '/logs'], failing(nothing));
    expect(ran).toMatchObject({
      code: 3,
      out: '',
      err: 'northsouth: no flow log in /logs.\nhint: Give a folder.\n',
    });
  });
});

describe('--where', () => {
  test('goes to the library as it was written, and into what is proposed to type', async () => {
    const where = 'country:RU bytes>1GB';
    const top = await northsouth(['top', '--where', where]);
    expect(top.calls[1]?.with).toEqual([{ by: 'flows', limit: 1000, all: false, where, group: 'flow' }]);
    const findings = await northsouth(['findings', '--where', where]);
    expect(findings.calls[1]?.with).toEqual([{ where, limit: 50 }]);
    const exported = await northsouth(['export', 'sessions', '-o', 'a.csv', '--where', where]);
    expect(exported.calls[1]?.with).toEqual(['sessions', 'a.csv', where]);
    const hunt = await northsouth(['hunt', '--where', where]);
    expect(hunt.calls[1]?.with).toEqual([{ by: 'flows', limit: 1000, all: false, where }]);
    expect(hunt.out).toContain(`Below only what meets the filter ${where}`);
    expect(hunt.out).toContain(`northsouth findings --where '${where}'`);
    expect(hunt.out).toContain(`northsouth rejects\n`);
  });

  test('a mistake is shown where it is, and nothing is opened', async () => {
    const ran = await northsouth(['top', '--where', 'port:443 contry:RU']);
    expect(ran).toMatchObject({ code: 2, out: '', asked: [] });
    expect(ran.err).toBe(
      [
        'northsouth: --where: A filter knows no "contry".',
        '  port:443 contry:RU',
        '           ^^^^^^',
        'hint: Did you mean country?',
        '',
      ].join('\n'),
    );
    const json = await northsouth(['top', '--json', '--where', 'port:443 contry:RU']);
    expect(JSON.parse(json.err)).toEqual({
      error: {
        code: 'filter.unknown-key',
        message: '--where: A filter knows no "contry".',
        hint: 'Did you mean country?',
        at: { from: 9, to: 15 },
      },
    });
  });

  test('what is around a mistake is cut, and safe to print', async () => {
    const long = await northsouth(['top', '--where', `${'port:443 '.repeat(30)}wide:日本 port:1`]);
    const [, text = '', carets = ''] = long.err.split('\n');
    expect(text.length).toBeLessThanOrEqual(72);
    expect(text.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('wide');
    const hostile = await northsouth(['top', '--where', 'network:a \u001b[31m']);
    expect(hostile.err).not.toContain('\u001b');
    expect(hostile.err).toContain('\\x1b[31m');
  });
});

describe('baseline', () => {
  test('lists, exports, imports and removes', async () => {
    expect((await northsouth(['baseline'])).out).toMatch(/may +2026-05-01 +2026-05-31 +98 % +1,418/);
    const exported = await northsouth(['baseline', 'export', '-o', 'may.parquet']);
    expect(exported.calls).toContainEqual({ name: 'exportBaseline', with: ['may.parquet'] });
    expect(exported.err).toContain('Wrote what was normal from 2026-05-01 to 2026-05-31, 1,418 peers');
    const imported = await northsouth(['baseline', 'import', 'may.parquet', '--name', 'may', '--json']);
    expect(imported.calls).toContainEqual({ name: 'importBaseline', with: ['may.parquet', 'may'] });
    expect(JSON.parse(imported.out)).toMatchObject({ status: 'added', name: 'may', peers: 1418 });
    const removed = await northsouth(['baseline', 'remove', 'may']);
    expect(removed.calls).toContainEqual({ name: 'removeBaseline', with: ['may'] });
  });

  test.each([
    [['baseline', 'export']],
    [['baseline', 'export', '-o', 'may.csv']],
    [['baseline', 'import']],
    [['baseline', 'list', 'may']],
    [['baseline', 'burn']],
  ])('%j is wrong usage, with a hint', async (words) => {
    const ran = await northsouth(words);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('hint: ');
  });
});

test.each(['top', 'findings', 'hunt'])(
  '%s --new-since asks for new peers and says how far back it knows',
  async (command) => {
    const ran = await northsouth([command, '--new-since', '2026-06-01']);
    expect(ran.code).toBe(0);
    const options = ran.calls.find(({ name }) => name === command)?.with[0];
    expect(options).toMatchObject({ newSince: Date.UTC(2026, 5, 1) / 1000 });
    if (command === 'hunt') return;
    expect(ran.err.replaceAll(/\s+/g, ' ')).toContain(
      '7 peers of 1,418 new since 2026-06-01T00:00:00Z: records begin at 2026-05-28T20:26:40Z, no baseline is in use.',
    );
    const json = await northsouth([command, '--new-since', '2026-06-01', '--json']);
    expect(JSON.parse(json.out).newPeers).toMatchObject({ peers: 7, of: 1418 });
  },
);

describe('serve', () => {
  /** Interrupts as soon as the server is up. */
  const interrupted = () => AbortSignal.abort();

  test('prints the link, warns of nothing on this machine, and ends with the interrupt', async () => {
    const ran = await northsouth(['serve', '--port', '0', '--workspace', 'w'], { signal: interrupted() });
    expect(ran.calls[0]).toEqual({ name: 'serve', with: [{ workspace: 'w', port: 0 }] });
    expect(ran.out).toBe('http://127.0.0.1:8740/?token=t\n');
    expect(ran.err).not.toContain('Warning');
    // Output to a pipe opens no browser.
    expect(ran.asked).toEqual(['serve', 'stop']);
    expect(ran.code).toBe(0);
  });

  test('opens the browser on a terminal, and when told so; says when there is none', async () => {
    const ran = await northsouth(['serve'], { signal: interrupted(), terminal: 80 });
    expect(ran.asked).toEqual(['serve', 'open browser', 'stop']);
    expect(ran.err).toContain('Open the link by hand');
    expect((await northsouth(['serve', '--no-open'], { signal: interrupted(), terminal: 80 })).asked).toEqual(
      ['serve', 'stop'],
    );
    expect((await northsouth(['serve', '--open'], { signal: interrupted() })).asked).toContain(
      'open browser',
    );
  });

  test('warns where other machines may reach it', async () => {
    const ran = await northsouth(['serve', '--host', '0.0.0.0'], { signal: interrupted() });
    expect(ran.err).toContain('Warning: 0.0.0.0 may be reached by other machines');
  });

  test('--json is one line for a script', async () => {
    const ran = await northsouth(['serve', '--json'], { signal: interrupted(), terminal: 80 });
    expect(JSON.parse(ran.out)).toEqual({
      ...{ link: 'http://127.0.0.1:8740/?token=t', token: 't', host: '127.0.0.1', port: 8740 },
    });
    expect(ran.asked).toEqual(['serve', 'stop']);
  });

  test.each([
    ['--port', '70000'],
    ['--port', 'x'],
    ['--host', ''],
  ])('%s %s is refused', async (flag, value) => {
    expect(await northsouth(['serve', flag, value])).toMatchObject({ code: 2, asked: [] });
  });
});

import { expect, test } from 'vitest';
import { sampleIntelChange, sampleLists, sampleRefresh } from '../report/samples.test.ts';
import { northsouth } from './fake-world.test.ts';

test('intel lists, adds, refreshes and removes', async () => {
  const { out } = await northsouth(['intel']);
  expect(out).toContain('2 lists');
  expect(out).toContain('2 entries outside the Internet, which match no peer');
  expect(out).not.toContain('\u001b');
  for (const width of [40, 80]) {
    const lines = (await northsouth(['intel'], { terminal: width, env: { NO_COLOR: '1' } })).out.split('\n');
    expect(lines.filter((line) => [...line].length > width)).toEqual([]);
  }
  expect(JSON.parse((await northsouth(['intel', 'list', '--json'])).out)).toEqual({ lists: sampleLists });

  const added = await northsouth([
    'intel',
    'add',
    'https://example.com/x',
    '--name',
    'feodo',
    '--known-good',
  ]);
  expect(added.calls[1]).toEqual({
    name: 'addIntel',
    with: ['https://example.com/x', { name: 'feodo', kind: 'known-good' }],
  });
  expect(added.out).toContain('feodo: 1,204 entries of 2026-11-20, threat, CSV with column names');
  expect(added.out).toContain('Asked feodotracker.abuse.ch.');
  expect(added.out).toContain('line 7: no address, network or AS number:');
  expect(added.out).not.toContain('\u001b');
  const json = await northsouth(['intel', 'add', 'x', '--name', 'y', '--json']);
  expect(JSON.parse(json.out)).toEqual(sampleIntelChange);

  const refreshed = await northsouth(['intel', 'refresh', 'feodo', 'drop', '--force']);
  expect(refreshed.calls[1]).toEqual({ name: 'refreshIntel', with: [['feodo', 'drop'], { force: true }] });
  expect(refreshed.code).toBe(1);
  expect(refreshed.out).toContain('drop: not taken, the one before stays: It is a web page, not a list.');
  expect(refreshed.err).toContain('drop could not be refreshed');
  const [updated] = sampleRefresh;
  const fine = await northsouth(['intel', 'refresh'], {
    workspace: { refreshIntel: async () => (updated === undefined ? [] : [updated]) },
  });
  expect(fine.code).toBe(0);
  expect((await northsouth(['intel', 'remove', 'feodo'])).out).toBe('feodo is removed.\n');
});

test.each([
  [['intel', 'add', 'x'], 'intel add needs one file or URL, and a name'],
  [['intel', 'add', '--name', 'x'], 'intel add needs one file or URL, and a name'],
  [['intel', 'remove'], 'intel remove needs the name of one list'],
  [['intel', 'drop'], 'intel cannot "drop"'],
])('%j is refused', async (argv, message) => {
  const ran = await northsouth(argv);
  expect(ran).toMatchObject({ code: 2, asked: [] });
  expect(ran.err).toContain(message);
});

test('hunt and ip show what lists say', async () => {
  const { out } = await northsouth(['hunt']);
  expect(out).toContain('On threat lists: 1 peer, whatever noise and set-asides hide');
  expect(out).toContain('feodo (in Amazon)');
  expect((await northsouth(['ip', '203.0.113.77'])).out).toContain('On threat list feodo (2026-11-20): EVIL');
});

test('noise warns of what is hidden, shows everything, and resets', async () => {
  const { out } = await northsouth(['noise']);
  expect(out).toContain('ntp hides 1 finding of severity high or above');
  expect(out).toContain(
    'critical c2 (beacon), 203.0.113.77 443/tcp, 10.20.0.14: 1,418 records of it. See it:',
  );
  expect(out).toContain('The benign mark of AS64500 port 443 lowers 1 finding of severity high or above');
  expect((await northsouth(['noise', '--no-findings'])).calls[1]?.with).toEqual([{ findings: false }]);
  const shown = await northsouth(['noise', 'off', '--all']);
  expect(shown.asked).toEqual(['open', 'showEverything', 'close']);
  expect(shown.err).toContain('Everything is shown');
  const reset = await northsouth(['noise', 'reset', '--json']);
  expect(reset.asked).toEqual(['open', 'hideAgain', 'close']);
  expect(JSON.parse(reset.out)).toEqual({ everythingShown: null, ended: true });
  for (const argv of [
    ['noise', 'on', '--all'],
    ['noise', 'off', 'ntp', '--all'],
    ['noise', '--all'],
  ]) {
    expect(await northsouth(argv)).toMatchObject({ code: 2, asked: [] });
  }
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampleMarkResult, sampleMarks } from '../report/samples.test.ts';
import { northsouth } from './fake-world.test.ts';

test('mark and unmark say what they did, and --local is the local end, not a range of yours', async () => {
  const ran = await northsouth([
    ...['mark', '203.0.113.77', 'malicious', '--note', 'C2', '--port', '443', '--local', '10.0.0.0/8'],
    ...['--by', 'alice'],
  ]);
  expect(ran.calls).toEqual([
    { name: 'open', with: [{ workspace: '.northsouth' }] },
    {
      name: 'mark',
      with: ['203.0.113.77', 'malicious', { port: 443, local: '10.0.0.0/8', by: 'alice', note: 'C2' }],
    },
    { name: 'close', with: [] },
  ]);
  expect(ran.out).toContain('203.0.113.77 is marked malicious. It means 1 loaded address.');
  expect(ran.out).toContain('Before: benign, by alice on 2026-11-24.');
  expect(JSON.parse((await northsouth(['mark', 'x', 'benign', '--json'])).out)).toEqual(sampleMarkResult);
  expect((await northsouth(['unmark', '203.0.113.77'])).out).toContain('Taken back. 203.0.113.77 was benign');
  expect(await northsouth(['mark', '203.0.113.77', 'evil'])).toMatchObject({ code: 2, asked: [] });
  expect(await northsouth(['mark', '203.0.113.77'])).toMatchObject({ code: 2, asked: [] });
});

test('marks lists, exports and imports', async () => {
  const { out } = await northsouth(['marks']);
  expect(out).toContain('2 marks, 1 taken back');
  expect(out).toContain('changed since marked: new service port 22/tcp');
  expect(out).toContain(
    'then: 443/tcp, outbound, 2 local ends, up to 1.2 MB and 1,440 records a day; c2 beacon',
  );
  expect(out).not.toContain('\u001b');
  for (const width of [40, 80]) {
    const lines = (await northsouth(['marks'], { terminal: width, env: { NO_COLOR: '1' } })).out.split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  }
  expect(JSON.parse((await northsouth(['marks', 'list', '--json'])).out)).toEqual(sampleMarks);
  expect((await northsouth(['marks', 'export'])).out).toBe('marks: []\n');
  const imported = await northsouth(['marks', 'import', 'team.yaml']);
  expect(imported.out).toContain('team.yaml: 2 marks added, 1 updated, 0 taken back, 3 as before');
  expect(imported.out).toContain('differs: 203.0.113.77: "malicious" by alice holds');
  const folder = mkdtempSync(join(tmpdir(), 'northsouth-marks-'));
  const ran = await northsouth(['marks', 'export', '-o', join(folder, 'out.yaml')]);
  expect(ran).toMatchObject({ code: 0, out: '' });
  expect(readFileSync(join(folder, 'out.yaml'), 'utf8')).toBe('marks: []\n');
  rmSync(folder, { recursive: true });
  expect((await northsouth(['marks', 'export', '-o', join(folder, 'no', 'x')])).err).toContain(
    'cannot be written',
  );
});

test.each([
  [['marks', 'import'], 'marks import needs a file'],
  [['marks', 'delete'], 'marks cannot "delete" anything'],
  [['marks', 'list', 'x'], 'marks list takes no "x"'],
  [['marks', 'import', 'a', 'b'], 'marks import takes no "b"'],
])('%j is refused', async (argv, message) => {
  const ran = await northsouth(argv);
  expect(ran).toMatchObject({ code: 2, asked: [] });
  expect(ran.err).toContain(message);
});

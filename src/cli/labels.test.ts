import { expect, test } from 'vitest';
import { northsouth } from './fake-world.test.ts';

test('labels lists sources with date, age, size, licence and origin, and warns of old ones', async () => {
  const { out, code } = await northsouth(['labels']);
  expect(code).toBe(0);
  expect(out).toMatch(/city +city +2026-05-01 +10 days +3,000,000 +country city +added/);
  expect(out).toMatch(/shipped-asn +asn +2026-05-01 +160 days, old/);
  expect(out).toContain('Licence: CC-BY-4.0');
  expect(out).toContain('Old: shipped-asn. Fresher data: northsouth labels update');
  expect(out).toContain('Not there yet: aws.');
  expect(out).not.toContain('\u001b');
  const json = await northsouth(['labels', '--json']);
  expect(JSON.parse(json.out)).toMatchObject({
    sources: [{ ageDays: 10 }, { isOld: true }],
    missing: [{ name: 'aws' }],
  });
  const narrow = await northsouth(['labels'], { terminal: 50 });
  for (const line of narrow.out.split('\n'))
    expect(line.replaceAll(/\u001b\[\d+m/g, '').length).toBeLessThanOrEqual(50);
});

test('labels update tells each list and fails when one did', async () => {
  const { out, err, code, calls } = await northsouth([
    'labels',
    'update',
    'aws',
    'google',
    'azure',
    '--force',
  ]);
  expect(code).toBe(1);
  expect(calls.find(({ name }) => name === 'updateLabels')?.with[0]).toMatchObject({
    ...{ names: ['aws', 'google', 'azure'], force: true },
  });
  expect(out).toMatch(/aws +updated +9,000 +- +2026-05-28/);
  expect(out).toMatch(/google +unchanged/);
  expect(out).toContain('azure: It starts with "<html>". It stays.');
  expect(err).toContain('1/3 aws: updated, 9,000 ranges');
  expect(err).toContain('1 of 3 lists could not be updated: azure');
  const json = await northsouth(['labels', 'update', '--json']);
  expect(JSON.parse(json.out)).toMatchObject({
    lists: [{ name: 'aws' }, {}, { error: { code: 'label.unreadable' } }],
  });
  expect(json.code).toBe(1);
  const sound = await northsouth(['labels', 'update'], { library: { updateLabels: async () => [] } });
  expect(sound.code).toBe(0);
});

test('labels add and remove', async () => {
  const added = await northsouth([
    'labels',
    'add',
    'x.mmdb',
    '--name',
    'city',
    '--date',
    '2026-05-01',
    '--licence',
    'own',
  ]);
  expect(added.calls.find(({ name }) => name === 'addLabels')?.with).toMatchObject([
    'x.mmdb',
    { name: 'city', date: '2026-05-01', licence: 'own' },
  ]);
  expect(added.out).toContain('Added city (city): 3,000,000 ranges with country, city, data of 2026-05-01.');
  expect(added.out).toContain('1 line without a range passed over.');
  const removed = await northsouth(['labels', 'remove', 'city', 'other']);
  expect(removed.asked).toEqual(['removeLabels', 'removeLabels']);
  expect(removed.err).toContain('Removed city, other.');
});

test.each([
  [['labels', 'refresh'], 'labels cannot "refresh" anything'],
  [['labels', 'add'], 'labels add needs the name of one file'],
  [['labels', 'add', 'a', 'b'], 'labels add needs the name of one file'],
  [['labels', 'remove'], 'labels remove needs the name of a source'],
  [['labels', '--force'], '--force is no flag of labels'],
  [['labels', 'add', 'a', '--file', 'b'], '--file is no flag of labels add'],
  [['labels', 'add', 'a', '--date', 'May'], '"May" is not a day'],
])('%j is wrong usage', async (argv, message) => {
  const { code, err } = await northsouth(argv);
  expect(code).toBe(2);
  expect(err).toContain(message);
  expect(err).toContain('hint:');
});

test('lookup --explain tells which source says what, as text and as JSON', async () => {
  const { out } = await northsouth(['lookup', '203.0.113.7', '--explain']);
  expect(out).toMatch(/service +EC2 +aws +no other source says one/);
  expect(out).toMatch(/country +IE +city +its range is narrower than that of shipped-country/);
  expect(out).toMatch(/aws +203\.0\.113\.0\/24 +2026-05-28 +2026-05-29 +provider Amazon, service EC2/);
  const json = await northsouth(['lookup', '203.0.113.7', '--explain', '--json']);
  expect(JSON.parse(json.out)).toMatchObject([
    { address: '203.0.113.7', labels: [{ column: 'service' }, {}] },
  ]);
  expect((await northsouth(['lookup', 'word', '--explain'])).code).toBe(2);
  for (const flag of ['--rdap', '--reverse-dns']) {
    const asked = await northsouth(['lookup', '203.0.113.7', '--explain', flag]);
    expect(asked).toMatchObject({ code: 2, out: '', calls: [] });
    expect(asked.err).toContain(flag);
  }
});

test('labels --help has examples', async () => {
  const { out } = await northsouth(['labels', '--help']);
  expect(out).toContain('labels add GeoLite2-City.mmdb --name city');
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { detectors } from '../../src/detect/all.ts';
import { explain } from '../../src/hunt/explain.ts';
import { defaultRdap, rdapSettings } from '../../src/registries/settings.ts';
import { readSettings, writeMissingSettings } from '../../src/settings/settings.ts';
import { folderAt } from '../../src/store/folder.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'northsouth-settings-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const path = () => join(root, 'northsouth.yaml');
const read = async (yaml: string) => {
  await writeFile(path(), yaml);
  return readSettings(folderAt(root));
};

test('the default file names every threshold with its reason, and changes none', async () => {
  await writeMissingSettings(folderAt(root));
  const text = await readFile(path(), 'utf8');
  const written = await readSettings(folderAt(root));
  for (const { question, settings } of detectors) {
    for (const [name, { reason, value }] of Object.entries(settings)) {
      expect(text).toContain(`#   ${name}: `);
      expect(text).toContain(reason);
      expect(written.detectors[question][name]).toEqual(value);
    }
  }
});

test('the default file names how registries are asked, and a section changes it', async () => {
  await rm(path(), { force: true });
  await writeMissingSettings(folderAt(root));
  const text = await readFile(path(), 'utf8');
  for (const [name, { reason, value }] of Object.entries(rdapSettings)) {
    expect(text).toContain(`#   ${name}: ${value}`);
    expect(text).toContain(reason);
  }
  expect((await readSettings(folderAt(root))).rdap).toEqual(defaultRdap);
  expect((await read('rdap:\n  lacnic: 5\n')).rdap).toEqual({ ...defaultRdap, lacnic: 5 });
  await expect(read('rdap:\n  lacinc: 5\n')).rejects.toThrow(
    'line 2: rdap.lacinc: no setting that is known here; there are arin, ripe,',
  );
});

test('a section changes what it names and leaves the rest', async () => {
  const [detector] = detectors;
  const [name, setting] = Object.entries(detector?.settings ?? {}).find(
    ([, { value, to }]) => typeof value === 'number' && value + 1 <= to,
  ) ?? ['', { value: 0 }];
  const value = Number(setting.value) + 1;
  const { detectors: values } = await read(`scan:\n  ${name}: ${value}\naccess:\n`);
  expect(values.scan[name]).toBe(value);
  expect(Object.keys(values.scan)).toHaveLength(Object.keys(detector?.settings ?? {}).length);
  const told = (await explain('scan', { workspace: root })).settings.find((one) => one.name === name);
  expect(told).toMatchObject({ value, isDefault: false });
});

const [aNumber] = Object.entries(detectors[0]?.settings ?? {}).find(
  ([, { value }]) => typeof value === 'number',
) ?? [''];

test.each([
  [
    'local: []\nscan:\n  noSuchThing: 3\n',
    'line 3: scan.noSuchThing: no setting that is known here; there are ',
  ],
  [`scan:\n\n  ${aNumber}: many\n`, `line 3: scan.${aNumber}: expected a number from `],
  [`scan:\n  ${aNumber}: -1\n`, ', found -1'],
  ['access: 3\n', 'line 1: access: '],
  [
    'beacons: 3\n',
    'line 1: beacons: no setting that is known here; there are local, internet, format, scan, ',
  ],
])('%j is refused with file, line, key and bounds', async (yaml, message) => {
  await expect(read(yaml)).rejects.toMatchObject({ code: 'config.invalid' });
  await expect(read(yaml)).rejects.toThrow(message);
  await expect(read(yaml)).rejects.toThrow(path());
});

test.each(['scan', 'access', 'c2', 'exfil'] as const)('%s is explained', async (question) => {
  const { about, settings } = await explain(question, { workspace: join(root, 'none') });
  expect(about.length).toBeGreaterThan(500);
  expect(about).toMatch(/T\d{4}/);
  expect(settings.length).toBeGreaterThan(3);
  expect(settings.every(({ isDefault }) => isDefault)).toBe(true);
});

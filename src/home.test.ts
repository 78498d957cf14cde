import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { homeFolder } from './home.ts';

test('the folder that the user names wins over those of the system', () => {
  const env = { NORTHSOUTH_HOME: '/srv/ns', XDG_DATA_HOME: '/data', LOCALAPPDATA: 'C:/Local' };
  expect(homeFolder(env, 'linux')).toBe('/srv/ns');
  expect(homeFolder({ ...env, NORTHSOUTH_HOME: '' }, 'linux')).toBe(join('/data', 'northsouth'));
  expect(homeFolder({ ...env, NORTHSOUTH_HOME: '' }, 'win32')).toBe(join('C:/Local', 'northsouth'));
});

test('without any of them it lies where the system keeps data of a user', () => {
  expect(homeFolder({}, 'linux')).toBe(join(homedir(), '.local', 'share', 'northsouth'));
  expect(homeFolder({}, 'win32')).toBe(join(homedir(), 'AppData', 'Local', 'northsouth'));
});

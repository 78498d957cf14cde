import { describe, expect, test } from 'vitest';
import { HuntError } from '../errors.ts';
import { defaultSetAsides } from './default-set-asides.ts';
import { providers } from './providers.ts';
import { parseSetAsides, switchSetAside } from './set-asides.ts';

const entries = parseSetAsides(defaultSetAsides, 'set-asides.yaml');

describe('the default list', () => {
  test('is on for the twelve networks of the notebook, and for nothing else', () => {
    const on = entries.filter((entry) => entry.on);
    expect(on.map((entry) => entry.name)).toEqual(['Amazon', 'Google', 'Microsoft', 'Canonical']);
    expect(on.flatMap((entry) => entry.networks)).toEqual([
      ...['AMAZON-02', 'AMAZON-IAD', 'AT-88-Z', 'AMAZON-2011L', 'AMAZO-CF'],
      ...['GOOGLE', 'GOOGLE-CLOUD', 'GOOGL-2', 'MICROSOFT', 'MSFT'],
      ...['UK-CANONICAL-20151111', 'CANONICAL-CORE'],
    ]);
  });

  test.each(entries.map((entry) => [entry.name, entry] as const))(
    '%s has the AS numbers of the provider',
    (name, entry) => {
      expect(entry.asns).toEqual(providers.find((provider) => provider.name === name)?.asns);
    },
  );
});

const good = `set-asides:
  - name: Ours   # the branch offices
    on: true
    reason: office traffic
    cidrs: [203.0.113.0/24]
  - name: Theirs
    on: false
    reason: 'backup'
    networks:
      - BACKUP-NET
`;

test('an entry, with empty lists where it has none', () => {
  expect(parseSetAsides(good, 'x.yaml')[0]).toEqual({
    name: 'Ours',
    on: true,
    reason: 'office traffic',
    asns: [],
    networks: [],
    cidrs: ['203.0.113.0/24'],
    services: [],
    exceptServices: [],
  });
});

test('an entry may be narrowed by services, one way or the other', () => {
  const narrowed = (line: string) => `${good.trimEnd()}\n    ${line}\n`;
  expect(parseSetAsides(narrowed('services: [S3, CLOUDFRONT]'), 'x.yaml')[1]).toMatchObject({
    services: ['S3', 'CLOUDFRONT'],
    exceptServices: [],
  });
  expect(parseSetAsides(narrowed('except-services: [EC2]'), 'x.yaml')[1]).toMatchObject({
    services: [],
    exceptServices: ['EC2'],
  });
  expect(() => parseSetAsides(narrowed('services: [S3]\n    except-services: [EC2]'), 'x.yaml')).toThrow(
    /x.yaml, line 12: .*not both/,
  );
});

test.each(['', '# nothing\n', 'set-asides:\n', 'set-asides: []\n'])('%j sets nothing aside', (yaml) => {
  expect(parseSetAsides(yaml, 'x.yaml')).toEqual([]);
});

const swap = (from: string, to: string) => good.replace(from, to);

test.each([
  [
    'a wrong type',
    swap('on: true', 'on: yes'),
    'line 3: entry "Ours", key "on": expected true or false, found "yes".',
  ],
  [
    'an unknown key',
    swap('reason: office', 'reson: office'),
    'line 4: entry "Ours", key "reson": no such key',
  ],
  [
    'a missing key',
    swap("    reason: 'backup'\n", ''),
    'line 6: entry "Theirs", key "reason": the key is missing.',
  ],
  [
    'a number that is none',
    swap('cidrs: [203.0.113.0/24]', 'asns: [AS16509]'),
    'line 5: entry "Ours", key "asns": expected an AS number',
  ],
  [
    'a number too large',
    swap('cidrs: [203.0.113.0/24]', 'asns: [4294967296]'),
    'entry "Ours", key "asns": expected an AS number',
  ],
  [
    'a value for a list',
    swap('cidrs: [203.0.113.0/24]', 'asns: 16509'),
    'key "asns": expected a list of AS numbers',
  ],
  [
    'host bits',
    swap('203.0.113.0/24', '203.0.113.1/24'),
    'line 5: entry "Ours", key "cidrs": "203.0.113.1/24" is an address inside',
  ],
  ['an empty name', swap('name: Theirs', "name: ' '"), 'line 6: entry " ", key "name": expected a name'],
  [
    'no name',
    swap('name: Theirs', 'networks: [X]').replace('    networks:\n      - BACKUP-NET\n', ''),
    'entry 2, key "name": the key is missing',
  ],
  ['a name twice', swap('name: Theirs', 'name: OURS'), 'line 6: entry "OURS", key "name": the name is taken'],
  [
    'an entry that matches nothing',
    swap('networks:\n      - BACKUP-NET', 'networks: []'),
    'line 6: entry "Theirs": expected at least one',
  ],
  [
    'a wrong top key',
    swap('set-asides:', 'setasides:'),
    'line 2: key "setasides": no such key; the keys are set-asides.',
  ],
  ['a list at the top', '- name: X\n', 'line 1: expected "set-asides:" and a list'],
  ['text at the top', 'hello\n', 'line 1: expected "set-asides:" and a list'],
  ['a map for the list', 'set-asides:\n  Amazon: true\n', 'key "set-asides": expected a list of entries'],
  ['a text for an entry', 'set-asides:\n  - Amazon\n', 'line 2: entry 1: expected the keys name, on'],
  ['a key twice', swap('on: true', 'on: true\n    on: false'), 'line 4: '],
  ['broken YAML', swap('[203.0.113.0/24]', '[203.0.113.0/24'), 'x.yaml, line '],
])('%s is an error that says where', (_, yaml, message) => {
  const refusal = (() => {
    try {
      return parseSetAsides(yaml, 'x.yaml');
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(HuntError);
  expect(refusal).toMatchObject({ code: 'config.invalid' });
  expect((refusal as HuntError).message).toMatch(/^x\.yaml, line \d+: /);
  expect((refusal as HuntError).message).toContain(message);
});

describe('switching', () => {
  test('changes one word and nothing else', () => {
    expect(switchSetAside(good, 'Ours', false)).toBe(good.replace('on: true', 'on: false'));
    expect(switchSetAside(good, 'theirs', true)).toBe(good.replace('on: false', 'on: true'));
    expect(switchSetAside(good, 'Ours', true)).toBe(good);
  });

  test.each([
    ['with a byte order mark', `\uFEFF${good}`],
    ['with Windows line ends', good.replaceAll('\n', '\r\n')],
    ['with names beyond ASCII', good.replace('office traffic', 'Büro 🏢 traffic')],
  ])('changes the right word in a file %s', (_, yaml) => {
    expect(switchSetAside(yaml, 'Theirs', true)).toBe(yaml.replace('on: false', 'on: true'));
  });

  test('leaves the default list valid, with all of its comments', () => {
    const changed = switchSetAside(defaultSetAsides, 'Amazon', false);
    expect(parseSetAsides(changed, 'x.yaml').find((entry) => entry.name === 'Amazon')?.on).toBe(false);
    expect(switchSetAside(changed, 'Amazon', true)).toBe(defaultSetAsides);
  });

  test('names what could have been meant', () => {
    expect(() => switchSetAside(good, 'Amazon', true)).toThrow(
      expect.objectContaining({ code: 'usage.value', hint: 'The set-asides are Ours, Theirs.' }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { cardOf } from './jcard.ts';
import { registrationOf } from './registration.ts';

const from = {
  registry: 'ripe',
  url: 'https://rdap.db.ripe.net/ip/62.1.2.3',
  askedAt: '2026-11-24T08:00:00Z',
};
const card = (...properties: unknown[]) => ['vcard', [['version', {}, 'text', '4.0'], ...properties]];
const block = { startAddress: '62.1.2.0', endAddress: '62.1.3.255' };
const normalised = (answer: Record<string, unknown>) =>
  registrationOf({ ...block, ...answer }, from)?.registration;

test('an answer like those of RIPE', () => {
  const answer = {
    handle: '62.1.2.0 - 62.1.3.255',
    name: 'EXAMPLE-NET',
    country: 'DE',
    type: 'ASSIGNED PA',
    parentHandle: '62.1.0.0 - 62.1.255.255',
    remarks: [{ description: ['Example Hosting, Frankfurt', 'Rack 7'] }],
    events: [
      { eventAction: 'last changed', eventDate: '2024-02-03T04:05:06Z' },
      { eventAction: 'registration', eventDate: '2011-01-02T03:04:05+01:00' },
    ],
    entities: [
      {
        roles: ['registrant'],
        vcardArray: card(['fn', {}, 'text', 'EXAMPLE-MNT'], ['kind', {}, 'text', 'individual']),
      },
      {
        roles: ['registrant'],
        vcardArray: card(['fn', {}, 'text', 'Example GmbH'], ['kind', {}, 'text', 'org']),
        entities: [
          {
            roles: ['abuse'],
            vcardArray: card(
              ['fn', {}, 'text', 'Abuse'],
              ['email', { type: 'abuse' }, 'text', 'abuse@example.net'],
            ),
          },
        ],
      },
    ],
  };
  expect(normalised(answer)).toEqual({
    first: '62.1.2.0',
    last: '62.1.3.255',
    cidrs: ['62.1.2.0/23'],
    handle: '62.1.2.0 - 62.1.3.255',
    name: 'EXAMPLE-NET',
    organisation: 'Example GmbH',
    description: 'Example Hosting, Frankfurt',
    country: 'DE',
    abuse: 'abuse@example.net',
    kind: 'ASSIGNED PA',
    registered: '2011-01-02T02:04:05Z',
    changed: '2024-02-03T04:05:06Z',
    asns: [],
    parent: '62.1.0.0 - 62.1.255.255',
    ...from,
  });
});

test('an answer like those of ARIN: the country stands in the address of the holder, the AS in an extension', () => {
  const address = [
    'adr',
    { label: '1 Main Street\nSpringfield\nIL\n60000\nUnited States' },
    'text',
    ['', '', '', '', '', '', ''],
  ];
  const answer = {
    entities: [
      {
        roles: ['Registrant'],
        vcardArray: card(['fn', {}, 'text', 'Example, Inc.'], address, ['kind', {}, 'text', 'org']),
      },
    ],
    arin_originas0_originautnums: [64_500, 'AS64501', 64_500, -1, 'none'],
  };
  expect(normalised(answer)).toMatchObject({
    organisation: 'Example, Inc.',
    country: 'US',
    asns: [64_500, 64_501],
    description: null,
    abuse: null,
  });
});

test.each([
  null,
  'text',
  [],
  {},
  { startAddress: '62.1.2.0' },
  { startAddress: '62.1.3.0', endAddress: '62.1.2.0' },
  { startAddress: '62.1.2.0', endAddress: '2a00::' },
])('%j is no registration', (value) => {
  expect(registrationOf(value, from)).toBeNull();
});

test('whatever is missing or of another type is null', () => {
  const odd = {
    handle: 7,
    name: ['x'],
    country: 'Nowhere',
    type: null,
    entities: 'none',
    remarks: {},
    events: [1, {}],
  };
  const nulls = { handle: null, name: null, country: null, kind: null, organisation: null, registered: null };
  expect(normalised(odd)).toMatchObject({
    ...nulls,
    description: null,
    changed: null,
    parent: null,
    asns: [],
  });
  expect(normalised({})).toMatchObject(nulls);
});

test('entities inside entities end somewhere', () => {
  let nested: Record<string, unknown> = {
    roles: ['abuse'],
    vcardArray: card(['email', {}, 'text', 'too@deep.example']),
  };
  for (let depth = 0; depth < 10_000; depth += 1) nested = { roles: ['x'], entities: [nested] };
  expect(normalised({ entities: [nested] })?.abuse).toBeNull();
  const many = Array.from({ length: 50_000 }, () => ({ roles: ['x'], entities: [] }));
  expect(normalised({ entities: many })?.organisation).toBeNull();
});

describe('a jCard', () => {
  test.each<[unknown, ReturnType<typeof cardOf>['country']]>([
    [['adr', { cc: 'nl' }, 'text', []], 'NL'],
    [['adr', {}, 'text', ['', '', '', '', '', '', 'Brazil']], 'BR'],
    [['adr', null, 'text', ['', '', '', '', '', '', 'Atlantis']], null],
    [['adr', [], 'text', 'Germany'], null],
    [['adr'], null],
  ])('%j is in %s', (property, country) => {
    expect(cardOf(card(property)).country).toBe(country);
  });

  test.each([
    undefined,
    null,
    7,
    'vcard',
    [],
    ['vcard'],
    ['vcard', 7],
    ['vcard', [null, 7, [], [['fn']], ['fn']]],
  ])('%j says nothing', (value) => {
    expect(cardOf(value)).toEqual({ name: null, organisation: null, kind: null, emails: [], country: null });
  });

  test('may give several texts where one is expected, and addresses that are none', () => {
    const odd = cardOf(
      card(
        ['ORG', {}, 'text', ['Example', 7, 'Unit 2']],
        ['email', {}, 'text', 'a@example.net', 'b@example.net'],
        ['email', {}, 'text', 'no mail', 'x <y@example.net>', { a: 1 }],
      ),
    );
    expect(odd.organisation).toBe('Example Unit 2');
    expect(odd.emails).toEqual(['a@example.net', 'b@example.net']);
  });
});

import { describe, expect, test } from 'vitest';
import { nobodyAsked } from '../registries/facts.ts';
import { huntLines } from './hunt.ts';
import { addressLines } from './ip.ts';
import { lookupLines } from './lookup.ts';
import { plainPage } from './page.ts';
import { askedLines, holderText, registryLines } from './registry.ts';
import {
  sampleAddress,
  sampleAsked,
  sampleFindings,
  sampleHunt,
  sampleRegistration,
  sampleTop,
} from './samples.test.ts';

const plain = {
  ...sampleRegistration,
  ...{ organisation: 'Example GmbH', name: 'EXAMPLE-NET', cidrs: ['203.0.113.0/25', '203.0.113.128/25'] },
};
const hostileText = 'EVIL\\x1b]0;owned\\x07\\u{202e}';
const row = {
  ...{ address: '203.0.113.77', scope: 'internet' as const, asn: 64_500, network: 'EXAMPLE', country: 'DE' },
  ...{ city: null, provider: null, service: null, region: null },
  ...{
    registry: null,
    name: null,
    names: 0,
    mark: null,
    intel: [],
    registryFailure: null,
    asked: [],
    reverseNames: null,
  },
};

test('a registration in full', () => {
  expect(registryLines({ registry: plain, registryFailure: null }, plainPage())).toEqual([
    'Registered to Example GmbH, DE, block 203.0.113.0/25, 203.0.113.128/25 EXAMPLE-NET (ripe, 2026-06-05): ASSIGNED PA; registered 2011-01-02; changed 2024-02-03; AS64500; complaints to abuse@example.net',
  ]);
});

test('a registration that says little; a block of many CIDRs is told by its ends', () => {
  const little = {
    ...{
      ...plain,
      organisation: null,
      country: null,
      kind: null,
      registered: null,
      changed: null,
      abuse: null,
    },
    ...{
      asns: [],
      cidrs: ['1.0.0.1/32', '1.0.0.2/31', '1.0.0.4/31', '1.0.0.6/32'],
      first: '1.0.0.1',
      last: '1.0.0.6',
    },
  };
  expect(registryLines({ registry: little, registryFailure: null }, plainPage())).toEqual([
    'Registered to EXAMPLE-NET, block 1.0.0.1 to 1.0.0.6 (ripe, 2026-06-05)',
  ]);
  expect(holderText({ ...little, description: 'Example Ltd' })).toBe('Example Ltd');
  expect(holderText({ ...little, name: null })).toBe('nobody that is named');
});

test('no registration: the reason, or nothing where nobody was asked', () => {
  const failure = { reason: 'ripe knows no block with it.', at: '', until: '' };
  expect(registryLines({ registry: null, registryFailure: failure }, plainPage(), '  ')).toEqual([
    '  No registration: ripe knows no block with it.',
  ]);
  expect(registryLines({ registry: null, registryFailure: null }, plainPage())).toEqual([]);
});

describe('hostile text stays text', () => {
  test.each([undefined, 40, 80])('at %s columns', (width) => {
    const page = plainPage(width);
    const registry = sampleRegistration;
    const top = sampleTop.map((each) => ({ ...each, registry }));
    const findings = sampleFindings.map((each) => ({ ...each, registry }));
    const report = {
      broken: [],
      failedFiles: [],
      by: 'flows' as const,
      all: false,
      rows: 20,
      asked: true,
      isBounded: false,
    };
    const lines = [
      ...lookupLines([{ ...row, registry, reverseNames: ['evil\u001b[31m.example'] }], page),
      ...addressLines({ ...sampleAddress, registry, reverseNames: ['evil\u001b[31m.example'] }, 5, page),
      ...huntLines({ hunt: { ...sampleHunt, top, findings }, ...report }, page),
      ...askedLines(sampleAsked, page),
    ];
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    if (width === undefined) expect(lines.join('')).toContain(hostileText);
  });
});

test('a lookup shows marks and lists where there are any', () => {
  const intel = [
    {
      ...({ list: 'feodo', kind: 'threat', date: '2026-11-20', entry: '203.0.113.7' } as const),
      ...{ port: null, context: hostileText },
    },
  ];
  const said = lookupLines([{ ...row, mark: 'malicious', intel }], plainPage()).join('\n');
  expect(said).toMatch(/mark\n.*\n.*malicious/);
  expect(said).toContain('On threat list feodo (2026-11-20)');
  expect(lookupLines([row], plainPage()).join('\n')).not.toContain('mark');
});

test('a lookup shows what reverse DNS says below its table, and the honest line once', () => {
  const lines = lookupLines(
    [
      { ...row, registry: plain, reverseNames: ['a.example.net', 'b.example.net'] },
      { ...row, address: '203.0.113.78', registry: plain, reverseNames: [] },
    ],
    plainPage(),
  );
  expect(lines.slice(4)).toEqual([
    '',
    '203.0.113.77 is named a.example.net, b.example.net in reverse DNS',
    '203.0.113.77',
    expect.stringContaining('  Registered to Example GmbH'),
    '203.0.113.78 has no name in reverse DNS',
    '203.0.113.78',
    expect.stringContaining('  Registered to Example GmbH'),
    'A registry tells who is responsible for a block of addresses, not who uses one of them, nor where.',
  ]);
});

test('a hunt shows whom destinations are registered to only where something is known', () => {
  const report = {
    broken: [],
    failedFiles: [],
    by: 'flows' as const,
    all: false,
    rows: 3,
    asked: true,
    isBounded: false,
  };
  const without = huntLines({ hunt: sampleHunt, ...report }, plainPage()).join('\n');
  expect(without).not.toMatch(/registered to/i);
  const top = sampleTop.map((each, index) => ({ ...each, registry: index === 0 ? plain : null }));
  const findings = sampleFindings.map((each) => ({
    ...each,
    registry: { ...plain, askedAt: '2026-05-01T00:00:00Z' },
  }));
  const known = huntLines({ hunt: { ...sampleHunt, top, findings }, ...report }, plainPage()).join('\n');
  expect(known).toMatch(/in +registered to\n/);
  expect(known).toMatch(/DE +Example GmbH\n/);
  expect(known).toContain('registered to Example GmbH. beacon:');
  expect(known).toContain('Registered to: as registries said on 2026-05-01 to 2026-06-05. A registry tells');
});

test('nothing is said where nothing left the machine; what could not be kept is', () => {
  expect(askedLines(nobodyAsked, plainPage())).toEqual([]);
  expect(askedLines({ ...nobodyAsked, notKept: 'EACCES: permission denied' }, plainPage())).toEqual([
    'What registries answered could not be kept: EACCES: permission denied.',
  ]);
});

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Entry } from './entry.ts';
import { readList } from './read-list.ts';

const now = Date.parse('2026-11-24T00:00:00Z') / 1000;
const read = (text: string | Uint8Array) =>
  readList(typeof text === 'string' ? Buffer.from(text) : text, 'list', now);

/** `address or AS[:port] | context`, as short as a test can be read. */
const short = ({ text, range, asn, port, context }: Entry) =>
  `${range === null ? `AS${asn}` : text}${port === null ? '' : `:${port}`}${context === null ? '' : ` | ${context}`}`;
const entries = (text: string) => read(text).entries.map(short);

describe('one entry on each line', () => {
  test('with comments, trailing text, host bits, ranges, ports, AS numbers, defanged', () => {
    const list = read(`\ufeff# Blocklist, last updated: 2026-11-20 10:00 UTC
; licence: CC BY 4.0
203.0.113.7 # a scanner
203.0.113.8;seen today
203.0.113.9,malware
198.51.100.77/24 ; SBL1

2001:DB8::1
192.0.2.1 - 192.0.2.2
203[.]0[.]113[.]10
203.0.113.11:8443
[2001:db8::2]:443
AS64500 ; a hoster
hxxp://203.0.113.12/x
example.com
0.0.0.0/0
300.1.1.1
`);
    expect(list.entries.map(short)).toEqual([
      '203.0.113.7 | a scanner',
      '203.0.113.8 | seen today',
      '203.0.113.9 | malware',
      '198.51.100.77/24 | SBL1',
      '2001:DB8::1',
      '192.0.2.1-192.0.2.2',
      '192.0.2.1-192.0.2.2',
      '203.0.113.10',
      '203.0.113.11:8443:8443',
      '[2001:db8::2]:443:443',
      'AS64500 | a hoster',
    ]);
    expect(list.entries[3]?.range).toMatchObject({ length: 24, first: 3_325_256_704n, last: 3_325_256_959n });
    expect(list).toMatchObject({ skipped: 4, date: '2026-11-20T10:00:00Z', licence: 'CC BY 4.0' });
    expect(list.firstSkipped.map(({ line, text }) => [line, text])).toEqual([
      [14, 'hxxp://203.0.113.12/x'],
      [15, 'example.com'],
      [16, '0.0.0.0/0'],
      [17, '300.1.1.1'],
    ]);
  });

  test('ipsum, DShield and Spamhaus as text', () => {
    expect(
      entries('# IPsum\n# (https://github.com/stamparm/ipsum)\n203.0.113.7\t9\n203.0.113.8\t1\n'),
    ).toEqual(['203.0.113.7 | on 9 lists', '203.0.113.8 | on 1 lists']);
    const [block] = read(
      '#Start\tEnd\tNetblock\n203.0.113.0\t203.0.113.255\t24\t1210\tEXAMPLE\tDE\n',
    ).entries;
    expect(block?.range).toMatchObject({ length: 24 });
    expect(entries('; Spamhaus DROP List 2026/11/20\n1.10.16.0/20 ; SBL256894\n')).toEqual([
      '1.10.16.0/20 | SBL256894',
    ]);
  });

  test('Tor exits, both forms', () => {
    expect(entries('203.0.113.7\n203.0.113.8\n')).toEqual(['203.0.113.7', '203.0.113.8']);
    const relays = read(`ExitNode 63BAEE3A2B8B6F1B4B7D0B1F6C0C3D9E5F0A1B2C
Published 2026-11-23 10:11:12
LastStatus 2026-11-23 11:00:00
ExitAddress 203.0.113.7 2026-11-23 11:05:13
`);
    expect(relays.entries.map(short)).toEqual(['203.0.113.7 | Tor exit, seen 2026-11-23 11:05:13']);
    expect(relays).toMatchObject({ skipped: 0, form: 'Tor relay list' });
  });
});

test('Feodo Tracker, as CSV and as JSON', () => {
  const csv = `################################################################
# abuse.ch Feodo Tracker Botnet C2 IP Blocklist (CSV)          #
# Last updated: 2026-11-20 06:55:03 UTC                        #
# Terms Of Use: https://feodotracker.abuse.ch/blocklist/       #
################################################################
#
"first_seen_utc","dst_ip","dst_port","c2_status","last_online","malware"
"2021-01-17 07:44:46","203.0.113.7","443","online","2026-11-20","Emotet, ""E4"""
# END 1 entries
`;
  const list = read(csv);
  expect(list.entries.map(short)).toEqual([
    '203.0.113.7:443 | Emotet, "E4", first seen 2021-01-17 07:44:46, last online 2026-11-20, online',
  ]);
  expect(list).toMatchObject({ skipped: 0, date: '2026-11-20T06:55:03Z', form: 'CSV with column names' });
  expect(list.licence).toContain('feodotracker');
  const json = [
    {
      ...{ ip_address: '203.0.113.7', port: 8080, status: 'offline', hostname: null, as_number: 64_500 },
      ...{ as_name: 'X', country: 'DE', first_seen: '2022-06-04 21:24:53', malware: 'Dridex' },
    },
  ];
  expect(entries(JSON.stringify(json))).toEqual([
    '203.0.113.7:8080 | Dridex, first seen 2022-06-04 21:24:53, offline',
  ]);
});

test('Spamhaus as it is served now: DROP, DROPv6 and ASN-DROP', () => {
  const metadata =
    '{"type":"metadata","timestamp":1795132800,"size":10,"records":2,"copyright":"(c) Spamhaus","terms":"https://x"}';
  const drop = read(
    `{"cidr":"1.10.16.0/20","sblid":"SBL256894","rir":"apnic"}\n{"cidr":"2001:db8::/32","sblid":"SBL1","rir":"ripe"}\n${metadata}\n`,
  );
  expect(drop.entries.map(short)).toEqual(['1.10.16.0/20 | SBL256894, apnic', '2001:db8::/32 | SBL1, ripe']);
  expect(drop).toMatchObject({ skipped: 0, date: '2026-11-20T00:00:00Z', licence: '(c) Spamhaus https://x' });
  expect(
    entries(`{"asn":64500,"rir":"arin","domain":"example.com","cc":"US","asname":"EXAMPLE"}\n${metadata}\n`),
  ).toEqual(['AS64500 | EXAMPLE, example.com, US, arin']);
});

test('MISP: events, objects, ports, AS, warning lists; what is not for detection or deleted is left out', () => {
  const attribute = (type: string, value: string, more: object = {}) => ({
    type,
    value,
    to_ids: true,
    ...more,
  });
  const event = {
    Event: {
      info: 'OSINT Emotet',
      publish_timestamp: '1795132800',
      Attribute: [
        attribute('ip-dst', '203.0.113.7', { category: 'Network activity', comment: 'C2' }),
        attribute('ip-src', '198.51.100.0/24'),
        attribute('domain', 'example.com'),
        attribute('ip-dst', '203.0.113.8', { to_ids: false }),
        attribute('ip-dst', '203.0.113.9', { deleted: true }),
        attribute('AS', '64500'),
        attribute('ip-dst', 'x'),
      ],
      Object: [{ name: 'ip-port', Attribute: [attribute('ip-dst|port', '203.0.113.10|8443')] }],
    },
  };
  const list = read(JSON.stringify({ response: [event] }));
  expect(list.entries.map(short)).toEqual([
    '203.0.113.7 | OSINT Emotet, Network activity, C2',
    '198.51.100.0/24 | OSINT Emotet',
    'AS64500 | OSINT Emotet',
    '203.0.113.10:8443 | OSINT Emotet',
  ]);
  expect(list).toMatchObject({ skipped: 1, withdrawn: 2, date: '2026-11-20T00:00:00Z', form: 'MISP' });
  expect(entries(JSON.stringify(event))).toEqual(list.entries.map(short));
  expect(
    entries(JSON.stringify({ name: 'resolvers', type: 'cidr', list: ['1.1.1.1', '9.9.9.0/24'] })),
  ).toEqual(['1.1.1.1', '9.9.9.0/24']);
});

test('STIX 2.1: patterns, ports, objects, relationships; what is revoked or expired is left out', () => {
  const indicator = (id: string, pattern: string, more: object = {}) => ({
    ...{ type: 'indicator', spec_version: '2.1', id, pattern, pattern_type: 'stix' },
    ...{ valid_from: '2026-01-01T00:00:00Z', modified: '2026-11-20T00:00:00.000Z' },
    ...more,
  });
  const list = read(
    JSON.stringify({
      type: 'bundle',
      id: 'bundle--1',
      objects: [
        indicator('indicator--1', "[ipv4-addr:value = '203.0.113.7' OR ipv4-addr:value='203.0.113.8']", {
          name: 'C2',
        }),
        indicator('indicator--2', "[ipv4-addr:value ISSUBSET '198.51.100.0/24']", {
          valid_until: '2027-01-01T00:00:00Z',
        }),
        indicator('indicator--3', "[ipv6-addr:value IN ('2001:db8::1', '2001:db8::2')]"),
        indicator(
          'indicator--4',
          "[network-traffic:dst_ref.value = '203.0.113.9' AND network-traffic:dst_port = 443]",
        ),
        indicator('indicator--5', "[ipv4-addr:value = '203.0.113.10']", { revoked: true }),
        indicator('indicator--6', "[ipv4-addr:value = '203.0.113.11']", {
          valid_until: '2026-11-23T23:59:59Z',
        }),
        indicator('indicator--7', "[domain-name:value = 'example.com']"),
        indicator('indicator--8', 'alert tcp any any', { pattern_type: 'snort' }),
        indicator('indicator--9', "[ipv4-addr:value != '203.0.113.12']"),
        { type: 'ipv4-addr', id: 'ipv4-addr--1', value: '203.0.113.13' },
        { type: 'autonomous-system', id: 'autonomous-system--1', number: 64500 },
        { type: 'malware', id: 'malware--1', name: 'Emotet' },
        {
          ...{ type: 'relationship', relationship_type: 'indicates' },
          ...{ source_ref: 'indicator--1', target_ref: 'malware--1' },
        },
      ],
    }),
  );
  const from = 'valid from 2026-01-01T00:00:00Z';
  expect(list.entries.map(short)).toEqual([
    `203.0.113.7 | Emotet, C2, ${from}`,
    `203.0.113.8 | Emotet, C2, ${from}`,
    `198.51.100.0/24 | ${from}`,
    `2001:db8::1 | ${from}`,
    `2001:db8::2 | ${from}`,
    `203.0.113.9:443 | ${from}`,
    '203.0.113.13',
    'AS64500',
  ]);
  expect(list).toMatchObject({ withdrawn: 2, skipped: 3, date: '2026-11-20T00:00:00Z' });
  expect(list.entries[2]?.validUntil).toBe(Date.parse('2027-01-01T00:00:00Z') / 1000);
});

describe('what is no list', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['a web page', '\n<!DOCTYPE html><html><body>203.0.113.7</body></html>', /is a web page/],
    ['a zip archive', Buffer.from('PK\u0003\u0004rest'), /is a zip archive/],
    ['bytes', Buffer.from([1, 2, 0, 4]), /is no text/],
    ['gzip cut off', gzipSync('203.0.113.7\n').subarray(0, 15), /cannot be unpacked/],
    ['nothing', '', /it is empty/],
    ['comments', '# nothing today\n', /it is empty/],
    ['gzip in gzip', gzipSync(gzipSync('203.0.113.7')), /gzip inside gzip/],
    ['prose', 'hello\u001b[31m world\n', /line 1 is "hello/],
    ['broken JSON', '{"a":', /no address/],
    ['JSON of something else', '{"a": [1, null]}', /no address/],
  ])('%s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('hostile lines are skipped or made plain, and the others count', () => {
    const list = read(
      `203.0.113.7 # \u001b]0;owned\u0007\u0001evil\u2028x\n${'9'.repeat(1_000_000)}\n203.0.113.8 ${'A'.repeat(3000)}\r\n[2001:db8::1\n1.2.3.4.5\n`,
    );
    expect(list.entries.map(short)).toEqual([
      '203.0.113.7 | ]0;owned evil x',
      `203.0.113.8 | ${'A'.repeat(300)}`,
    ]);
    expect(list.skipped).toBe(3);
    expect(list.firstSkipped[0]).toMatchObject({ line: 2, reason: 'longer than 4,096 characters' });
    expect(list.firstSkipped[0]?.text.length).toBeLessThan(130);
    expect(read(gzipSync('203.0.113.7\n')).entries).toHaveLength(1);
  });
});

test('a bundle that is made to be slow is read all the same', () => {
  const indicator = (id: string, pattern: string) => ({
    ...{ type: 'indicator', spec_version: '2.1', id, pattern, pattern_type: 'stix' },
  });
  const names = Array.from({ length: 20_000 }, (_, index) => ({
    ...{ type: 'relationship', relationship_type: 'indicates', source_ref: 'a', target_ref: `m${index}` },
  }));
  const objects = [
    indicator('a', "[ipv4-addr:value = '203.0.113.7']"),
    indicator('slow', '[ipv4-addr:value IN ('.repeat(100_000)),
    { type: 'malware', id: 'm0', name: 'Emotet' },
    { type: 'malware', id: 'm1', name: 'x' },
    ...names,
    ...names.map(({ target_ref: id }) => ({ type: 'malware', id, name: `name of ${id}` })),
  ];
  const started = performance.now();
  const list = read(JSON.stringify({ type: 'bundle', objects }));
  expect(list.entries.map(({ text }) => text)).toEqual(['203.0.113.7']);
  expect(list.firstSkipped).toMatchObject([{ reason: 'a pattern of more than 20000 characters' }]);
  expect(performance.now() - started).toBeLessThan(5000);
});

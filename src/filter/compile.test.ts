import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressNumbers } from '../addresses/number.ts';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { HuntError } from '../errors.ts';
import { type Sql, sql, trusted } from '../sql/sql.ts';
import { conditionOf, groupConditions } from './compile.ts';
import { type Relation, relations } from './filter.ts';
import { keys } from './keys.ts';
import { parseFilter } from './parse.ts';

const folder = mkdtempSync(join(tmpdir(), 'northsouth-filter-'));
let engine: LocalEngine;

// Five records, told by their number: 1 and 2 go out, 3 comes in, 4 stays inside, 5 is rejected and IPv6.
const flows = `(VALUES
  (1, '10.0.0.5', '185.220.101.1', 51000, 443, 6, 1000000000, 10, 'ACCEPT', 'private', 'internet', '10.0.0.5', '185.220.101.1', 'eni-1'),
  (2, '10.0.0.6', '8.8.8.8', 52000, 53, 17, 90, 1, NULL, 'private', 'internet', '10.0.0.6', '8.8.8.8', 'eni-1'),
  (3, '198.51.7.9', '10.0.0.5', 443, 40000, 6, 5000, 4, 'ACCEPT', 'internet', 'private', '10.0.0.5', '198.51.7.9', 'eni_2'),
  (4, '10.0.0.5', '10.1.0.1', 33000, 5432, 6, 700, 3, 'ACCEPT', 'private', 'private', NULL, NULL, NULL),
  (5, '2001:0DB9::0001', '10.0.0.5', 60000, 22, 6, 40, 1, 'REJECT', 'internet', 'private', '10.0.0.5', '2001:0DB9::0001', 'eni-1')
) AS t(number, srcaddr, dstaddr, srcport, dstport, protocol, bytes, packets, action, src_scope, dst_scope, local, peer, interface_id)`;

const labels = `(VALUES
  ('185.220.101.1', 60729, 'Stiftung Erneuerbare Freiheit', 'DE', NULL, NULL, NULL, 'Berlin', 'malicious'),
  ('8.8.8.8', 15169, 'Google LLC', 'US', 'Google', 'Google', 'Public DNS', NULL, 'benign'),
  ('198.51.7.9', 64500, '100% Hosting_', 'RU', NULL, NULL, NULL, 'Nizhny Novgorod', NULL)
) AS l(address, asn, network, country, provider, set_aside, service, city, mark)`;

beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: folder });
  const columns = [
    'tgw_attachment_id',
    'resource_id',
    'vpc_id',
    'subnet_id',
    'instance_id',
    'region',
    'account_id',
  ];
  await engine.define(sql`CREATE VIEW flows AS SELECT *, 100 AS start, 160 AS "end",
    ${trusted(columns.map((name) => `CAST(NULL AS VARCHAR) AS ${name}`).join(', '))} FROM ${trusted(flows)}`);
  await engine.define(sql`CREATE TABLE addresses AS
    SELECT row_number() OVER () AS address_id, n.*, l.* EXCLUDE (address), coalesce(s.scope, 'private') AS scope
    FROM (${addressNumbers(sql`(SELECT srcaddr AS address FROM flows UNION SELECT dstaddr FROM flows)`)}) AS n
    LEFT JOIN ${trusted(labels)} ON l.address = n.address
    LEFT JOIN (SELECT DISTINCT peer AS address, 'internet' AS scope FROM flows) AS s ON s.address = n.address`);
  await engine.define(sql`CREATE TABLE names AS FROM (VALUES
    ('8.8.8.8', 'dns.google'), ('8.8.8.8', 'dns.google.com'), ('198.51.7.9', 'cdn_1.example.com')) AS n(address, name)`);
  await engine.define(sql`CREATE TABLE intel AS FROM (VALUES
    ('185.220.101.1', 'tor-exits'), ('185.220.101.1', 'ipsum'), ('8.8.8.8', 'Resolvers')) AS i(address, list)`);
  const ends =
    'local VARCHAR, peer VARCHAR, service_port INTEGER, protocol INTEGER, direction VARCHAR, traffic VARCHAR';
  const sums =
    'bytes_in BIGINT, bytes_out BIGINT, packets_in BIGINT, packets_out BIGINT, flows BIGINT, first_seen BIGINT, last_seen BIGINT, sessions BIGINT';
  for (const table of [
    `sessions (${ends}, bytes_in BIGINT, bytes_out BIGINT, packets_in BIGINT, packets_out BIGINT, records BIGINT, start BIGINT, "end" BIGINT, state VARCHAR, account_id VARCHAR, interface_id VARCHAR)`,
    `conversations (${ends}, ${sums})`,
    `peers (peer VARCHAR, ${sums})`,
    'findings (question VARCHAR, kind VARCHAR, severity VARCHAR, score DOUBLE, peer VARCHAR, local VARCHAR, service_port INTEGER, protocol INTEGER, direction VARCHAR, bytes BIGINT, first_seen BIGINT, last_seen BIGINT, mark VARCHAR, peers VARCHAR[])',
  ]) {
    await engine.define(sql`CREATE TABLE ${trusted(table)}`);
  }
  await engine.define(sql`INSERT INTO findings SELECT 'c2', 'beacon', unnest(['info', 'low', 'medium', 'high', 'critical']),
    0.5, '8.8.8.8', '10.0.0.6', 53, 17, 'outbound', 90, 0, 100, unnest([NULL, 'suspicious', NULL, NULL, 'benign']),
    unnest([['8.8.8.8', '185.220.101.1'], ['8.8.8.8'], ['8.8.8.8'], ['8.8.8.8'], ['8.8.8.8']])`);
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function numbers(statement: Sql): Promise<number[]> {
  const row = v.object({ number: v.number() });
  return (await engine.ask({ name: 'numbers', sql: statement, row })).map(({ number }) => number);
}

function matching(text: string): Promise<number[]> {
  const condition = conditionOf(text, parseFilter(text), 'flows');
  return numbers(sql`SELECT number FROM flows WHERE ${condition} ORDER BY number`);
}

describe('records that meet a filter', () => {
  test.each([
    ['', [1, 2, 3, 4, 5]],
    ['peer:185.220.101.1', [1]],
    ['peer:185.220.101.1,8.8.8.8', [1, 2]],
    ['peer:185.220.0.0/16', [1]],
    ['peer:8.8.8.0-8.8.9.0', [2]],
    // Without a peer it is not that peer.
    ['-peer:185.220.101.1', [2, 3, 4, 5]],
    ['peer:2001:db9::1', [5]],
    ['peer:2001:db8::/31', [5]],
    ['10.0.0.5', [1, 3, 4, 5]],
    ['local:10.0.0.5', [1, 3, 5]],
    ['src:10.0.0.5', [1, 4]],
    ['dst:10.0.0.5', [3, 5]],
    ['address:10.0.0.0/8', [1, 2, 3, 4, 5]],
    // The lower one of both ports: the answers of a server go from it.
    ['port:443', [1, 3]],
    ['port:53/tcp', []],
    ['port:53/udp', [2]],
    ['port:22-443', [1, 2, 3, 5]],
    ['dst-port:40000', [3]],
    ['src-port:443', [3]],
    ['protocol:udp', [2]],
    ['bytes>=5kB', [1, 3]],
    ['bytes:90-700', [2, 4]],
    ['packets<3', [2, 5]],
    ['duration:60', [1, 2, 3, 4, 5]],
    ['asn:15169', [2]],
    ['AS15169,AS64500', [2, 3]],
    ['network:"google llc"', [2]],
    ['network:google', []],
    ['network:*GOOGLE*', [2]],
    // Signs that SQL patterns know are letters here.
    ['network:100%*', [3]],
    ['network:*_', [3]],
    ['network:%', []],
    ['country:ru,us', [2, 3]],
    ['-country:US', [1, 3, 4, 5]],
    ['country:none', [5]],
    ['provider:none', [1, 3, 5]],
    ['-provider:none', [2, 4]],
    ['-provider:Google port:443', [1, 3]],
    ['set-aside:Google', [2]],
    ['city:berlin', [1]],
    ['city:nizhny*', [3]],
    ['-city:Berlin', [2, 3, 4, 5]],
    ['city:none', [2, 5]],
    ['service:"public dns"', [2]],
    ['service:none', [1, 3, 5]],
    ['mark:benign', [2]],
    ['mark:malicious,benign', [1, 2]],
    ['-mark:benign', [1, 3, 4, 5]],
    // An address that nobody marked has a peer; a record inside has none that could be marked.
    ['mark:none', [3, 5]],
    ['list:IPSUM', [1]],
    ['list:ipsum,resolvers', [1, 2]],
    ['list:*', [1, 2]],
    ['-list:*', [3, 4, 5]],
    ['list:none', [3, 5]],
    // Any of the names of an address, without the dot of the root.
    ['name:dns.google.com.', [2]],
    ['name:*.GOOGLE', [2]],
    ['name:*.com', [2, 3]],
    ['name:cdn?1.example.com', []],
    ['name:cdn_1.example.com', [3]],
    ['-name:*google*', [1, 3, 4, 5]],
    ['name:none', [1, 5]],
    ["name:'OR'1'='1", []],
    ['scope:private', [1, 2, 3, 4, 5]],
    ['traffic:to-internet', [1, 2]],
    ['traffic:from-internet', [3, 5]],
    ['traffic:east-west', [4]],
    ['traffic:north-south', [1, 2, 3, 5]],
    ['action:accept', [1, 2, 3, 4]],
    ['action:reject', [5]],
    ['interface:eni-1', [1, 2, 5]],
    ['interface:eni_*', [3]],
    ['interface:none', [4]],
    ['network:"\' OR 1=1 --"', []],
  ])('%s', async (text, expected) => {
    expect(await matching(text)).toEqual(expected);
  });
});

describe('groups', () => {
  test('bytes, packets and flows are those of the group, everything else of the records', async () => {
    const text = 'flows>1 bytes>=1kB -action:reject';
    const { records, groups } = groupConditions(text, parseFilter(text));
    // 10.0.0.5 has two records as a source that are not rejected, with 1,000,000,700 bytes.
    const asked = sql`SELECT count(*) AS number FROM flows WHERE ${records} GROUP BY srcaddr HAVING ${groups}`;
    expect(await numbers(asked)).toEqual([2]);
  });

  test('a negated total is turned round', async () => {
    const text = '-flows>1';
    const { records, groups } = groupConditions(text, parseFilter(text));
    const asked = sql`SELECT min(number) AS number FROM flows WHERE ${records} GROUP BY srcaddr HAVING ${groups} ORDER BY 1`;
    expect(await numbers(asked)).toEqual([2, 3, 5]);
  });
});

describe('findings', () => {
  test.each([
    ['severity>=high', 2],
    ['severity<medium', 2],
    ['severity:low,critical', 2],
    ['-severity:low', 4],
    ['question:c2 score>0.4 country:US', 5],
    ['kind:be*', 5],
    // The mark of the finding, which may be for its port alone, and not that of its peer.
    ['mark:suspicious', 1],
    ['-mark:benign', 4],
    ['mark:none', 3],
    ['list:resolvers name:dns.google', 5],
    // A finding about several peers is met by each of them.
    ['peer:185.220.101.1', 1],
    ['peer:185.220.101.0/24', 1],
    ['-peer:185.220.101.1', 4],
    ['address:185.220.101.1', 1],
    ['peer:8.8.8.8', 5],
  ])('%s', async (text, count) => {
    const condition = conditionOf(text, parseFilter(text), 'findings');
    expect(await numbers(sql`SELECT count(*) AS number FROM findings WHERE ${condition}`)).toEqual([count]);
  });
});

describe('what a relation cannot be asked', () => {
  test.each<[string, Relation, string, string]>([
    ['severity:high', 'flows', 'Flows cannot be asked for severity:high', 'Findings can.'],
    ['direction:inbound', 'flows', 'Flows cannot be asked for direction:inbound', 'traffic:to-internet'],
    ['port:443 vpc:vpc-1', 'sessions', 'Sessions cannot be asked for vpc', 'Flows can.'],
    [
      'port:443/tcp',
      'peers',
      'Peers cannot be asked for port',
      'Flows, sessions, conversations and findings can.',
    ],
    ['traffic:to-internet', 'sessions', 'Sessions cannot be asked for traffic:to-internet', 'Flows can.'],
    ['sessions>5', 'flows', 'Flows cannot be asked for sessions', 'Conversations and peers can.'],
  ])('%s of %s', (text, relation, message, hint) => {
    const asked = () => conditionOf(text, parseFilter(text), relation);
    expect(asked).toThrow(message);
    expect(asked).toThrow(HuntError);
    try {
      asked();
    } catch (error) {
      const { at, hint: said } = error as HuntError;
      expect(said).toContain(hint);
      expect(text.slice(at?.from, at?.to)).toBe(text.split(' ').at(-1));
    }
  });

  test('every example of every key can be asked of some relation, and DuckDB understands it', async () => {
    for (const { name, example } of keys) {
      const filter = parseFilter(example);
      let able = 0;
      for (const relation of relations) {
        let condition: Sql;
        try {
          condition = conditionOf(example, filter, relation);
        } catch (error) {
          expect(error).toMatchObject({ code: 'filter.relation' });
          continue;
        }
        able += 1;
        await numbers(sql`SELECT count(*) AS number FROM ${trusted(relation)} WHERE ${condition}`);
      }
      expect(able, name).toBeGreaterThan(0);
      // Flows and sizes of a row of top are asked of its groups.
      if (name !== 'flows') continue;
      const { groups } = groupConditions(example, filter);
      await numbers(sql`SELECT count(*) AS number FROM flows GROUP BY dstaddr HAVING ${groups}`);
    }
  });
});

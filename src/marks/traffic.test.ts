import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressNumbers } from '../addresses/number.ts';
import type { LocalEngine } from '../engine/local.ts';
import { openLocal } from '../engine/open.ts';
import { sql, trusted } from '../sql/sql.ts';
import type { MarkedSubject } from './mark.ts';
import { markedDays, markedShapes, markedTotals, matchedAddresses } from './traffic.ts';

const folder = mkdtempSync(join(tmpdir(), 'northsouth-marks-'));
let engine: LocalEngine;

beforeAll(async () => {
  engine = await openLocal({ memoryBytes: 300_000_000, threads: 1, spillDirectory: folder });
  const peers = `(VALUES ('203.0.114.7', 64500, 'Acme', 'Acme'), ('203.0.114.9', 64500, 'Acme', NULL),
    ('8.8.8.8', 15169, 'Google LLC', 'Google'), ('2001:db9::7', 64501, 'Six', NULL), ('10.0.3.4', NULL, NULL, NULL),
    ('10.9.0.1', NULL, NULL, NULL)) AS p(address, asn, network, provider)`;
  await engine.define(sql`CREATE TABLE addresses AS
    SELECT n.*, p.asn, p.network, p.provider FROM (${addressNumbers(sql`(SELECT address FROM ${trusted(peers)})`)}) AS n
    JOIN ${trusted(peers)} USING (address)`);
  const session = (peer: string, local: string, port: number, bytes: number, start: number) =>
    `('${peer}', '${local}', ${port}, 6, 'outbound', ${bytes}, 0, 2, ${start})`;
  await engine.define(
    sql`CREATE TABLE sessions AS SELECT * FROM (VALUES ${trusted(
      [
        session('203.0.114.7', '10.0.3.4', 443, 100, 1000),
        session('203.0.114.7', '10.9.0.1', 443, 30, 2000),
        session('203.0.114.7', '10.0.3.4', 22, 7, 90_000),
        session('203.0.114.9', '10.9.0.1', 443, 1000, 1000),
        session('2001:db9::7', '10.0.3.4', 443, 5, 1000),
      ].join(', '),
    )}) AS s(peer, local, service_port, protocol, direction, bytes_out, bytes_in, records, start)`,
  );
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const subject = (target: string, port: number | null = null, local: string | null = null): MarkedSubject => ({
  ...{ target, port, local },
});

test('an address is of every target that holds it, once each', async () => {
  const targets: readonly [string, number][] = [
    ['203.0.114.7', 1],
    ['203.0.114.0/24', 2],
    ['203.0.114.8/29', 1],
    ['0.0.0.0/0', 5],
    ['::/0', 1],
    ['2001:db9::/32', 1],
    ['2001:db9::7', 1],
    ['2001:db9::8', 0],
    ['AS64500', 2],
    // As a network and as a provider: one address has both.
    ['acme', 2],
    ['Google', 1],
    ['nobody', 0],
  ];
  const found = await engine.ask(matchedAddresses(targets.map(([target]) => subject(target))));
  const counts = new Map(found.map(({ place, addresses }) => [place, addresses]));
  expect(targets.map(([target], place) => [target, counts.get(place) ?? 0])).toEqual(targets);
});

test('traffic of targets, narrowed by port and local end', async () => {
  const subjects = [
    subject('203.0.114.0/24'),
    subject('203.0.114.7', 443),
    subject('203.0.114.0/24', null, '10.0.0.0/16'),
    subject('203.0.114.7', 443, '10.9.0.1'),
    subject('acme', null, '10.9.0.0/16'),
    subject('2001:db9::/32', 22),
  ];
  const totals = await engine.ask(markedTotals(subjects, sql`TRUE`));
  expect(totals.map(({ place, records, bytes, peers }) => [place, records, bytes, peers])).toEqual([
    [0, 8, 1137, 2],
    [1, 4, 130, 1],
    [2, 4, 107, 1],
    [3, 2, 30, 1],
    [4, 4, 1030, 2],
  ]);
  const shapes = await engine.ask(markedShapes(subjects));
  expect(shapes[2]).toMatchObject({ place: 2, locals: 1, directions: ['outbound'] });
  expect([...(shapes[2]?.ports ?? [])].sort()).toEqual(['22/tcp', '443/tcp']);
  const days = await engine.ask(markedDays(subjects));
  expect(days.filter(({ place }) => place === 0).map(({ day, bytes }) => [day, bytes])).toEqual([
    [0, 1130],
    [1, 7],
  ]);
});

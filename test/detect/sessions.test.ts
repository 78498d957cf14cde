import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { sql } from '../../src/sql/sql.ts';
import { analysed } from './analysed.ts';

const labelled = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'labelled');

const row = v.looseObject({ records: v.number() });

/** The sessions of a log file with this header and these lines, by start. */
async function sessionsOf(header: string, lines: readonly string[]): Promise<Record<string, unknown>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'northsouth-sessions-'));
  await writeFile(join(folder, 'flow.log'), [header, ...lines, ''].join('\n'));
  const { engine, close } = await analysed([folder]);
  const found = await engine.ask({
    name: 'sessions',
    sql: sql`SELECT * FROM sessions ORDER BY start, local, local_port, peer_port`,
    row,
  });
  await close();
  await rm(folder, { recursive: true });
  return found;
}

const v2 =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const nat = `${v2} pkt-srcaddr pkt-dstaddr`;

function line(eni: string, from: string, to: string, bytes: number, start: number, end = start + 50): string {
  const [src = '', srcPort = ''] = from.split(' ');
  const [dst = '', dstPort = ''] = to.split(' ');
  return `2 1 ${eni} ${src} ${dst} ${srcPort} ${dstPort} 6 2 ${bytes} ${start} ${end} ACCEPT OK`;
}

const client = '10.0.0.5 40000';
const web = '93.184.216.34 443';

describe('sessions', () => {
  test('both directions over several windows are one session, silence longer than a window and a minute cuts', async () => {
    const minutes = [0, 60, 120, 180];
    const lines = minutes.flatMap((at) => [
      line('eni-a', client, web, 100, 1_700_000_000 + at),
      line('eni-a', web, client, 1000, 1_700_000_000 + at),
    ]);
    // Ends at +230; the next record starts 121 s later: more than 60 + 60.
    const later = line('eni-a', client, web, 7, 1_700_000_000 + 351);
    const found = await sessionsOf(v2, [...lines, later]);
    expect(found).toMatchObject([
      {
        ...{
          local: '10.0.0.5',
          peer: '93.184.216.34',
          service_port: 443,
          direction: 'outbound',
          state: 'answered',
        },
        ...{ records: 8, bytes_out: 400, bytes_in: 4000, start: 1_700_000_000, end: 1_700_000_230 },
      },
      { records: 1, bytes_out: 7, bytes_in: 0, state: 'unanswered' },
    ]);
  });

  test('a silence of exactly one window and a minute does not cut', async () => {
    const found = await sessionsOf(v2, [
      line('eni-a', client, web, 1, 1_700_000_000),
      line('eni-a', client, web, 1, 1_700_000_000 + 50 + 120),
    ]);
    expect(found).toMatchObject([{ records: 2 }]);
  });

  test('windows of 600 s are read from the data of the interface', async () => {
    const lines = [0, 600, 1200].map((at) =>
      line('eni-a', client, web, 1, 1_700_000_000 + at, 1_700_000_590 + at),
    );
    expect(await sessionsOf(v2, lines)).toMatchObject([{ records: 3, window_seconds: 600 }]);
  });

  test('east/west traffic is recorded at both ends and counted at one', async () => {
    const database = '10.0.9.9 5432';
    const both = (eni: string) => [
      line(eni, client, database, 300, 1_700_000_000),
      line(eni, database, client, 5000, 1_700_000_000),
    ];
    expect(await sessionsOf(v2, [...both('eni-a'), ...both('eni-b')])).toMatchObject([
      {
        ...{
          traffic: 'east_west',
          local: '10.0.0.5',
          peer: '10.0.9.9',
          service_port: 5432,
          direction: 'outbound',
        },
        ...{ bytes_out: 300, bytes_in: 5000, records: 2, other_interfaces: 1 },
      },
    ]);
  });

  test('behind a NAT gateway the true ends count, once', async () => {
    // The instance's interface, and the gateway's private side: the same packet between the same true ends.
    const found = await sessionsOf(nat, [
      `${line('eni-instance', client, web, 900, 1_700_000_000)} 10.0.0.5 93.184.216.34`,
      `${line('eni-nat', client, '10.0.1.1 443', 900, 1_700_000_000)} 10.0.0.5 93.184.216.34`,
    ]);
    expect(found).toMatchObject([
      { local: '10.0.0.5', peer: '93.184.216.34', bytes_out: 900, other_interfaces: 1 },
    ]);
  });

  test('tcp-flags decide who started, whatever the ports say', async () => {
    const flags = (text: string, value: number) => `${text} ${value}`;
    const found = await sessionsOf(`${v2} tcp-flags`, [
      flags(line('eni-a', '10.0.0.5 22', '93.184.216.34 50000', 10, 1_700_000_000), 2),
      flags(line('eni-a', '93.184.216.34 50000', '10.0.0.5 22', 10, 1_700_000_000), 18),
    ]);
    expect(found).toMatchObject([{ initiator: 'local', initiator_basis: 'tcp-flags', service_port: 50_000 }]);
  });

  test('a service port recurs over the changing ports of its clients', async () => {
    const lines = Array.from({ length: 5 }, (_, n) => [
      line('eni-a', '10.0.0.5 9200', `93.184.216.34 ${50_000 + n}`, 10, 1_700_000_000),
      line('eni-a', `93.184.216.34 ${50_000 + n}`, '10.0.0.5 9200', 10, 1_700_000_000),
    ]).flat();
    const found = await sessionsOf(v2, lines);
    expect(found).toHaveLength(5);
    expect(found[0]).toMatchObject({
      direction: 'inbound',
      service_port: 9200,
      initiator_basis: 'recurring port',
    });
  });

  test('a port that meets many system ports is the source port of a scan, also where it is the lower one', async () => {
    const asked = [22, 80, 443, 445, 49_152, 50_000];
    const lines = asked.flatMap((port) => [
      line('eni-a', '10.0.0.5 40000', `10.0.0.9 ${port}`, 44, 1_700_000_000),
      line('eni-a', `10.0.0.9 ${port}`, '10.0.0.5 40000', 40, 1_700_000_000),
    ]);
    const found = await sessionsOf(v2, lines);
    expect(found.map((session) => [session['local'], session['service_port']])).toEqual(
      asked.map((port) => ['10.0.0.5', port]),
    );
  });

  test('times at the ends of what is read do not break it, nor a port of 0, IPv6', async () => {
    const found = await sessionsOf(v2, [
      line('eni-a', '2600:1f18::5 0', '2a00:1450::e 0', 10, 0, 0),
      line('eni-a', '10.0.0.5 0', '8.8.8.8 0', 10, 4_294_967_295, 4_294_967_295).replace(' 6 2 ', ' 1 2 '),
    ]);
    expect(found).toMatchObject([
      { records: 1, start: 0, end: 0 },
      { records: 1, start: 4_294_967_295, end: 4_294_967_295 },
    ]);
  });

  test('more bytes than a number can hold stay at the largest one', async () => {
    const most = '9223372036854775807';
    const huge = (at: number) =>
      line('eni-a', client, web, 1, 1_700_000_000 + at).replace(' 6 2 1 ', ` 6 2 ${most} `);
    const found = await sessionsOf(v2, [huge(0), huge(60)]);
    expect(found).toMatchObject([{ records: 2, bytes_out: Number(most) }]);
  });

  test.skipIf(!existsSync(labelled))(
    'every record with data is in one session, or recorded elsewhere too',
    async () => {
      const { engine, context, close } = await analysed([join(labelled, 'strato-008-normal40-day1')]);
      const [count] = await engine.ask({
        name: 'records',
        sql: sql`SELECT (SELECT CAST(sum(records) AS BIGINT) FROM sessions) AS sessions,
        (SELECT count(*) FROM records) AS records`,
        row: v.object({ sessions: v.number(), records: v.number() }),
      });
      expect(count).toEqual({ sessions: 12_344, records: 12_344 });
      expect(context).toMatchObject({ windowSeconds: 60, hasTcpFlags: false, hasBothDirections: true });
      await close();
    },
  );
});

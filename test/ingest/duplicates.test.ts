import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalEngine } from '../../src/engine/local.ts';
import { openLocal } from '../../src/engine/open.ts';
import { leaveOutDuplicates, type Part } from '../../src/ingest/duplicates.ts';
import { copyTo, fromParquet } from '../../src/sql/parquet.ts';
import { sql, trusted } from '../../src/sql/sql.ts';
import { Case, folderOf, header, line, lines, reading, temporaryFolder } from './reading.ts';

const text = (...records: readonly string[]) => `${header}\n${records.join('\n')}\n`;
const reordered = (record: string) => record.split(' ').reverse().join(' ');
const longer = `${header} vpc-id tcp-flags`;

describe('duplicates', () => {
  test('within a file, across files, forms and orders of fields', async () => {
    const { result } = await reading({
      'a.log': text(line(), line({ srcport: '1' }), line()),
      'b.log': `${reordered(header)}\n${reordered(line())}\n`,
      'c.csv': `${header.replaceAll(' ', ',')}\n${line().replaceAll(' ', ',')}\n`,
      'd.json': JSON.stringify({ message: line() }),
      'e.log': text(line({ start: '1780000000000' })),
      // A field that is '-' is a field that is absent.
      'f.log': `${longer}\n${line()} - -\n`,
      'g.log': `${longer}\n${line()} vpc-1 -\n`,
      'h.log': text(line({ srcport: '1' })),
    });
    expect(result).toMatchObject({ records: 10, duplicate: 7 });
  });

  test('no two records that differ in one field', async () => {
    const other = {
      version: '3',
      'account-id': '1',
      'interface-id': 'x',
      srcaddr: '10.0.0.5',
      dstaddr: '8.8.4.4',
      srcport: '1',
    };
    const more = {
      dstport: '1',
      protocol: '17',
      packets: '1',
      bytes: '1',
      start: '1780000001',
      end: '1780000061',
      action: 'REJECT',
    };
    const changed = Object.entries({ ...other, ...more }).map(
      ([name, value]) => `${line({ [name]: value })} - - -`,
    );
    const absent = ['version', 'account-id', 'interface-id', 'start', 'end'].map(
      (name) => `${line({ [name]: '-' })} - - -`,
    );
    const fuller = ['vpc-1 - -', '- 0 -', '- - eu-west-1', 'vpc-1 0 eu-west-1'].map(
      (values) => `${line()} ${values}`,
    );
    const all = [`${line()} - - -`, ...changed, ...absent, ...fuller];
    const { result } = await reading({ 'a.log': `${longer} region\n${all.join('\n')}\n` });
    expect(result).toMatchObject({ records: all.length, duplicate: 0 });
  });

  test('are the same values of the same fields: values never change places', async () => {
    const { result } = await reading({
      'a.log': `${header} vpc-id subnet-id\n${line()} one -\n${line()} - one\n${line()} one two\n${line()} two one\n${line()} one one\n`,
    });
    expect(result).toMatchObject({ records: 5, duplicate: 0 });
  });

  test('are left out of a later load, and kept on demand', async () => {
    await using opened = await Case.open();
    const first = folderOf({ 'a.log': text(...lines(3)), 'b.log': text(...lines(2)) });
    const second = folderOf({ 'c.log': text(...lines(4)) });
    expect((await opened.load(first)).result).toMatchObject({ records: 5, duplicate: 2 });
    expect((await opened.load(first)).result).toMatchObject({ records: 0, files: 0, alreadyLoaded: 2 });
    expect((await opened.load(second)).result).toMatchObject({ records: 4, duplicate: 3 });
    expect(
      (await opened.load(folderOf({ 'd.log': text(...lines(4)) }), { keepDuplicates: true })).result,
    ).toMatchObject({
      duplicate: 0,
    });
    expect(await opened.funnel()).toMatchObject({ records: 13, duplicate: 5, accepted: 8 });
    expect(await opened.ask('SELECT sum(duplicate) AS n, sum(records) AS records FROM files')).toEqual([
      { n: 5, records: 13 },
    ]);
  });

  test('are found among records whose hashes another version made', async () => {
    await using opened = await Case.open();
    const names = 'srcaddr dstaddr srcport account-id region';
    const values = (port: number) => `10.0.0.1 8.8.8.8 ${port} ${port % 2 ? '-' : '111111111111'} -`;
    const content = `${names}\n${[1, 2, 3, 4].map(values).join('\n')}\n`;
    const place = 'AWSLogs/222222222222/vpcflowlogs/eu-west-1';
    await opened.load(folderOf({ [`${place}/a.log`]: content, 'b.log': text(...lines(2)) }));

    const batches = join(opened.root, 'batches');
    const engine = await openLocal({
      memoryBytes: 200_000_000,
      threads: 1,
      spillDirectory: temporaryFolder(),
    });
    for (const batch of readdirSync(batches)) {
      const path = join(batches, batch, 'batch.json');
      const manifest = JSON.parse(readFileSync(path, 'utf8'));
      writeFileSync(path, JSON.stringify({ ...manifest, hashProbe: 'another' }));
      for (const { file } of manifest.parts) {
        const part = join(batches, batch, file);
        const changed = sql`SELECT * REPLACE (xor(record_hash, 4096) AS record_hash) FROM ${fromParquet([part])}`;
        await engine.define(copyTo(changed, part, 'replace'));
      }
    }
    engine.close();
    const again = folderOf({ 'copy.log': `${content}${values(5)}\n`, 'more.log': text(...lines(3)) });
    expect((await opened.load(again)).result).toMatchObject({ records: 8, duplicate: 6 });
  });
});

describe('records whose hashes collide', () => {
  let engine: LocalEngine;
  beforeAll(async () => {
    engine = await openLocal({ memoryBytes: 200_000_000, threads: 1, spillDirectory: temporaryFolder() });
  });
  afterAll(() => engine.close());

  /** Parts whose records have one hash, but for the bits that say whether account and region are the record's own. */
  async function parts(...rows: readonly (readonly string[])[]): Promise<Part[]> {
    const folder = temporaryFolder();
    return Promise.all(
      rows.map(async (values, index) => {
        const path = join(folder, `part-${index}.parquet`);
        const all = `SELECT * FROM (VALUES ${values.join(', ')}) AS t (account_id, region, srcaddr, bytes, start, record_hash, file_id)`;
        await engine.define(copyTo(trusted(all), path));
        return { path, columns: ['account_id', 'region', 'srcaddr', 'bytes', 'start'] };
      }),
    );
  }

  async function deduplicated(of: readonly Part[]): Promise<{ left: number; lost: number }> {
    const lost = await leaveOutDuplicates(engine, of, [], 'probe');
    const row = v.object({ n: v.number() });
    const counted = sql`SELECT count(*) AS n FROM ${fromParquet(of.map(({ path }) => path))}`;
    const [count] = await engine.ask({ name: 'left', sql: counted, row });
    return { left: count?.n ?? 0, lost: [...lost.values()].reduce((sum, each) => sum + each, 0) };
  }

  test('only those equal field by field are left out', async () => {
    const rows = [
      [
        "('1', 'eu', '10.0.0.1', 1, 5, 43, 1)",
        "('1', 'eu', '10.0.0.2', 1, 5, 43, 1)",
        "('1', 'eu', '10.0.0.1', 2, 5, 43, 1)",
      ],
      [
        "('1', 'eu', '10.0.0.1', 1, 5, 43, 2)",
        "('2', 'eu', '10.0.0.1', 1, 5, 43, 2)",
        "('1', 'us', '10.0.0.1', 1, 5, 43, 2)",
      ],
      [
        "('1', 'eu', '10.0.0.1', 1, NULL, 43, 3)",
        "('1', 'eu', NULL, 1, 5, 43, 3)",
        "('1', 'eu', NULL, 1, 5, 43, 3)",
      ],
    ];
    // The first of the second part repeats the first of the first; the last repeats the one before it.
    expect(await deduplicated(await parts(...rows))).toEqual({ left: 7, lost: 2 });
  });

  test('an account or region that the path gave makes no difference', async () => {
    expect(
      await deduplicated(
        await parts(
          ["('1', 'eu', '10.0.0.1', 1, 5, 40, 1)", "('2', NULL, '10.0.0.1', 1, 5, 40, 1)"],
          ["('1', 'us', '10.0.0.1', 1, 5, 41, 2)", "('2', 'us', '10.0.0.1', 1, 5, 41, 2)"],
        ),
      ),
    ).toEqual({ left: 3, lost: 1 });
  });
});

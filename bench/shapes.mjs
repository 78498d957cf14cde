// Traffic of one extreme shape each, made by DuckDB from nothing but a seed: what the demo's mixture hides.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';

const seed = 20260528;
const recordsPerFile = 20_000;
/** 2026-06-01T00:00:00Z. */
const firstSecond = 1_780_272_000;
const day = 86_400;

/** A number from 0 to `below` - 1 that depends on the record and on what it is for. */
const random = (what, below) => `CAST(hash(${what}, ${seed}) % ${below} AS BIGINT)`;
/** The address of a number: 38 million on the Internet, none of them for special purposes. */
const peerOf = (number) =>
  `(1 + (${number}) % 9) || '.' || (${number}) // 9 % 256 || '.' || (${number}) // 2304 % 256 || '.' || (1 + (${number}) // 589824 % 64)`;
const hostOf = (number) =>
  `'10.' || (${number}) // 65536 || '.' || (${number}) // 256 % 256 || '.' || (${number}) % 256`;
const reply = (record) => `${record} % 2 = 1`;

/**
 * Columns of a record by its number `i`: `local`, `peer`, the port of each, whether it comes `inward`, and what it
 * carries. `total` is how many records there are.
 */
export const shapes = {
  distinct: {
    about: 'every record a conversation of its own: 60,000 hosts, a million peers, both ports random',
    columns: (total) => ({
      local: hostOf(random("'host', i", 60_000)),
      peer: peerOf(random("'peer', i", 1_000_000)),
      localPort: random("'from', i", 65_536),
      peerPort: random("'to', i", 65_536),
      inward: `hash('way', i, ${seed}) % 2 = 0`,
      packets: `1 + ${random("'packets', i", 40)}`,
      bytes: `40 + ${random("'bytes', i", 60_000)}`,
      start: `${firstSecond} + i * ${2 * day} // ${total}`,
      seconds: random("'seconds', i", 60),
      action: `'ACCEPT'`,
    }),
  },
  scanned: {
    about: 'an exposed host: nine of ten records are probes of it, the others its own sessions',
    columns: (total) => ({
      local: hostOf(
        `CASE WHEN i % 10 < 8 THEN 5 WHEN i % 10 = 8 THEN ${random("'host', i", 250)} ELSE 5 END`,
      ),
      peer: peerOf(
        `CASE WHEN i % 10 < 9 THEN ${random("'peer', i", 400_000)} ELSE ${random("'server', i // 20", 500)} END`,
      ),
      localPort: `CASE WHEN i % 10 < 9 THEN ${random("'port', i", 65_536)} ELSE 32768 + ${random("'from', i // 20", 28_000)} END`,
      peerPort: `CASE WHEN i % 10 < 9 THEN 1024 + ${random("'from', i", 64_000)} ELSE 443 END`,
      inward: `i % 10 < 9 OR i // 10 % 2 = 1`,
      packets: `CASE WHEN i % 10 < 9 THEN 1 ELSE 4 + ${random("'packets', i", 40)} END`,
      bytes: `CASE WHEN i % 10 < 9 THEN 40 + 4 * (i % 2) ELSE 400 + ${random("'bytes', i", 60_000)} END`,
      start: `${firstSecond} + i * ${2 * day} // ${total}`,
      seconds: `CASE WHEN i % 10 < 9 THEN 0 ELSE ${random("'seconds', i", 60)} END`,
      action: `CASE WHEN i % 10 < 9 AND hash('refused', i, ${seed}) % 5 > 0 THEN 'REJECT' ELSE 'ACCEPT' END`,
    }),
  },
  nat: {
    about: 'one local address, a million peers, requests and replies',
    columns: (total) => ({
      local: `'10.0.0.5'`,
      peer: peerOf(random("'peer', i // 2", 1_000_000)),
      localPort: `1024 + ${random("'from', i // 2", 64_000)}`,
      peerPort: `[443, 443, 443, 80, 53][1 + ${random("'to', i // 2", 5)}]`,
      inward: reply('i'),
      packets: `4 + ${random("'packets', i", 40)}`,
      bytes: `200 + ${random("'bytes', i", 40_000)}`,
      start: `${firstSecond} + i // 2 * 2 * ${2 * day} // ${total}`,
      seconds: random("'seconds', i // 2", 60),
      action: `'ACCEPT'`,
    }),
  },
  long: {
    about: '200 connections that never end, a record for each way and minute',
    columns: () => ({
      local: hostOf('1 + i // 2 % 200 // 4'),
      peer: peerOf('100 + i // 2 % 200'),
      localPort: `40000 + i // 2 % 200`,
      peerPort: `443`,
      inward: reply('i'),
      packets: `10 + ${random("'packets', i", 40)}`,
      bytes: `1000 + ${random("'bytes', i", 40_000)}`,
      start: `${firstSecond} + i // 400 * 60`,
      seconds: `59`,
      action: `'ACCEPT'`,
    }),
  },
};

const packedText = (text) => promisify(gzip)(text, { level: 1 });

/** A SELECT of the records from number `first` to before `end`, in the order of the default format. */
function recordsOf({ columns }, total, first, end) {
  const given = Object.entries(columns(total)).map(([name, value]) => `${value} AS "${name}"`);
  return `
    SELECT 2 AS version, 123456789012 AS "account-id", 'eni-' || printf('%017x', hash(local) % 1000) AS "interface-id",
      CASE WHEN inward THEN peer ELSE local END AS srcaddr, CASE WHEN inward THEN local ELSE peer END AS dstaddr,
      CASE WHEN inward THEN "peerPort" ELSE "localPort" END AS srcport,
      CASE WHEN inward THEN "localPort" ELSE "peerPort" END AS dstport,
      6 AS protocol, packets, bytes, start, start + seconds AS "end", action, 'OK' AS "log-status"
    FROM (SELECT ${given.join(', ')} FROM range(${first}, ${end}) AS numbers(i))`;
}

/** Writes the traffic of a shape into gzip files below `out`/logs, and beside them what was written, as the demo does. */
export async function writeShape(name, total, out) {
  const making = `${out}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(join(making, 'logs'), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const totals = { records: 0, accepted: 0, northSouth: 0, toInternet: 0 };
  const plain = join(making, 'plain.csv').replaceAll("'", "''");
  let files = 0;
  let packed;
  for (let first = 0; first < total; first += recordsPerFile) {
    files += 1;
    const end = Math.min(total, first + recordsPerFile);
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE made AS ${recordsOf(shapes[name], total, first, end)}`,
    );
    await connection.run(`COPY made TO '${plain}' (FORMAT csv, DELIMITER ' ', HEADER true, QUOTE '')`);
    const text = readFileSync(plain);
    await packed;
    // DuckDB packs at a tenth of the speed. While one file is packed, the next one is made.
    const file = join(making, 'logs', `${name}-${String(files).padStart(5, '0')}.log.gz`);
    packed = packedText(text).then((bytes) => writeFile(file, bytes));
    const reader = await connection.runAndReadAll(`SELECT count(*) AS records,
      count(*) FILTER (action = 'ACCEPT') AS accepted,
      count(*) FILTER (action = 'ACCEPT' AND NOT starts_with(dstaddr, '10.')) AS outward FROM made`);
    const [row] = reader.getRowObjectsJS();
    totals.records += Number(row.records);
    totals.accepted += Number(row.accepted);
    totals.northSouth += Number(row.accepted);
    totals.toInternet += Number(row.outward);
  }
  await packed;
  rmSync(plain, { force: true });
  connection.closeSync();
  instance.closeSync();
  writeFileSync(join(making, 'truth.json'), `${JSON.stringify({ totals, files, busiest: '10.0.0.5' })}\n`);
  if (existsSync(out)) rmSync(out, { recursive: true });
  renameSync(making, out);
}

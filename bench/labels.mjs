// Labels for a million distinct addresses from every kind of source at once; see bench/README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { shippedLabels } from '../dist/addresses/label-data.js';
import { labelledAddresses } from '../dist/addresses/labels.js';
import { openLocal } from '../dist/engine/open.js';
import { memoryOf } from '../dist/settings/options.js';
import { sql, trusted } from '../dist/sql/sql.js';

const rounds = 3;
const folder = mkdtempSync(join(tmpdir(), 'bench-labels-'));
const engine = await openLocal({
  ...{ memoryBytes: memoryOf({}), threads: availableParallelism(), spillDirectory: folder },
});
try {
  const sources = [...shippedLabels().sources, await city(), ...(await providers())];
  // Every tenth address is of IPv6, spread over 2000::/3 as far as anything is announced there.
  await engine.define(sql`CREATE TEMP TABLE addresses AS SELECT DISTINCT address FROM (
    SELECT CASE WHEN i % 10 = 0
      THEN printf('2%03x:%x:%x::%x', hash(i) % 1552, hash(i + 1) % 65536, hash(i + 2) % 65536, i % 65536)
      ELSE concat_ws('.', 1 + hash(i) % 222, hash(i + 1) % 256, hash(i + 2) % 256, hash(i + 3) % 256) END AS address
    FROM range(1010000) AS r(i)) LIMIT 1000000`);
  for (let round = 1; round <= rounds; round++) {
    const inputs = { addresses: sql`addresses`, scopes: {}, setAsides: [], data: { sources } };
    const [started, cpu] = [performance.now(), process.cpuUsage()];
    await engine.define(sql`CREATE OR REPLACE TEMP TABLE labelled AS ${labelledAddresses(inputs)}`);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const counts = trusted(
      ['address', 'asn', 'country', 'city', 'service'].map((name) => `count(${name}) AS ${name}`).join(', '),
    );
    const query = { name: 'counts', sql: sql`SELECT ${counts} FROM labelled`, row: v.any() };
    const [labelled] = await engine.ask(query);
    const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log({
      round,
      seconds: seconds.toFixed(2),
      cpuSeconds: ((user + system) / 1e6).toFixed(2),
      peakMb,
      ...labelled,
    });
  }
} finally {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Countries and cities as the large files have them: 3 million ranges, one in six of IPv6. */
async function city() {
  const file = join(folder, 'city.parquet');
  await write(
    file,
    sql`SELECT 4 AS family, 0 AS first_high, i * 1700 AS first_low, 0 AS span_high, 1699 AS span_low, 11 AS bits,
        chr(65 + CAST(hash(i) % 26 AS INTEGER)) || 'X' AS country, 'City ' || hash(i) % 120000 AS city
      FROM range(2500000) AS r(i)
      UNION ALL
      SELECT 6, CAST(2305843009213693952 AS UBIGINT) + i * 2000000000000, 0, 1999999999999, 0, 105,
        chr(65 + CAST(hash(i) % 26 AS INTEGER)) || 'X', 'City ' || hash(i) % 120000
      FROM range(500000) AS r(i)`,
    ['country', 'city'],
  );
  return source('city', 'city', ['country', 'city'], file);
}

/** Six lists of 10,000 ranges with service and region. */
function providers() {
  const lists = Array.from({ length: 6 }, async (_, index) => {
    const file = join(folder, `provider-${index}.parquet`);
    const ranges = sql`SELECT 4 AS family, 0 AS first_high, 16777216 + i * 370000 + ${index} * 60000 AS first_low, 0 AS span_high,
        59999 AS span_low, 16 AS bits, ${`Provider ${index}`} AS provider, 'Service ' || i % 40 AS service,
        'region-' || i % 30 AS region FROM range(10000) AS r(i)`;
    await write(file, ranges, ['provider', 'service', 'region']);
    return source(`provider-${index}`, 'provider', ['provider', 'service', 'region'], file);
  });
  return Promise.all(lists);
}

async function write(file, ranges, columns) {
  const halves = ['first_high', 'first_low', 'span_high', 'span_low'].map(
    (name) => `CAST(${name} AS UBIGINT) AS ${name}`,
  );
  const selected = trusted(
    ['CAST(family AS UTINYINT) AS family', ...halves, 'CAST(bits AS UTINYINT) AS bits', ...columns].join(
      ', ',
    ),
  );
  await engine.define(sql`COPY (SELECT ${selected} FROM (${ranges}) ORDER BY family, first_high, first_low)
    TO ${file} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 200000)`);
}

function source(name, kind, columns, file) {
  return {
    name,
    kind,
    columns,
    file,
    date: '2026-06-01',
    fetched: null,
    origin: 'added',
    hash: name,
    blocks: false,
  };
}

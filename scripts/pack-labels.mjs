// Packs the AS and country tables of the ip-location-db packages into data/, which ships with northsouth.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

/** Raise it when the layout of the packed files changes: they are packed again then. */
const format = 4;

const folder = join(root, 'data');
const about = join(folder, 'labels.json');

const tables = [
  {
    name: 'shipped-asn',
    kind: 'asn',
    file: 'asn.parquet',
    package: '@ip-location-db/asn',
    csv: ['asn-ipv4-num.csv', 'asn-ipv6-num.csv'],
    holds: 'AS number and organisation of an address range',
    licence: 'CC-BY-4.0',
    attribution: 'RouteViews (routeviews.org), DB-IP (db-ip.com), NRO (nro.net), by way of ip-location-db',
    columns: { asn: 'BIGINT', network: 'VARCHAR' },
    // AS 0 is nobody; "-" and a name that only repeats the number are no names.
    clean: `
      nullif(asn, 0) AS asn,
      CASE WHEN trim(network) NOT IN ('', '-', 'N/A', 'AS' || asn) THEN trim(network) END AS network`,
  },
  {
    name: 'shipped-country',
    kind: 'country',
    file: 'country.parquet',
    package: '@ip-location-db/geo-whois-asn-country',
    csv: ['geo-whois-asn-country-ipv4-num.csv', 'geo-whois-asn-country-ipv6-num.csv'],
    holds: 'country of an address range, as registered',
    licence: 'CC0-1.0 by its package, built on NRO data under CC-BY-4.0',
    attribution: 'NRO (nro.net) and published geofeeds, by way of ip-location-db',
    columns: { country: 'VARCHAR' },
    clean: `CASE WHEN regexp_full_match(country, '[A-Z]{2}') AND country <> 'ZZ' THEN country END AS country`,
  },
];

/** Writes data/asn.parquet, data/country.parquet and data/labels.json, unless they are those of today's packages. */
export async function packLabels() {
  const sources = tables.map((table) => ({ ...table, version: versionOf(table.package) }));
  if (isPacked(sources)) return;
  console.error('Packing address labels ...');
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB' });
  const connection = await instance.connect();
  mkdirSync(folder, { recursive: true });
  rmSync(about, { force: true });
  const packed = [];
  for (const source of sources) {
    const target = join(folder, source.file);
    const beside = `${target}.${process.pid}.tmp`;
    try {
      await connection.run(packStatement(source, beside));
      const rows = await connection.runAndReadAll(`SELECT count(*) FROM read_parquet(${quoted(beside)})`);
      renameSync(beside, target);
      const hash = createHash('sha256').update(readFileSync(target)).digest('hex');
      packed.push(description(source, Number(rows.getRows()[0][0]), hash));
    } finally {
      rmSync(beside, { force: true });
    }
  }
  connection.closeSync();
  instance.closeSync();
  writeFileSync(`${about}.tmp`, `${JSON.stringify({ format, sources: packed }, null, 2)}\n`);
  renameSync(`${about}.tmp`, about);
}

function description(
  { name, kind, file, package: from, version, holds, licence, attribution, columns },
  ranges,
  hash,
) {
  // Versions end with the day and hour on which the data was made: 2.3.2026061719.
  const [, year, month, day] = /\.(\d{4})(\d{2})(\d{2})\d*$/.exec(version) ?? [];
  const date = year === undefined ? null : `${year}-${month}-${day}`;
  return {
    ...{ name, kind, columns: Object.keys(columns), file, package: from, version, date },
    ...{ holds, licence, attribution, ranges, hash },
  };
}

function isPacked(sources) {
  if (!existsSync(about) || sources.some(({ file }) => !existsSync(join(folder, file)))) return false;
  const packed = JSON.parse(readFileSync(about, 'utf8'));
  return (
    packed.format === format &&
    sources.every(({ version }, index) => packed.sources[index]?.version === version)
  );
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

function quoted(text) {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Source ranges overlap in places. They are cut into disjoint ones, the narrowest range winning, and
 * neighbours of equal label are joined. `bits` says how wide a range was before others took their part of it (a block
 * of that many host bits holds as many addresses), so that what is left of a wide one is not taken for a narrow one. Parquet has no 128-bit integer (DuckDB would write a DOUBLE), so a
 * number is two halves, and the end of a range is given as its distance from the start, which packs better.
 */
function packStatement({ package: name, csv, columns, clean }, target) {
  const labels = Object.keys(columns);
  const rows = csv.map((file, index) => {
    const path = join(root, 'node_modules', name, file);
    const types = { first: 'UHUGEINT', last: 'UHUGEINT', ...columns };
    const shape = Object.entries(types).map(([column, type]) => `'${column}': '${type}'`);
    return `
      SELECT CAST(${index === 0 ? 4 : 6} AS UTINYINT) AS family, first, last, ${clean}
      FROM read_csv(${quoted(path)}, header = false, delim = ',', quote = '"', columns = {${shape.join(', ')}})`;
  });
  const half = 'CAST(18446744073709551615 AS UHUGEINT)';
  return `
    COPY (
      WITH source AS (
        SELECT DISTINCT ON (family, first, last) * FROM (${rows.join(' UNION ALL ')})
        ORDER BY family, first, last, ${labels.join(', ')}
      ),
      fenced AS (
        SELECT *, max(last) OVER (
          PARTITION BY family ORDER BY first, last ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
        FROM source
      ),
      clusters AS (
        SELECT *, sum(CASE WHEN first > reach OR reach IS NULL THEN 1 ELSE 0 END) OVER (
          PARTITION BY family ORDER BY first, last ROWS UNBOUNDED PRECEDING) AS cluster
        FROM fenced
      ),
      edges AS (
        SELECT family, cluster, first AS edge FROM clusters
        UNION SELECT family, cluster, last + 1 FROM clusters
      ),
      pieces AS (
        SELECT *, lead(edge) OVER (PARTITION BY family, cluster ORDER BY edge) - 1 AS end_of_piece FROM edges
      ),
      disjoint AS (
        SELECT p.family, p.edge AS first, p.end_of_piece AS last,
          arg_min(struct_pack(${labels.map((label) => `${label} := c.${label}`).join(', ')}), c.last - c.first) AS label,
          min(c.last - c.first) AS width
        FROM pieces AS p JOIN clusters AS c
          ON c.family = p.family AND c.cluster = p.cluster AND c.first <= p.edge AND c.last >= p.end_of_piece
        GROUP BY p.family, p.edge, p.end_of_piece
      ),
      starts AS (
        SELECT *, CASE WHEN lag(last) OVER w + 1 = first AND lag(label) OVER w IS NOT DISTINCT FROM label
          THEN 0 ELSE 1 END AS is_start
        FROM disjoint WINDOW w AS (PARTITION BY family ORDER BY first)
      ),
      runs AS (
        SELECT *, sum(is_start) OVER (PARTITION BY family ORDER BY first) AS run FROM starts
      ),
      ranges AS (
        SELECT family, min(first) AS first, max(last) AS last, any_value(label) AS label,
          greatest(max(width), max(last) - min(first)) AS width
        FROM runs GROUP BY family, run
      )
      SELECT
        family,
        CAST(first >> 64 AS UBIGINT) AS first_high,
        CAST(first & ${half} AS UBIGINT) AS first_low,
        CAST((last - first) >> 64 AS UBIGINT) AS span_high,
        CAST((last - first) & ${half} AS UBIGINT) AS span_low,
        CAST(CASE WHEN width = 0 THEN 0 ELSE length(bin(width)) END AS UTINYINT) AS bits,
        ${labels.map((label) => `label.${label} AS ${label}`).join(', ')}
      FROM ranges
      WHERE ${labels.map((label) => `label.${label} IS NOT NULL`).join(' OR ')}
      ORDER BY family, first
    ) TO ${quoted(target)} (
      FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 9, ROW_GROUP_SIZE 1000000)`;
}

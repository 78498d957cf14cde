// The floor: the least that any reading of the same files by DuckDB costs. Fixed types, aggregates only.
// Usage: node bench/floor.mjs FOLDER
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const columns = {
  version: 'INTEGER',
  account_id: 'VARCHAR',
  interface_id: 'VARCHAR',
  srcaddr: 'VARCHAR',
  dstaddr: 'VARCHAR',
  srcport: 'INTEGER',
  dstport: 'INTEGER',
  protocol: 'INTEGER',
  packets: 'BIGINT',
  bytes: 'BIGINT',
  start: 'BIGINT',
  end: 'BIGINT',
  action: 'VARCHAR',
  log_status: 'VARCHAR',
};

const files = join(process.argv[2] ?? '.', '**', '*.log.gz').replaceAll("'", "''");
const types = Object.entries(columns).map(([name, type]) => `'${name}': '${type}'`);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const reader = await connection.runAndReadAll(`
  SELECT count(*) AS records, sum(bytes) AS bytes, sum(packets) AS packets, min(start) AS first, max("end") AS last,
    version() AS version
  FROM read_csv('${files}', columns = {${types.join(', ')}}, delim = ' ', header = true, nullstr = '-',
    quote = '', escape = '', auto_detect = false)`);
const [row] = reader.getRowObjectsJS();
console.log(JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));
connection.closeSync();
instance.closeSync();

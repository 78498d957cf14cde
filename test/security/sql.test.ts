import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askReadOnly, type ReadOnlyQuestion } from '../../src/engine/read-only.ts';
import { HuntError, openWorkspace, type QueryResult, type Workspace } from '../../src/index.ts';
import { list, sql } from '../../src/sql/sql.ts';
import { folderAt, parquetFilesOf } from '../../src/store/folder.ts';
import { newFolder, smallDemo } from '../cli/program.ts';

const folder = newFolder();
const root = join(folder, 'workspace');
const outside = join(folder, 'outside');
const secret = join(outside, 'secret.csv');
const target = join(outside, 'written.csv');
let workspace: Workspace;
let before: string;
/** The relations of the workspace without their labels, so that each question costs milliseconds. */
let question: Omit<ReadOnlyQuestion, 'text' | 'limit'>;
const limits = { memoryBytes: 200_000_000, threads: 1, spillDirectory: join(root, 'tmp', 'run-0-test') };

beforeAll(async () => {
  const logs = await smallDemo(folder, 2000, 4);
  workspace = await openWorkspace({ workspace: root, create: true, threads: 1 });
  await workspace.load([logs]);
  await workspace.hunt({ limit: 1 });
  mkdirSync(limits.spillDirectory);
  mkdirSync(outside);
  writeFileSync(secret, 'word\nsesame\n');
  symlinkSync(outside, join(root, 'way-out'));
  symlinkSync(secret, join(root, 'batches', '000001', 'link.parquet'));
  writeFileSync(join(root, 'notes.csv'), 'word\nsesame\n');
  const files = await parquetFilesOf(folderAt(root));
  const named = (name: string) => list(files.filter((file) => file.includes(`/batches/000001/${name}`)));
  question = {
    files,
    prepare: [
      sql`CREATE VIEW flows AS
        SELECT *, srcaddr AS local, dstaddr AS peer FROM read_parquet([${named('records')}])`,
      sql`CREATE VIEW outbound_flows AS SELECT * FROM flows`,
      sql`CREATE VIEW files AS SELECT * FROM read_parquet([${named('files')}])`,
      sql`CREATE VIEW rejects AS SELECT f.path, r.reason FROM read_parquet([${named('rejects')}]) AS r
        JOIN files AS f USING (file_id)`,
      sql`CREATE TABLE addresses AS SELECT address, 'DE' AS country FROM read_parquet([${named('addresses')}])`,
    ],
  };
  before = listing(folder);
});
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Every file and folder with size, time and content; what the open workspace may spill into is left out, and so is the
 * time of what is kept: it tells when it was last used.
 */
function listing(path: string): string {
  const lines: string[] = [];
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()) {
    const inside = join(path, name);
    if (/^workspace\/tmp\/run-/.test(name) || !existsSync(inside)) continue;
    const about = statSync(inside);
    if (about.isDirectory()) lines.push(name);
    else {
      const content = createHash('sha256').update(readFileSync(inside)).digest('hex');
      const time = name.startsWith('workspace/derived/') ? '' : about.mtimeMs;
      lines.push(`${name} ${about.size} ${time} ${content}`);
    }
  }
  return lines.join('\n');
}

function ask(text: string, limit = Number.POSITIVE_INFINITY, signal?: AbortSignal): Promise<QueryResult> {
  return askReadOnly(limits, { ...question, text, limit }, signal);
}

async function refusalOf(statement: string): Promise<HuntError> {
  const outcome = await ask(statement).then(
    (answer) => answer,
    (error: unknown) => error,
  );
  if (!(outcome instanceof HuntError)) throw new Error(`${statement} gave ${JSON.stringify(outcome)}`);
  return outcome;
}

const reading = [
  `FROM '${secret}'`,
  `SELECT * FROM '/etc/passwd'`,
  `SELECT * FROM "${secret}"`,
  `FROM read_csv('${secret}')`,
  `FROM read_csv_auto('${secret}')`,
  `FROM read_text('${secret}')`,
  `FROM read_text('/etc/passwd')`,
  `FROM read_blob('/etc/passwd')`,
  `FROM read_json('${secret}')`,
  `FROM read_ndjson_objects('${secret}')`,
  `FROM read_parquet('${secret}')`,
  `FROM parquet_scan('${secret}')`,
  `FROM parquet_metadata('${secret}')`,
  `FROM parquet_schema('${secret}')`,
  `FROM parquet_kv_metadata('${secret}')`,
  `FROM read_duckdb('${secret}')`,
  `FROM sniff_csv('${secret}')`,
  `FROM glob('${outside}/*')`,
  `FROM glob('/etc/*')`,
  `FROM read_text('${root}/../outside/secret.csv')`,
  `FROM read_text('${root}/way-out/secret.csv')`,
  `FROM read_csv('${root}/way-out/*.csv')`,
  `FROM '${root}/way-out/secret.csv'`,
  `FROM '${root}/batches/000001/link.parquet'`,
  `FROM read_text('${root}/batches/000001/link.parquet')`,
  `FROM read_text('${root}/notes.csv')`,
  `FROM '${root}/notes.csv'`,
  `FROM read_text('batches/../../outside/secret.csv')`,
  `FROM read_text('file://${secret}')`,
  `FROM read_csv('http://127.0.0.1:9/secret.csv')`,
  `FROM 'http://127.0.0.1:9/secret.csv'`,
  `FROM 's3://bucket/secret.parquet'`,
  `FROM flows WHERE srcaddr IN (SELECT content FROM read_text('${secret}'))`,
  `WITH t AS (FROM read_text('${secret}')) FROM t`,
  `SELECT (SELECT content FROM read_text('${secret}'))`,
  `DESCRIBE FROM read_csv('${secret}')`,
  `SUMMARIZE FROM read_csv('${secret}')`,
  `DESCRIBE '${secret}'`,
  `SUMMARIZE '${secret}'`,
  `EXPLAIN FROM read_text('${secret}')`,
  `FROM query('FROM read_text(''${secret}'')')`,
  `FROM query('SELECT 1')`,
  `FROM query_table('${secret}')`,
  `FROM query_table(['${secret}'])`,
  `FROM json_execute_serialized_sql(json_serialize_sql('FROM read_text(''${secret}'')'))`,
  `PRAGMA json_execute_serialized_sql('{}')`,
  `SELECT getenv('HOME')`,
  `FROM which_secret('s3://bucket', 's3')`,
  `FROM duckdb_secrets()`,
  `FROM sqlite_scan('${secret}', 'a')`,
  `FROM postgres_scan('host=127.0.0.1', 'public', 'a')`,
  `FROM arrow_scan(1, 2, 3)`,
  `FROM read_text(concat('${outside}', '/secret.csv'))`,
  `FROM system.main.read_text('${secret}')`,
  `FROM "Read_Text"('${secret}')`,
];

const writing = [
  `COPY flows TO '${target}'`,
  `COPY (SELECT 1) TO '${root}/written.csv'`,
  `COPY (SELECT 1) TO '${root}/batches/000001/records-0.parquet'`,
  `COPY flows FROM '${secret}'`,
  `COPY FROM DATABASE memory TO other`,
  `EXPLAIN COPY (SELECT 1) TO '${target}'`,
  `EXPLAIN ANALYZE COPY (SELECT 1) TO '${target}'`,
  `EXPLAIN /**/ ANALYZE COPY (SELECT 1) TO '${target}'`,
  `EXPLAIN (ANALYZE) COPY (SELECT 1) TO '${target}'`,
  `EXPLAIN (FORMAT json, ANALYZE) SELECT 1`,
  `EXPLAIN ANALYZE SELECT 1`,
  `/* a */ COPY (SELECT 1) TO '${target}'`,
  `-- SELECT\nCOPY (SELECT 1) TO '${target}'`,
  `\uFEFFCOPY (SELECT 1) TO '${target}'`,
  `\u00A0COPY (SELECT 1) TO '${target}'`,
  `\u200BCOPY (SELECT 1) TO '${target}'`,
  `COPY/**/(SELECT 1)TO'${target}'`,
  `SELECT 1; COPY (SELECT 1) TO '${target}'`,
  `SELECT 1 /*; */; COPY (SELECT 1) TO '${target}' --`,
  `COPY (SELECT 1) TO '${target}'; SELECT 1`,
  `SELECT 1;; SELECT 2`,
  `SELECT 1 --\0\nFROM enable_logging(storage = 'file')`,
  `ATTACH '${outside}/written.duckdb' AS other`,
  `ATTACH '${root}/lock.duckdb' AS other (READ_ONLY)`,
  `ATTACH ':memory:' AS other`,
  `DETACH memory`,
  `USE memory`,
  `EXPORT DATABASE '${outside}/written'`,
  `IMPORT DATABASE '${outside}'`,
  `INSTALL httpfs`,
  `LOAD httpfs`,
  `FORCE INSTALL httpfs FROM community`,
  `UPDATE EXTENSIONS`,
  `SET memory_limit = '100GB'`,
  `SET threads = 64`,
  `SET GLOBAL temp_directory = '${outside}'`,
  `RESET memory_limit`,
  `SET enable_external_access = true`,
  `SET lock_configuration = false`,
  `SET VARIABLE a = 1`,
  `PRAGMA memory_limit = '100GB'`,
  `PRAGMA enable_profiling`,
  `PRAGMA table_info('flows')`,
  `PRAGMA database_list`,
  `CALL pragma_version()`,
  `CALL enable_logging()`,
  `CHECKPOINT`,
  `VACUUM`,
  `ANALYZE`,
  `BEGIN`,
  `CREATE TABLE t AS SELECT 1`,
  `CREATE OR REPLACE VIEW flows AS SELECT 1`,
  `CREATE MACRO m() AS TABLE SELECT 1`,
  `CREATE SECRET s (TYPE s3)`,
  `CREATE TEMP TABLE t (a INT)`,
  `DROP VIEW flows`,
  `DROP TABLE addresses`,
  `ALTER TABLE addresses ADD COLUMN a INT`,
  `INSERT INTO addresses SELECT * FROM addresses`,
  `WITH t AS (SELECT 1) INSERT INTO addresses FROM t`,
  `UPDATE addresses SET country = 'XX'`,
  `DELETE FROM addresses`,
  `TRUNCATE addresses`,
  `MERGE INTO addresses USING addresses AS b USING (address) WHEN MATCHED THEN DELETE`,
  `PREPARE p AS SELECT 1`,
  `EXECUTE p`,
  `COMMENT ON TABLE addresses IS 'x'`,
  `FROM enable_logging(storage = 'file', storage_path = '${outside}/logs')`,
  `FROM enable_logging(storage = 'file', storage_path = '${root}/tmp/logs')`,
  `SELECT * FROM system.main."Enable_Logging"(storage = 'file')`,
  `SELECT 1 WHERE EXISTS (FROM enable_logging())`,
  `FROM flows, LATERAL (FROM enable_logging())`,
  `FROM enable_profiling(save_location = '${target}', format = 'json')`,
  `FROM disable_logging()`,
  `FROM truncate_duckdb_logs()`,
  `FROM checkpoint()`,
  `FROM force_checkpoint()`,
  `FROM enable_peg_parser()`,
  `FROM disable_peg_parser()`,
  `SELECT write_log('x')`,
  `PIVOT flows ON action USING count(*)`,
];

describe('SQL that a user writes', () => {
  test.each(reading)('reads nothing else: %s', async (statement) => {
    const { code, message } = await refusalOf(statement);
    expect(['sql.not-a-query', 'engine.query']).toContain(code);
    expect(message).not.toContain('sesame');
  });

  test.each(writing)('changes nothing: %s', async (statement) => {
    const { code, message } = await refusalOf(statement);
    // What nobody could parse is a syntax error; all else is refused for what it is, and not for its details.
    if (!/^Parser Error/.test(message)) expect({ code, message }).toMatchObject({ code: 'sql.not-a-query' });
  });

  test('none of that left a trace on disk', () => {
    expect(listing(folder)).toBe(before);
    expect(existsSync(target)).toBe(false);
  });

  test.each([
    'SELECT count(*) FROM flows',
    'select count(*) from FLOWS;',
    '  \n-- how many?\nSELECT count(*) FROM flows -- all',
    '/* a */ SELECT 1 /* b */ ; ',
    'FROM flows LIMIT 1',
    'FROM flows SELECT count(*)',
    'TABLE files',
    'VALUES (1), (2)',
    'WITH t AS (SELECT 1 AS a) SELECT * FROM t',
    'WITH RECURSIVE t(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM t WHERE a < 5) SELECT * FROM t',
    '(SELECT 1) UNION ALL (SELECT 2)',
    'DESCRIBE flows',
    'DESCRIBE SELECT srcaddr FROM flows',
    'SHOW TABLES',
    'SHOW ALL TABLES',
    'SUMMARIZE flows',
    'SUMMARIZE SELECT bytes FROM flows',
    'EXPLAIN SELECT * FROM flows',
    'explain\nFROM flows',
    'FROM range(3)',
    'FROM generate_series(1, 3)',
    'SELECT unnest([1, 2])',
    'FROM unnest([1, 2])',
    'FROM duckdb_columns() LIMIT 1',
    "FROM query_table('flows') LIMIT 1",
    'SELECT * FROM flows AS a JOIN addresses AS b ON a.peer = b.address LIMIT 1',
    'SELECT peer, row_number() OVER (ORDER BY peer) FROM outbound_flows QUALIFY row_number() OVER () < 3',
    "PIVOT (SELECT action, bytes FROM flows) ON action IN ('ACCEPT', 'REJECT') USING count(*)",
    'SELECT path, reason FROM rejects',
    "SELECT 'COPY x TO y; DROP TABLE z' AS text",
  ])('works: %s', async (statement) => {
    const { columns, rows } = await ask(statement);
    expect(columns.length).toBeGreaterThan(0);
    if (!/rejects/.test(statement)) expect(rows.length).toBeGreaterThan(0);
  });

  test('a mistake is told with its place, once', async () => {
    const error = await refusalOf('SELECT nothing_like_it\nFROM flows');
    expect(error.code).toBe('engine.query');
    expect(error.message).toMatch(/^Binder Error: Referenced column "nothing_like_it" not found/);
    expect(error.message.match(/nothing_like_it/g)).toHaveLength(2);
    expect(error.message).toMatch(/LINE 1: SELECT nothing_like_it\n\s+\^$/);
    const syntax = await refusalOf('SELEC 1');
    expect(syntax.message).toMatch(
      /^Parser Error: syntax error at or near "SELEC"\n\nLINE 1: SELEC 1\n\s+\^$/,
    );
  });

  test('an answer that does not fit into memory is refused before it is read', async () => {
    const error = await refusalOf('FROM range(20_000_000)');
    expect(error).toMatchObject({
      code: 'engine.memory',
      message: /^The answer has more than 10000000 rows/,
    });
    const { rows, truncated } = await ask('FROM range(20_000_000)', 3);
    expect(rows).toEqual([[0], [1], [2]]);
    expect(truncated).toBe(true);
  });

  test('a question that needs more memory than there is says so', async () => {
    const error = await refusalOf('SELECT list(range) FROM range(80_000_000)');
    expect(error).toMatchObject({ code: 'engine.memory', hint: /--memory/ });
  });

  test('the workspace asks in this way', async () => {
    for (const statement of [
      `FROM read_text('${secret}')`,
      `FROM '${root}/way-out/secret.csv'`,
      `COPY (SELECT 1) TO '${target}'`,
      `FROM enable_logging(storage = 'file', storage_path = '${root}/tmp/logs')`,
      'SET threads = 64',
    ]) {
      const asked = workspace.query(statement);
      await expect(asked, statement).rejects.toBeInstanceOf(HuntError);
    }
    expect(listing(folder)).toBe(before);
    expect((await workspace.query('SELECT count(*) > 1000 FROM flows')).rows).toEqual([[true]]);
    expect((await workspace.query('SELECT count(*) > 0 FROM conversations')).rows).toEqual([[true]]);
  });

  test('an abort stops a question within a second', async () => {
    for (const statement of [
      'SELECT count(*) FROM range(1_000_000) AS a, range(1_000_000) AS b WHERE a.range % 7 = b.range % 11',
      'SELECT a.range FROM range(1_000_000) AS a, range(1_000_000) AS b ORDER BY hash(a.range + b.range)',
    ]) {
      const stop = new AbortController();
      const rejected = ask(statement, undefined, stop.signal).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const stopped = performance.now();
      stop.abort();
      expect(await rejected).toMatchObject({ code: 'engine.cancelled' });
      expect(performance.now() - stopped).toBeLessThan(1000);
    }
  });
});

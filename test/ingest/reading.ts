// Opens a workspace on files of a test and tells everything that became of them, through the public library.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import {
  type Funnel,
  HuntError,
  type LoadOptions,
  type LoadResult,
  openWorkspace,
  type TopRow,
  type Workspace,
} from '../../src/index.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;
export type Row = Readonly<Record<string, unknown>>;

export const header =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'northsouth-ingest-'));
  folders.push(folder);
  return folder;
}

/** A new folder with these files; names may hold folders. */
export function folderOf(files: Files, folder = temporaryFolder()): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** A default v2 record; only what a case is about is given. */
export function line(given: Readonly<Record<string, string>> = {}, names = header): string {
  const values: Record<string, string> = {
    ...{ version: '2', 'account-id': '123456789010', 'interface-id': 'eni-0a', srcaddr: '10.0.0.4' },
    ...{ dstaddr: '8.8.8.8', srcport: '49152', dstport: '443', protocol: '6', packets: '10', bytes: '1000' },
    ...{ start: '1780000000', end: '1780000060', action: 'ACCEPT', 'log-status': 'OK' },
    ...given,
  };
  return names
    .split(/[\s,]+/)
    .map((name) => values[name.replaceAll('_', '-').toLowerCase()] ?? '-')
    .join(' ');
}

/** Records that differ in their source port, which tells them apart. */
export function lines(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_, index) => line({ srcport: String(from + index) }));
}

export class Case implements AsyncDisposable {
  readonly workspace: Workspace;
  /** Folder of the workspace. */
  readonly root: string;
  private constructor(workspace: Workspace, root: string) {
    this.workspace = workspace;
    this.root = root;
  }

  static async open(folder = temporaryFolder()): Promise<Case> {
    const root = join(folder, 'case');
    const options = { workspace: root, create: true, memoryBytes: 500_000_000, threads: 2 };
    return new Case(await openWorkspace(options), root);
  }

  /** What the load returns, or the expected error that it throws. */
  async load(
    path: string | readonly string[],
    options: LoadOptions = {},
  ): Promise<{ result?: LoadResult; error?: HuntError }> {
    try {
      return { result: await this.workspace.load([path].flat(), options) };
    } catch (error) {
      if (error instanceof HuntError && error.code.startsWith('input.')) return { error };
      throw error;
    }
  }

  async ask(query: string): Promise<Row[]> {
    const { columns, rows } = await this.workspace.query(query);
    return rows.map((row) => Object.fromEntries(row.map((value, index) => [columns[index]?.name, value])));
  }

  /** All rows of the three views, in one question; paths are relative to the folder. */
  async everything(folder: string): Promise<Omit<Reading, 'result' | 'error'>> {
    const rows = await this.ask(`
      SELECT 'records' AS kind, CAST(to_json("one row") AS VARCHAR) AS text FROM flows AS "one row"
      UNION ALL SELECT 'rejects', CAST(to_json("one row") AS VARCHAR) FROM rejects AS "one row"
      UNION ALL SELECT 'files', CAST(to_json("one row") AS VARCHAR) FROM files AS "one row"`);
    const of = (kind: string): Row[] =>
      rows.filter((row) => row['kind'] === kind).map((row) => JSON.parse(String(row['text'])));
    const relative = (row: Row) => ({ ...row, path: String(row['path']).replace(`${folder}/`, '') });
    return {
      records: of('records')
        .sort(by('file_id', 'start', 'srcport', 'dstport', 'srcaddr'))
        .map(present),
      rejects: of('rejects')
        .map(relative)
        .sort(by('path', 'line', 'raw')),
      files: of('files').map(relative).sort(by('path')),
    };
  }

  async funnel(): Promise<Funnel> {
    return (await this.workspace.hunt({ limit: 1, findings: false })).funnel;
  }

  async top(by: 'flows' | 'bytes' | 'packets'): Promise<TopRow[]> {
    return this.workspace.top({ by, all: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workspace.close();
  }
}

export interface Reading {
  readonly result: LoadResult | undefined;
  readonly error: HuntError | undefined;
  /** Rows of the view `flows`, in the order of file, start, port and address; fields that are not there are left out. */
  readonly records: readonly Row[];
  readonly rejects: readonly Row[];
  /** Rows of the view `files`, by path; `path` is relative. */
  readonly files: readonly Row[];
}

/** Loads files into a workspace of their own. */
export async function reading(files: Files, options: LoadOptions = {}): Promise<Reading> {
  await using opened = await Case.open();
  const folder = folderOf(files);
  const { result, error } = await opened.load(folder, options);
  return { result, error, ...(await opened.everything(folder)) };
}

function by(...names: readonly string[]): (a: Row, b: Row) => number {
  const compare = (a: unknown, b: unknown) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : Number(a !== b);
  return (a, b) => names.map((name) => compare(a[name], b[name])).find((order) => order !== 0) ?? 0;
}

const ours = new Set(['file_id', 'src_scope', 'dst_scope', 'local', 'peer']);

/** The fields of a record that are there, without the columns that the workspace adds. */
function present(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name, value]) => value !== null && !ours.has(name)));
}

/** Files whose lines do not add up. */
export function lostLines(files: readonly Row[]): Row[] {
  return files.filter(
    (file) =>
      Number(file['lines']) !==
      Number(file['header_lines']) +
        Number(file['blank_lines']) +
        Number(file['records']) +
        Number(file['queries'] ?? 0) +
        Number(file['unreadable']),
  );
}

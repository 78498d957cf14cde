import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { DemoOptions } from '../demo/options.ts';
import { HuntError } from '../errors.ts';
import type { HuntOptions } from '../hunt/hunting.ts';
import { nobodyAsked } from '../registries/facts.ts';
import {
  sampleAddress,
  sampleAsked,
  sampleBaseline,
  sampleChains,
  sampleCoverage,
  sampleExplained,
  sampleExplanation,
  sampleFindingsResult,
  sampleHunt,
  sampleInquiry,
  sampleIntelChange,
  sampleLabels,
  sampleLists,
  sampleLoad,
  sampleMarkResult,
  sampleMarks,
  sampleNewPeers,
  sampleNoise,
  sampleRefresh,
  sampleRegistration,
  sampleRejects,
  sampleSource,
  sampleTop,
  sampleUpdates,
} from '../report/samples.test.ts';
import type { LoadOptions, RunOptions } from '../settings/options.ts';
import { sql } from '../sql/sql.ts';
import type { World } from './context.ts';
import type { Library, WorkspaceOfCommands } from './library.ts';
import { runCommandLine } from './run.ts';
import type { Output } from './terminal.ts';

// What the tests of commands share: a library that answers with samples and remembers what it was asked.

export interface Call {
  readonly name: string;
  readonly with: readonly unknown[];
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly calls: readonly Call[];
  /** What the library was asked to do, by name. */
  readonly asked: readonly string[];
}

export interface Situation {
  readonly env?: Readonly<Record<string, string>>;
  /** Columns, where standard output and standard error are a terminal. */
  readonly terminal?: number;
  readonly library?: Partial<Library>;
  readonly workspace?: Partial<WorkspaceOfCommands>;
  readonly stdout?: Partial<Output>;
  readonly stderr?: Partial<Output>;
  readonly signal?: AbortSignal;
}

/** Runs a command line in this process. */
export async function northsouth(argv: readonly string[], situation: Situation = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const calls: Call[] = [];
  const output = (into: string[]): Output => ({
    write: async (text) => {
      into.push(text);
    },
    isTerminal: situation.terminal !== undefined,
    columns: () => situation.terminal ?? 80,
  });
  const world: World = {
    stdout: { ...output(out), ...situation.stdout },
    stderr: { ...output(err), ...situation.stderr },
    env: situation.env ?? {},
    library: fakeLibrary(situation, (name, args) => calls.push({ name, with: args })),
    signal: situation.signal ?? new AbortController().signal,
    program: 'northsouth',
    version: '0.1.0',
  };
  const code = await runCommandLine(argv, world);
  return { code, out: out.join(''), err: err.join(''), calls, asked: calls.map(({ name }) => name) };
}

function fakeLibrary(situation: Situation, note: (name: string, args: unknown[]) => void): Library {
  const workspace: WorkspaceOfCommands = {
    load: async (paths, options) => {
      note('load', [paths, options satisfies LoadOptions | undefined]);
      options?.onProgress?.({ filesTotal: 4, filesDone: 1, bytesTotal: 100, bytesDone: 25, records: 1000 });
      return sampleLoad;
    },
    hunt: async (options) => {
      const { onRegistryProgress, ...asked } = options ?? {};
      note('hunt', [asked satisfies HuntOptions]);
      onRegistryProgress?.(sampleInquiry);
      return asked.rdap === undefined ? sampleHunt : { ...sampleHunt, asked: sampleAsked };
    },
    findings: async (options) => {
      note('findings', [options]);
      return sampleFindingsResult;
    },
    ip: async (address, options) => {
      const { onRegistryProgress, ...asked } = options ?? {};
      note('ip', [address, asked]);
      onRegistryProgress?.(sampleInquiry);
      return { ...sampleAddress, asked: asked.rdap ? sampleAsked : nobodyAsked };
    },
    coverage: async (period, window) => {
      note('coverage', [period]);
      const { interfaces } = sampleCoverage;
      const { offset, limit } = window ?? { offset: 0, limit: interfaces.length };
      return { ...sampleCoverage, interfaces: interfaces.slice(offset, offset + limit) };
    },
    top: async (options) => {
      note('top', [options]);
      return sampleTop;
    },
    topQuery: () => ({ name: 'top', sql: sql`SELECT ${"it's"} AS peer`, row: v.any() }),
    rejects: async (limit) => {
      note('rejects', [limit]);
      return sampleRejects;
    },
    noise: async (options) => {
      note('noise', options?.findings === false ? [options] : []);
      return sampleNoise;
    },
    showEverything: async () => {
      note('showEverything', []);
      return { by: 'alice', at: '2026-11-24T07:35:00Z' };
    },
    hideAgain: async () => {
      note('hideAgain', []);
      return true;
    },
    switchNoise: async (name, on) => {
      note('switchNoise', [name, on]);
    },
    mark: async (target, verdict, options) => {
      note('mark', [target, verdict, options]);
      return sampleMarkResult;
    },
    unmark: async (target, options) => {
      note('unmark', [target, options]);
      return { ...sampleMarkResult, mark: null };
    },
    marks: async () => {
      note('marks', []);
      return sampleMarks;
    },
    exportMarks: async () => {
      note('exportMarks', []);
      return 'marks: []\n';
    },
    importMarks: async (file) => {
      note('importMarks', [file]);
      const counts = { added: 2, updated: 1, removed: 0, unchanged: 3 };
      return { ...counts, conflicts: ['203.0.113.77: "malicious" by alice holds, "benign" by bob is older'] };
    },
    addIntel: async (source, options) => {
      note('addIntel', [source, options]);
      return sampleIntelChange;
    },
    refreshIntel: async (names, options) => {
      note('refreshIntel', [names, options]);
      return sampleRefresh;
    },
    removeIntel: async (name) => {
      note('removeIntel', [name]);
      return sampleIntelChange.list;
    },
    intel: async () => {
      note('intel', []);
      return sampleLists;
    },
    newPeers: async (since) => {
      note('newPeers', [since]);
      return sampleNewPeers;
    },
    exportBaseline: async (file) => {
      note('exportBaseline', [file]);
      const { name: _, digest: __, importedAt: ___, ...facts } = sampleBaseline;
      return { file, ...facts };
    },
    importBaseline: async (file, name) => {
      note('importBaseline', [file, name]);
      return { status: 'added', ...sampleBaseline };
    },
    baselines: async () => {
      note('baselines', []);
      return [sampleBaseline];
    },
    removeBaseline: async (name) => {
      note('removeBaseline', [name]);
    },
    lookup: async () => [],
    query: async (sql, options) => {
      note('query', [sql, options?.limit]);
      return {
        columns: [
          { name: 'peer', type: 'VARCHAR' },
          { name: 'bytes', type: 'BIGINT' },
        ],
        rows: [
          ['203.0.113.7', 12_345n],
          ['\u001b[31m=evil', null],
        ],
        truncated: options?.limit !== undefined && options.limit <= 2,
      };
    },
    exportView: async (view, file, options) => {
      note('exportView', [view, file, ...(options?.where === undefined ? [] : [options.where])]);
      return { rows: 1418 };
    },
    writeReport: async (file, { onProgress, ...options } = {}) => {
      note('writeReport', [file, options]);
      onProgress?.({ step: 'collecting findings', done: 3, total: 12 });
      const findings = { chosen: 700, inFull: 150, inALine: 500, leftOut: 50 };
      return { file, format: 'html', bytes: 1_234_567, title: 'Case 7', findings };
    },
    close: async () => note('close', []),
    ...situation.workspace,
  };
  return {
    openWorkspace: async ({ signal: _, ...options }: RunOptions & { create?: boolean }) => {
      note('open', [options]);
      return workspace;
    },
    lookup: async (addresses, { rdap = false, reverseDns = false, ...options } = {}) => {
      if (rdap) options.onRegistryProgress?.(sampleInquiry);
      options.onAsked?.({
        ...(rdap ? sampleAsked : nobodyAsked),
        reverseDns: reverseDns ? addresses.length : 0,
      });
      return addresses.map((address) => ({
        address,
        scope: address.includes('.') ? 'internet' : null,
        asn: 64_500,
        network: 'EXAMPLE',
        country: 'DE',
        city: null,
        provider: null,
        service: null,
        region: null,
        registry: rdap ? sampleRegistration : null,
        registryFailure: null,
        reverseNames: reverseDns ? ['mail.example.net'] : null,
        ...{ name: null, names: 0, mark: null, intel: [] },
        asked: rdap ? ['ripe'] : [],
      }));
    },
    explainLabels: async (addresses) =>
      addresses.map((address) => ({
        ...sampleExplained,
        address,
        scope: address.includes('.') ? 'internet' : null,
      })),
    labels: async () => sampleLabels,
    updateLabels: async ({ signal: _, onProgress, ...options } = {}) => {
      note('updateLabels', [options]);
      sampleUpdates.forEach((outcome, done) => {
        const progress = { name: outcome.name, done, total: sampleUpdates.length };
        onProgress?.(progress);
        onProgress?.({ ...progress, done: done + 1, outcome });
      });
      return sampleUpdates;
    },
    addLabels: async (file, { signal: _, ...options } = {}) => {
      note('addLabels', [file, options]);
      return { ...sampleSource, unreadable: 1, before: null };
    },
    removeLabels: async (name) => note('removeLabels', [name]),
    explain: async (question, { workspace } = {}) => {
      note('explain', [question, workspace]);
      return sampleExplanation;
    },
    explainSteps: async (chain, { workspace, dialect } = {}) => {
      note('explainSteps', [chain, workspace, dialect]);
      return sampleChains;
    },
    brokenEquations: async () => [],
    generateDemo: async ({ signal: _, onProgress: __, ...options }: DemoOptions) => {
      note('demo', [options]);
      return {
        logs: `${options.out}/logs`,
        queries: options.dns === true ? 1234 : 0,
        truthFile: `${options.out}/truth.json`,
        records: 200_000,
        truth: { ownRanges: ['10.20.0.0/16', '2a05:d014:1a2b:3c00::/56'] },
      };
    },
    serve: async ({ signal: _, say: __, ...options }) => {
      note('serve', [options]);
      return {
        ...{
          link: 'http://127.0.0.1:8740/?token=t',
          token: 't',
          host: options.host ?? '127.0.0.1',
          port: 8740,
        },
        isExposed: options.host === '0.0.0.0',
        open: async () => {
          note('open browser', []);
          return false;
        },
        close: async () => note('stop', []),
      };
    },
    ...situation.library,
  };
}

test('the fake answers, and every workspace that was opened is closed', async () => {
  const { asked } = await northsouth(['rejects'], {
    workspace: { rejects: () => Promise.reject(new HuntError('engine.query', 'no')) },
  });
  expect(asked).toEqual(['open', 'close']);
});

// Runs the notebook's own steps in pandas, where a Python with pandas is at hand (Debian: python3-pandas).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ReferenceGroup } from './notebook.ts';

const script = fileURLToPath(new URL('notebook_pandas.py', import.meta.url));

export type PandasRow = Omit<ReferenceGroup, 'bytes' | 'packets'>;

/** The notebook's counts, by the notebook's names. */
export interface PandasResult {
  /** Rows read. */
  readonly loaded: number;
  /** Rows left after those with '-' are dropped. */
  readonly flows: number;
  readonly accepted: number;
  readonly ns: number;
  readonly noise: number;
  /** Without NTP, both directions. */
  readonly filtered_ns: number;
  /** The notebook's last `filtered_ns`. */
  readonly toInternet: number;
  readonly top: readonly PandasRow[];
  /** Seconds of each step, in order; Python's own start and imports are not among them. */
  readonly steps: readonly { readonly step: string; readonly seconds: number }[];
}

let found: { readonly python: string | undefined } | undefined;

/** Debian's own Python first: the one on PATH is often another, without pandas. */
function pythonWithPandas(): string | undefined {
  found ??= {
    python: ['/usr/bin/python3', 'python3'].find(
      (python) => spawnSync(python, ['-c', 'import pandas']).status === 0,
    ),
  };
  return found.python;
}

export function pandasAvailable(): boolean {
  return pythonWithPandas() !== undefined;
}

/** The notebook on a folder of plain or gzip files in the default format, each with its header. */
export function runPandas(folder: string, limit = 1000): PandasResult {
  const python = pythonWithPandas();
  if (python === undefined)
    throw new Error('no Python with pandas; on Debian: apt-get install python3-pandas');
  const { status, stdout, stderr, error } = spawnSync(python, [script, folder, String(limit)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`the notebook failed in pandas: ${stderr}`, { cause: error });
  const steps = stderr
    .split('\n')
    .filter((line) => line.startsWith('{"step"'))
    .map((line) => JSON.parse(line) as PandasResult['steps'][number]);
  return { ...(JSON.parse(stdout) as Omit<PandasResult, 'steps'>), steps };
}

/**
 * What differs between a top by flows and the groups it was taken from; empty when the top is right.
 * Order among equal counts is free, and so is which of the groups that tie for the last places are in.
 */
export function topDifferences(
  top: readonly PandasRow[],
  groups: readonly PandasRow[],
  limit = 1000,
): string[] {
  const counts = new Map(groups.map((group) => [keyOf(group), group.flows]));
  const differences: string[] = [];
  const expected = groups.map((group) => group.flows).sort((a, b) => b - a);
  const flows = top.map((row) => row.flows);
  if (flows.join() !== expected.slice(0, limit).join()) {
    differences.push(`counts in order: ${flows.join()} instead of ${expected.slice(0, limit).join()}`);
  }
  for (const row of top) {
    const count = counts.get(keyOf(row));
    if (count !== row.flows)
      differences.push(`${keyOf(row)}: ${row.flows} instead of ${count ?? 'no group'}`);
  }
  if (new Set(top.map(keyOf)).size !== top.length) differences.push('a group stands twice');
  return differences;
}

function keyOf(row: PandasRow): string {
  const { accountId, interfaceId, srcAddr, dstAddr, dstPort, protocol, action } = row;
  return JSON.stringify([accountId, interfaceId, srcAddr, dstAddr, dstPort, protocol, action]);
}

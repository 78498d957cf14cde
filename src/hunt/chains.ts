import { resolve } from 'node:path';
import { detectors, type Values } from '../detect/all.ts';
import type { Question } from '../detect/finding.ts';
import { standings } from '../detect/listed.ts';
import { sumSteps } from '../picture/sum-steps.ts';
import { baseColumns } from '../records/record.ts';
import type { RunOptions } from '../settings/options.ts';
import { readSettings } from '../settings/settings.ts';
import type { Query } from '../sql/query.ts';
import { type DialectName, print, type Sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { folderAt } from '../store/folder.ts';
import { funnelSteps } from '../traffic/funnel.ts';
import type { NoiseRule } from '../traffic/noise-rules.ts';
import { sessionChain } from '../traffic/session-chain.ts';
import { top } from '../traffic/top.ts';
import { trafficViews } from '../traffic/views.ts';
import { type ChainName, chainNames } from './chain-names.ts';

/** One step of a chain, as it is shown. */
export interface ShownStep {
  readonly name: string;
  readonly about: string;
  /** Steps before it, and what is there already. */
  readonly reads: readonly string[];
  /** True where the workspace keeps it. */
  readonly isKept: boolean;
  readonly sql: string;
}

/** The steps of one thing that is worked out, in order, and the statements that read them. */
export interface ShownChain {
  readonly chain: ChainName;
  readonly about: string;
  /** What is there before the first step. */
  readonly from: readonly string[];
  readonly steps: readonly ShownStep[];
  readonly asked: readonly { readonly name: string; readonly sql: string }[];
}

const abouts: Readonly<Record<ChainName, string>> = {
  hunt: 'The records with their ends told apart, as the funnel and the top destinations read them.',
  sessions: 'From records to sessions, conversations and peers. All questions about hosts read these.',
  scan: 'Sources that asked for much in vain, one row for each to be judged.',
  access: 'Sources on ports where one logs in, one row for each to be judged.',
  c2: 'Talks of one local end with one peer that come back, one row for each to be judged.',
  exfil: 'Bytes that left, one row for each peer or network to be judged.',
  findings: 'Labels and coverage of what was judged "yes" or "cannot tell".',
  sums: 'What the page draws its pictures from, on this machine: in the SQL of DuckDB alone.',
};

// What is known of the data as a whole goes into some steps as numbers: here those of a day.
const context = {
  ...{ from: 0, to: 86_400, localHosts: 1, windowSeconds: 60, covered: 1, skipped: 0 },
  ...{ hasTcpFlags: true, hasBothDirections: true },
};

/** A day is added up by five minutes. */
const sumSeconds = 300;

interface InForce {
  readonly noise: readonly NoiseRule[];
  readonly detectors: Readonly<Record<Question, Values>>;
}

/** The chain of that name, or all: by the thresholds and noise rules of the workspace, where there is one. */
export async function explainSteps(
  chain?: ChainName,
  options: Partial<RunOptions> & { readonly dialect?: DialectName } = {},
): Promise<readonly ShownChain[]> {
  const settings = await readSettings(folderAt(resolve(options.workspace ?? '.northsouth')));
  return chainNames
    .filter((name) => chain === undefined || name === chain)
    .map((name) => shown(name, partsOf(name, settings), options.dialect));
}

function partsOf(
  name: ChainName,
  { noise, detectors: values }: InForce,
): { readonly steps: readonly Step[]; readonly asked: readonly Query<unknown>[] } {
  const columns = new Set([...baseColumns, 'tcp_flags']);
  switch (name) {
    case 'hunt':
      return { steps: trafficViews(columns, noise), asked: [funnelSteps(noise, {}), top()] };
    case 'sessions':
      return { steps: sessionChain(columns), asked: [] };
    case 'sums':
      return { steps: sumSteps(sumSeconds, noise), asked: [] };
    case 'findings':
      return { steps: standings([]).steps ?? [], asked: [standings([])] };
    default: {
      const asked = detectors
        .filter(({ question }) => question === name)
        .map(({ candidates }) => candidates(values[name], context, {}));
      return { steps: asked.flatMap(({ steps = [] }) => steps), asked };
    }
  }
}

function shown(
  chain: ChainName,
  { steps, asked }: ReturnType<typeof partsOf>,
  dialect: DialectName = 'duckdb',
): ShownChain {
  const textOf = (statement: Sql) => print(statement, dialect).trim();
  const names = new Set(steps.map(({ name }) => name));
  const from = steps.flatMap(({ reads }) => reads.filter((name) => !names.has(name)));
  return {
    chain,
    about: abouts[chain],
    from: [...new Set(from)].sort(),
    steps: steps.map(({ name, about, reads, isKept = false, sql }) => ({
      ...{ name, about, reads, isKept },
      sql: textOf(sql),
    })),
    asked: asked.map(({ name, sql }) => ({ name, sql: textOf(sql) })),
  };
}

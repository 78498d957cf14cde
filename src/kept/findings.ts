import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { type DetectorValues, detectors } from '../detect/all.ts';
import type { Focus } from '../detect/detector.ts';
import {
  compareFindings,
  type Judgement,
  type Question,
  type Severity,
  severities,
} from '../detect/finding.ts';
import { inContext } from '../detect/in-context.ts';
import { listed, standings } from '../detect/listed.ts';
import type { Finding, IdentifiedFinding } from '../detect/results.ts';
import type { Engine } from '../engine/engine.ts';
import { type Query, statementOf } from '../sql/query.ts';
import { id, print, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Folder } from '../store/folder.ts';
import { isKept, keepMade, keyOf } from '../store/kept.ts';
import { bestName } from '../traffic/names.ts';
import type { Period } from '../traffic/period.ts';
import { version } from '../version.ts';
import type { DataContext } from './derived.ts';
import type { OnPiece } from './progress.ts';

/** Raised when scores or their context change, so that what an older version kept is not taken for the same. */
const findingsFormat = 14;
const prefix = 'findings-';
const keptFindings = 3;

export interface FindingsOptions extends Period {
  readonly question?: Question;
  /** The least severity to list; default `low`. */
  readonly severity?: Severity;
  readonly limit?: number;
  /** List what cannot be told, too. */
  readonly unsettled?: boolean;
  /** Only those whose peer has its first record ever at or after this time, in Unix seconds. */
  readonly newSince?: number;
}

/** Everything that the detectors judge in the focus, the negative answers among them, the most severe first. */
async function judgeAll(
  engine: Engine,
  context: DataContext,
  values: DetectorValues,
  focus: Focus,
  signal?: AbortSignal,
  onPiece?: OnPiece,
): Promise<Judgement[]> {
  const judged: Judgement[] = [];
  for (const [place, detector] of detectors.entries()) {
    onPiece?.(place, detectors.length);
    const own = values[detector.question];
    const rows = await engine.ask(detector.candidates(own, context, focus), signal);
    for (const judgement of detector.judgeAll(rows, own, context)) judged.push(judgement);
  }
  return inContext(judged).sort(compareFindings);
}

/** The answers to the four questions in the focus, the negative ones without labels. */
export async function findAll(
  engine: Engine,
  context: DataContext,
  values: DetectorValues,
  focus: Focus,
  signal?: AbortSignal,
  onPiece?: OnPiece,
): Promise<Finding[]> {
  const judged = await judgeAll(engine, context, values, focus, signal, onPiece);
  const open = judged.filter(({ answer }) => answer !== 'no');
  const known = open.length === 0 ? [] : await engine.ask(standings(open), signal);
  const placed = new Map(open.map((judgement, place) => [judgement, known[place]]));
  return judged.map((judgement) => listed(judgement, placed.get(judgement), context.covered));
}

/** Answers that were kept, or worked out now and kept. */
export interface KeptFindings {
  /** A file with one JSON object on each line, those that are "no" among them. */
  readonly file: string;
  /** The answers that are "yes" or cannot be told, the most severe first. */
  listed(): readonly IdentifiedFinding[];
  /** All answers that an address is part of, the most severe first. */
  about(address: string): IdentifiedFinding[];
}

/**
 * The answers over the workspace: from the file that was kept for exactly this state and these thresholds, otherwise
 * worked out now and kept. `basis` says what they stand on; where the workspace may only be read
 * the file lies in `spare`.
 */
export async function findingsOf(
  engine: Engine,
  folder: Folder,
  basis: unknown,
  context: DataContext,
  values: DetectorValues,
  spare: string,
  signal?: AbortSignal,
  onPiece?: OnPiece,
): Promise<KeptFindings> {
  const name = `${prefix}${findingsKey(basis, context, values)}.ndjson`;
  const file = join(folder.derived, name);
  const kept = (await isKept(file)) ? await readFile(file, 'utf8').catch(() => undefined) : undefined;
  if (kept !== undefined) return readFrom(file, kept);
  const judged = await findAll(engine, context, values, {}, signal, onPiece);
  const findings = judged.map((finding) => ({ id: idOf(finding), ...finding }));
  const text = linesOf(findings);
  const beside = join(spare, name);
  try {
    await mkdir(spare, { recursive: true });
    await writeFile(beside, text);
  } catch {
    // The disk is full: the next run works them out again.
    return among(beside, findings);
  }
  return among(await keepMade(beside, file, new RegExp(`^${prefix}`), keptFindings), findings);
}

/** The answer comes first, so that lines with a "no" are passed over without reading them. */
export function linesOf(findings: readonly IdentifiedFinding[]): string {
  return findings.map(({ answer, ...rest }) => `${JSON.stringify({ answer, ...rest })}\n`).join('');
}

/** Findings that were worked out now. */
function among(file: string, findings: readonly IdentifiedFinding[]): KeptFindings {
  const open = findings.filter(({ answer }) => answer !== 'no');
  return { file, listed: () => open, about: (address) => findings.filter((one) => isAbout(one, address)) };
}

/** Findings of a file: the many that are "no" are only read where an address is asked for. */
function readFrom(file: string, text: string): KeptFindings {
  const lines = text.split('\n').filter((line) => line !== '');
  const parsed = (chosen: readonly string[]) => chosen.map((line) => JSON.parse(line) as IdentifiedFinding);
  let listed: readonly IdentifiedFinding[] | undefined;
  return {
    file,
    listed: () => {
      listed ??= parsed(lines.filter((line) => !line.startsWith('{"answer":"no"')));
      return listed;
    },
    about: (address) =>
      parsed(lines.filter((line) => line.includes(JSON.stringify(address)))).filter((one) =>
        isAbout(one, address),
      ),
  };
}

function isAbout({ peer, local, peers }: Finding, address: string): boolean {
  return peer === address || local === address || peers.some((one) => one.peer === address);
}

function findingsKey(basis: unknown, context: DataContext, values: DetectorValues): string {
  const asked = detectors.map(({ question, candidates }) =>
    print(statementOf(candidates(values[question], context, {}))),
  );
  return keyOf([findingsFormat, version(), basis, context, values, asked]);
}

/** The findings that the options ask for, in their order. */
export function selected<Some extends Finding>(findings: readonly Some[], options: FindingsOptions): Some[] {
  const least = severities.indexOf(options.severity ?? 'low');
  return findings.filter(
    (finding) =>
      (options.question === undefined || finding.question === options.question) &&
      (finding.answer === 'yes'
        ? severities.indexOf(finding.severity) >= least
        : options.unsettled === true) &&
      overlaps(finding, options),
  );
}

function overlaps({ firstSeen, lastSeen }: Finding, { from, to }: Period): boolean {
  const seconds = (text: string | null) => (text === null ? Number.NaN : Date.parse(text) / 1000);
  return (
    !(seconds(lastSeen) < (from ?? Number.NEGATIVE_INFINITY)) &&
    !(seconds(firstSeen) >= (to ?? Number.POSITIVE_INFINITY))
  );
}

/** The same id for the same subject and kind, in every run; no two findings have the same. */
function idOf({ question, kind, peer, local, servicePort, protocol, direction }: Finding): string {
  return keyOf([JSON.stringify([question, kind, peer, local, servicePort, protocol, direction])]);
}

/** Takes those findings of `those` in place of the ones of the same ids. */
export function replacedFindings(relation: Sql, those: Sql): readonly Sql[] {
  return [
    sql`DELETE FROM ${relation} WHERE id IN (SELECT id FROM ${those})`,
    sql`INSERT INTO ${relation} SELECT * FROM ${those}`,
  ];
}

/** The ids of the findings that meet a condition, among those of a relation with the columns of the view. */
export function findingsThat(condition: Sql, relation = 'findings'): Query<{ id: string }> {
  return {
    name: 'findings that meet a filter',
    sql: sql`SELECT id FROM ${id(relation)} WHERE ${condition} ORDER BY id`,
    row: v.object({ id: v.string() }),
  };
}

/** `findings` as a view over the file of {@link findingsOf}. Times are Unix seconds, as in the other views. */
export function findingsView(file: string): Sql {
  return sql`CREATE OR REPLACE VIEW findings AS ${findingRows(file)}`;
}

/** The rows of the view. */
export function findingRows(file: string): Sql {
  const { name, names, joins } = bestName(trusted('f'), id('peer'), id('local'));
  return sql`
    SELECT f.*, ${name} AS name, ${names} AS names
    FROM (
      SELECT id, question, kind, answer, severity, score, peer, "local", "servicePort" AS service_port, protocol, direction,
        CASE WHEN len(peers) = 0 THEN [peer] ELSE list_transform(peers, one -> one.peer) END AS peers,
        CAST(epoch("firstSeen") AS BIGINT) AS first_seen, CAST(epoch("lastSeen") AS BIGINT) AS last_seen, bytes,
        asn, network, country, city, provider, service, region, "setAside" AS set_aside, evidence,
        "counterEvidence" AS counter_evidence, missing, attack, coverage, sql, mark, "threatLists" AS threat_lists
      FROM read_json(${file}, format = 'newline_delimited', columns = {
        id: 'VARCHAR', question: 'VARCHAR', kind: 'VARCHAR', answer: 'VARCHAR', severity: 'VARCHAR', score: 'DOUBLE', peer: 'VARCHAR',
        peers: 'STRUCT(peer VARCHAR)[]', "local": 'VARCHAR', "servicePort": 'INTEGER', protocol: 'INTEGER', direction: 'VARCHAR',
        "firstSeen": 'TIMESTAMP', "lastSeen": 'TIMESTAMP', bytes: 'BIGINT', asn: 'BIGINT', network: 'VARCHAR',
        country: 'VARCHAR', city: 'VARCHAR', provider: 'VARCHAR', service: 'VARCHAR', region: 'VARCHAR',
        "setAside": 'VARCHAR', evidence: 'VARCHAR[]', "counterEvidence": 'VARCHAR[]', missing: 'VARCHAR[]',
        attack: 'VARCHAR[]', coverage: 'DOUBLE', sql: 'VARCHAR', mark: 'VARCHAR', "threatLists": 'VARCHAR[]'
      })
      WHERE answer <> 'no'
    ) AS f
    ${joins}`;
}

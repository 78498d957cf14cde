import * as v from 'valibot';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { HuntError } from '../errors.ts';
import { parseCidr } from './cidr.ts';

/** Name of the file in a workspace in which the hunter reads and changes the set-asides. */
export const setAsidesFile = 'set-asides.yaml';

/** Peers that are counted but not shown, because somebody's cloud or operating system explains them. */
export interface SetAside {
  readonly name: string;
  readonly on: boolean;
  readonly reason: string;
  readonly asns: readonly number[];
  /** Network names; they match the whole name, upper or lower case. */
  readonly networks: readonly string[];
  readonly cidrs: readonly string[];
  /** Only addresses of these services are set aside; empty: of any. Upper or lower case. */
  readonly services: readonly string[];
  /** Addresses of these services are not set aside. An unknown service is none of them. */
  readonly exceptServices: readonly string[];
}

const text = (expected: string) => v.pipe(v.string(expected), v.trim(), v.nonEmpty(expected));
const listOf = <Item extends v.GenericSchema>(item: Item, expected: string) =>
  v.optional(v.array(item, expected), []);
const asNumber = 'an AS number from 1 to 4294967295, without "AS", such as 16509';

const entryShape = v.strictObject({
  name: text('a name, such as Amazon'),
  on: v.boolean('true or false'),
  reason: text('a sentence that says why'),
  asns: listOf(
    v.pipe(
      v.number(asNumber),
      v.integer(asNumber),
      v.minValue(1, asNumber),
      v.maxValue(4294967295, asNumber),
    ),
    'a list of AS numbers, such as [16509, 14618]',
  ),
  networks: listOf(text('a network name, such as AMAZON-02'), 'a list of network names, such as [AMAZON-02]'),
  cidrs: listOf(text('a network, such as 203.0.113.0/24'), 'a list of networks, such as [203.0.113.0/24]'),
  services: listOf(text('the name of a service, such as S3'), 'a list of services, such as [S3, CLOUDFRONT]'),
  'except-services': listOf(text('the name of a service, such as EC2'), 'a list of services, such as [EC2]'),
});
const fileShape = v.strictObject({
  'set-asides': v.nullable(v.array(entryShape, 'a list of entries, each starting with "- name:"')),
});
const knownKeys = Object.keys(entryShape.entries).join(', ');

type Path = readonly (string | number)[];

/** The entries of a set-asides file; a HuntError names file, line, entry and key of the first mistake. */
export function parseSetAsides(yaml: string, fileName: string): SetAside[] {
  const { document, fail } = read(yaml, fileName);
  if (document.contents === null) return [];
  if (!isMap(document.contents)) throw fail([], 'expected "set-asides:" and a list of entries.');
  const parsed = v.safeParse(fileShape, document.toJS());
  if (!parsed.success) {
    // An unknown key is mostly a missing key misspelt: it says more.
    const issue = parsed.issues.find(isUnknownKey) ?? parsed.issues[0];
    const path = (issue.path ?? []).map(({ key }) => key as string | number);
    throw fail(path, sentence(issue, path));
  }
  const entries = parsed.output['set-asides'] ?? [];
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    const path = ['set-asides', index];
    if (seen.has(entry.name.toLowerCase()))
      throw fail([...path, 'name'], 'the name is taken by an entry above.');
    seen.add(entry.name.toLowerCase());
    if (entry.asns.length + entry.networks.length + entry.cidrs.length === 0) {
      throw fail(path, 'expected at least one of asns, networks, cidrs: the entry matches nothing.');
    }
    if (entry.services.length > 0 && entry['except-services'].length > 0) {
      throw fail([...path, 'except-services'], 'expected services or except-services, not both.');
    }
    entry.cidrs.forEach((cidr, position) => {
      try {
        parseCidr(cidr);
      } catch (error) {
        const { message, hint } = error as HuntError;
        throw fail([...path, 'cidrs', position], `${message} ${hint ?? ''}`.trim());
      }
    });
  });
  return entries.map(({ 'except-services': exceptServices, ...entry }) => ({ ...entry, exceptServices }));
}

/** The same file with one entry switched; every other character of it stays as it is. */
export function switchSetAside(yaml: string, name: string, on: boolean): string {
  const entries = parseSetAsides(yaml, setAsidesFile);
  const index = entries.findIndex((entry) => entry.name.toLowerCase() === name.trim().toLowerCase());
  if (index < 0) {
    throw new HuntError('usage.value', `There is no set-aside named "${name}".`, {
      hint: `The set-asides are ${entries.map((entry) => entry.name).join(', ')}.`,
    });
  }
  const node = read(yaml, setAsidesFile).document.getIn(['set-asides', index, 'on'], true);
  // Not document.toString(): it keeps comments, but folds lines and changes indentation.
  const [start, end] = (isNode(node) && node.range) || [0, 0];
  return yaml.slice(0, start) + String(on) + yaml.slice(end);
}

function read(yaml: string, fileName: string) {
  const lineCounter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter, prettyErrors: false });
  const fail = (path: Path, what: string) => {
    const line = lineCounter.linePos(offsetOf(document, path)).line;
    return invalid(fileName, line, whereOf(document, path) + what);
  };
  const [syntax] = document.errors;
  if (syntax !== undefined) throw invalid(fileName, lineCounter.linePos(syntax.pos[0]).line, syntax.message);
  return { document, fail };
}

function invalid(fileName: string, line: number, what: string): HuntError {
  return new HuntError('config.invalid', `${fileName}, line ${line}: ${what}`, {
    hint: 'Correct that line and run the command again.',
  });
}

function isUnknownKey(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

function sentence(issue: v.BaseIssue<unknown>, path: Path): string {
  const known = path.length <= 1 ? 'set-asides' : knownKeys;
  if (isUnknownKey(issue)) return `no such key; the keys are ${known}.`;
  if (issue.type === 'strict_object' && issue.received === 'undefined') return 'the key is missing.';
  if (issue.type === 'strict_object') return `expected the keys ${known}.`;
  return `expected ${issue.message}, found ${JSON.stringify(issue.input)}.`;
}

/** `entry "Amazon", key "asns": ` for the path of a value. */
function whereOf(document: Document, path: Path): string {
  const [, index, key] = path;
  const name = index === undefined ? undefined : document.getIn(['set-asides', index, 'name']);
  const entry =
    index === undefined ? [] : [typeof name === 'string' ? `entry "${name}"` : `entry ${Number(index) + 1}`];
  const shownKey = index === undefined ? path[0] : key;
  const parts = [...entry, ...(shownKey === undefined ? [] : [`key "${shownKey}"`])];
  return parts.length === 0 ? '' : `${parts.join(', ')}: `;
}

/** Where the value of the path, or of its nearest parent that is written down, starts in the text. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

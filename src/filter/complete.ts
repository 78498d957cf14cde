import { isOrdered, type Key, keyNamed, keys } from './keys.ts';
import { quotedText } from './print.ts';
import { protocolNumbers } from './words.ts';

/** Values that the data have, by key, the most frequent first. */
export type Vocabulary = Readonly<
  Record<string, readonly { readonly text: string; readonly detail?: string }[]>
>;

interface Candidate {
  /** What to put in place of the range. */
  readonly text: string;
  readonly kind: 'key' | 'value';
  /** What it is, in a few words. */
  readonly detail: string | null;
}

/** What may stand at a place of a filter: any of the candidates instead of the text from `from` up to `to`. */
export interface Completed {
  readonly from: number;
  readonly to: number;
  readonly candidates: readonly Candidate[];
}

const mostCandidates = 50;

/** What may stand at the cursor, in any text, whether it is a filter already or not. */
export function complete(text: string, cursor: number, vocabulary: Vocabulary): Completed {
  const at = Math.min(Math.max(0, Math.floor(cursor)), text.length);
  const term = termAround(text, at);
  const [, minus = '', name = '', operator = ''] =
    /^(-?)([A-Za-z][\w-]*)(:|>=|<=|=|>|<)/.exec(text.slice(term.from, term.to)) ?? [];
  const key = operator === '' ? undefined : keyNamed(name);
  const values = term.from + minus.length + name.length + operator.length;
  if (key === undefined || at < values) {
    const from = text[term.from] === '-' && at > term.from ? term.from + 1 : term.from;
    // Behind a known key its operator stays.
    const to = key === undefined ? term.to : values;
    return { from, to, candidates: keyCandidates(text.slice(from, at), key === undefined ? '' : operator) };
  }
  const { from, to } = valueAround(text, values, term.to, at);
  return { from, to, candidates: valueCandidates(unquoted(text.slice(from, at)), key, operator, vocabulary) };
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The term that the cursor stands in or behind: from blank to blank, quotes respected. */
function termAround(text: string, cursor: number): Range {
  let from = 0;
  let quoted = false;
  for (let at = 0; at < cursor; at += 1) {
    if (quoted && text[at] === '\\') at += 1;
    else if (text[at] === '"') quoted = !quoted;
    else if (!quoted && /\s/.test(text[at] ?? '')) from = at + 1;
  }
  let to = cursor;
  while (to < text.length && (quoted || !/\s/.test(text[to] ?? ''))) {
    if (text[to] === '"') quoted = !quoted;
    to += 1;
  }
  return { from: Math.min(from, cursor), to };
}

/** The value between commas that the cursor stands in. */
function valueAround(text: string, start: number, end: number, cursor: number): Range {
  let from = start;
  let to = end;
  let quoted = false;
  for (let at = start; at < end; at += 1) {
    if (quoted && text[at] === '\\') at += 1;
    else if (text[at] === '"') quoted = !quoted;
    else if (!quoted && text[at] === ',') {
      if (at < cursor) from = at + 1;
      else {
        to = at;
        break;
      }
    }
  }
  return { from: Math.min(from, cursor), to: Math.max(to, cursor) };
}

function unquoted(text: string): string {
  return text.replace(/^"/, '').replace(/"$/, '').replaceAll(/\\(.)/g, '$1');
}

function keyCandidates(typed: string, operator: string): Candidate[] {
  const known = keys.map((key) => ({
    text: `${key.name}${operator === '' ? (isOrdered(key) && key.kind !== 'word' ? '>' : ':') : operator}`,
    kind: 'key' as const,
    detail: key.doc,
    names: [key.name, ...(key.aliases ?? [])],
  }));
  return ranked(known, typed, ({ names }) => names).map(({ names: _, ...candidate }) => candidate);
}

const sizes = ['1KB', '1MB', '10MB', '100MB', '1GB', '10GB', '100GB', '1TB'];
const counts = ['1', '10', '100', '1k', '10k', '100k', '1M'];
const examples: Readonly<Record<string, readonly string[]>> = {
  bytes: sizes,
  count: counts,
  seconds: ['1min', '10min', '1h', '6h', '1d', '7d'],
  share: ['0.5', '0.7', '0.8', '0.9'],
};

function valueCandidates(typed: string, key: Key, operator: string, vocabulary: Vocabulary): Candidate[] {
  const own = [
    ...(key.words ?? []).map((text) => ({ text, detail: null })),
    ...(key.kind === 'protocol' ? Object.keys(protocolNumbers).map((text) => ({ text, detail: null })) : []),
    ...(examples[key.kind] ?? []).map((text) => ({ text, detail: null })),
    ...(vocabulary[key.name] ?? []).map(({ text, detail = null }) => ({ text, detail })),
  ];
  const all =
    operator === ':' && key.hasNone === true
      ? [...own, { text: 'none', detail: 'where there is none' }]
      : own;
  const found = ranked(all, typed, ({ text }) => [text]);
  return found.map(({ text, detail }) => ({
    text: /^[^\s",\\]+$/.test(text) ? text : quotedText(text),
    kind: 'value',
    detail,
  }));
}

/** Those that begin with what was typed, then those that hold it, each in their own order. */
function ranked<Item>(
  items: readonly Item[],
  typed: string,
  namesOf: (item: Item) => readonly string[],
): Item[] {
  const wanted = typed.toLowerCase();
  const rank = (item: Item) => {
    const names = namesOf(item).map((name) => name.toLowerCase());
    if (names.some((name) => name.startsWith(wanted))) return 0;
    return names.some((name) => name.includes(wanted)) ? 1 : 2;
  };
  const rated = items.map((item) => ({ item, rank: rank(item) })).filter((rated) => rated.rank < 2);
  return rated
    .sort((a, b) => a.rank - b.rank)
    .slice(0, mostCandidates)
    .map(({ item }) => item);
}

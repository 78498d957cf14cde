import { HuntError } from '../errors.ts';
import type { Place } from './filter.ts';

type Code = 'filter.syntax' | 'filter.unknown-key' | 'filter.value' | 'filter.relation';

/** What is wrong with a filter, at its place in the text. */
export function mistake(
  code: Code,
  text: string,
  { from, to }: Place,
  what: string,
  hint: string,
): HuntError {
  return new HuntError(code, what, { hint, at: { text, from, to } });
}

/** `a, b or c`. */
export function either(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The beginning of a word that somebody wrote, for a sentence about it. */
export function shortened(word: string): string {
  return word.length <= 60 ? word : `${word.slice(0, 57)}...`;
}

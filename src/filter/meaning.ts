import type { Term } from './filter.ts';
import { keyNamed } from './keys.ts';
import { either } from './mistake.ts';
import { printValue } from './print.ts';

const comparisons = {
  ':': 'is',
  '>': 'is more than',
  '>=': 'is at least',
  '<': 'is less than',
  '<=': 'is at most',
};

/** A term in words: `peer is 203.0.113.7 or 203.0.113.8`, `provider is not Amazon`. */
export function meaningOf({ key, operator, negated, values }: Term): string {
  const known = keyNamed(key);
  const written = values.map((value) => (known === undefined ? '' : printValue(value, known)));
  const verb = negated ? comparisons[operator].replace('is', 'is not') : comparisons[operator];
  return `${key} ${verb} ${either(written)}`;
}

import { parseAddress } from '../addresses/address.ts';
import { defaultFormat, type FieldKind } from '../records/fields.ts';
import { defaultLayout, type Layout } from '../records/layout.ts';
import type { NoShape, Shape } from './shape.ts';
import { type Delimiter, wordsOf } from './words.ts';

/**
 * The shape with the format that `records` without a header are in: `format` or the default format, whichever
 * fits more of them, if it fits at least half. Without any record the question is open, and either will do.
 */
export function fittingFormat(
  shape: Omit<Shape, 'layout'>,
  records: readonly string[],
  format: Layout | undefined,
): Shape | NoShape {
  if (records.length === 0) return { ...shape, layout: format ?? defaultLayout };
  const [best] = [format, defaultLayout]
    .filter((layout) => layout !== undefined)
    .map((layout) => ({ layout, lines: fitting(records, shape.delimiter, layout) }))
    .sort((a, b) => b.lines - a.lines);
  if (best !== undefined && best.lines > 0 && best.lines * 2 >= records.length)
    return { ...shape, layout: best.layout };
  return { kind: 'unknown', reason: misfit(records, shape.delimiter, format) };
}

function fitting(records: readonly string[], delimiter: Delimiter, layout: Layout): number {
  return records.filter((record) => fits(wordsOf(record, delimiter), layout)).length;
}

function misfit(records: readonly string[], delimiter: Delimiter, format: Layout | undefined): string {
  const width = wordsOf(records[0] ?? '', delimiter).length;
  const tried =
    format === undefined
      ? `the default format (${defaultFormat.length} fields)`
      : `--format (${format.fields.length} fields) or the default format (${defaultFormat.length})`;
  return `no header line, and its lines (${width} ${width === 1 ? 'field' : 'fields'} in the first) do not fit ${tried}`;
}

function fits(words: readonly string[], layout: Layout): boolean {
  if (words.length !== layout.fields.length) return false;
  return layout.fields.every(({ field }, index) => {
    const word = words[index] ?? '';
    return field === undefined || word === '-' || word === '' || looksLike(word, field.kind);
  });
}

function looksLike(word: string, kind: FieldKind): boolean {
  switch (kind) {
    case 'status':
      return ['OK', 'NODATA', 'SKIPDATA'].includes(word);
    case 'action':
      return ['ACCEPT', 'REJECT'].includes(word);
    case 'address':
      return parseAddress(word) !== null;
    case 'text':
      return true;
    default:
      return /^\d+$/.test(word);
  }
}

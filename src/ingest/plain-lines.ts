import type { FieldKind } from '../records/fields.ts';
import { kindOf } from '../records/record.ts';
import type { DnsShape, NoShape, Shape } from './shape.ts';

const numeric: readonly FieldKind[] = ['port', 'protocol', 'number', 'count', 'time'];

/**
 * Which fields of a line are numbers, by position, where a line is words with one blank between them; undefined for
 * every other shape.
 */
export function numbersOf(shape: Shape | DnsShape | NoShape): readonly boolean[] | undefined {
  if (!('wrap' in shape) || shape.wrap !== 'line' || shape.delimiter !== 'blank') return undefined;
  return shape.layout.fields.map(({ column }) => numeric.includes(kindOf(column)));
}

const [newline, blank, hyphen, zero, nine] = [10, 32, 45, 48, 57];

/**
 * How many lines the text has when every one is plain: as many words as `numbers` has, one blank between them, and
 * each number `-` or digits without a leading zero. Undefined when a line is not, or is longer than `longest`.
 *
 * This is the proof that numbers are written canonically, for which the engine would have to print each of them: a
 * byte costs a nanosecond here, and its lines have to be counted anyway.
 */
export function plainLines(text: Buffer, numbers: readonly boolean[], longest: number): number | undefined {
  const whole = text.lastIndexOf(newline) + 1;
  const lines = plainWholeLines(text.subarray(0, whole), numbers, longest);
  if (lines === undefined || whole === text.length) return lines;
  const last = Buffer.concat([text.subarray(whole), Buffer.of(newline)]);
  return plainWholeLines(last, numbers, longest) === undefined ? undefined : lines + 1;
}

/** The text ends with a newline, so that no loop can leave it. */
function plainWholeLines(text: Buffer, numbers: readonly boolean[], longest: number): number | undefined {
  const last = numbers.length - 1;
  let lines = 0;
  for (let at = 0; at < text.length; lines++) {
    const line = at;
    for (let field = 0; field <= last; field++) {
      const word = at;
      let byte = text[at] as number;
      if (numbers[field] !== true) {
        while (byte > blank) byte = text[++at] as number;
      } else if (byte === hyphen || byte === zero) {
        byte = text[++at] as number;
      } else {
        while (byte >= zero && byte <= nine) byte = text[++at] as number;
      }
      if (at === word || byte !== (field === last ? newline : blank)) return undefined;
      at++;
    }
    if (at - line > longest) return undefined;
  }
  return lines;
}

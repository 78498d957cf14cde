import { padText, textWidth } from './fit.ts';

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const heights = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A linear bar in eighths of a column; whatever is above zero shows at least a hairline. */
export function bar(share: number, width: number): string {
  if (!(share > 0) || width < 1) return '';
  const steps = Math.max(1, Math.min(width * 8, Math.round(share * width * 8)));
  return '█'.repeat(Math.floor(steps / 8)) + (eighths[steps % 8] ?? '');
}

/**
 * Values over time as one line of at most so many columns; where there are more values, neighbours are summed.
 * Zero is a space, whatever is above zero shows at least the lowest block. `most` is the value of a full block.
 */
export function sparkline(values: readonly number[], width: number, most?: number): string {
  const columns = inColumns(values, width, (own) => own.reduce((sum, value) => sum + value, 0));
  const full = most ?? Math.max(...columns, 0);
  return columns
    .map((value) => {
      if (!(value > 0) || full <= 0) return ' ';
      return heights[Math.min(heights.length - 1, Math.ceil((value / full) * heights.length) - 1)] ?? '█';
    })
    .join('');
}

/** The values joined into at most so many groups of equal size, each made one by `join`. */
export function inColumns<Value, Joined>(
  values: readonly Value[],
  width: number,
  join: (own: readonly Value[]) => Joined,
): Joined[] {
  const size = Math.max(1, Math.ceil(values.length / Math.max(1, width)));
  const columns: Joined[] = [];
  for (let index = 0; index < values.length; index += size)
    columns.push(join(values.slice(index, index + size)));
  return columns;
}

/** Two texts at the ends of a line of so many columns; only the first where there is no room for both. */
export function atBothEnds(left: string, right: string, width: number): string {
  const room = width - textWidth(left);
  return textWidth(right) + 2 > room ? left : left + padText(right, room, 'right');
}

import { scaleLinear, scaleUtc } from 'd3-scale';
import { inColumns } from '../report/pictures.ts';
import { type Markup, markup } from './markup.ts';

/** Values over time as one row of bars. */
export interface Strip {
  /** What is counted, as people say it. */
  readonly label: string;
  /** The class that gives the colour. */
  readonly tone: 'out' | 'in' | 'inside' | 'rejected' | 'plain';
  readonly values: readonly number[];
  readonly text: (value: number) => string;
}

const height = 44;
const mostColumns = 240;
const leastShare = 0.03;

/**
 * Rows of bars above one time axis. Bars stretch with the page, text does not: they are pictures of their own inside
 * the one that is as wide as the page.
 */
export function stripsMarkup(
  title: string,
  strips: readonly Strip[],
  starts: readonly (string | null)[],
  bucketSeconds: number,
  most = mostColumns,
): Markup | undefined {
  const first = Date.parse(starts[0] ?? '');
  const last = Date.parse(starts.at(-1) ?? '') + bucketSeconds * 1000;
  if (!(last > first)) return undefined;
  return markup`<div class="strips"><p class="picture-title">${title}</p>${strips.map((strip) =>
    stripMarkup(strip, most),
  )}${axisMarkup(first, last)}</div>`;
}

function stripMarkup({ label, tone, values, text }: Strip, most: number): Markup {
  const columns = inColumns(values, most, (own) => own.reduce((sum, value) => sum + value, 0));
  const peak = Math.max(...columns, 0);
  const y = scaleLinear([0, Math.max(1, peak)], [0, height]);
  const bars = columns
    .map((value, index) => {
      const bar = value > 0 ? Math.max(height * leastShare, y(value)) : 0;
      return bar === 0 ? '' : `M${index} ${height}v-${short(bar)}h1v${short(bar)}z`;
    })
    .join('');
  const said = peak === 0 ? `${label}: none` : `${label}, up to ${text(peak)}`;
  return markup`<p class="strip-label"><span class="key ${tone}" aria-hidden="true"></span>${said}</p>
<svg class="strip" role="img" width="100%" height="${height}" viewBox="0 0 ${columns.length} ${height}" preserveAspectRatio="none"><title>${said}</title><path class="${tone}" d="${bars}"/></svg>`;
}

/** A number in as few characters as a picture needs. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

const labelRoom = 6;
const dayMs = 86_400_000;

function axisMarkup(first: number, last: number): Markup {
  const x = scaleUtc([first, last], [0, 100]);
  const format = x.tickFormat(
    6,
    last - first <= 2 * dayMs ? '%H:%M' : last - first <= 14 * dayMs ? '%m-%d %H:%M' : '%Y-%m-%d',
  );
  const ticks = x
    .ticks(6)
    .map((moment) => ({ at: x(moment), text: format(moment) }))
    .filter(({ at }) => at > labelRoom && at < 100 - labelRoom);
  const day = (time: number) => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
  return markup`<svg class="axis" role="img" width="100%" height="18"><title>Time axis from ${day(first)} to ${day(last)}, UTC</title><line x1="0" y1="0.5" x2="100%" y2="0.5"/>${ticks.map(
    ({ at, text }) =>
      markup`<line x1="${short(at)}%" y1="0" x2="${short(at)}%" y2="4"/><text x="${short(at)}%" y="15" text-anchor="middle">${text}</text>`,
  )}</svg><p class="ends"><span>${day(first)}</span><span>${day(last)} UTC</span></p>`;
}

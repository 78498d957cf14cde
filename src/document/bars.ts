import type { ScorePart } from '../detect/finding.ts';
import type { Step } from '../report/funnel.ts';
import { binText, gapsText } from '../report/ip.ts';
import { bytesText, countText, shareText } from '../report/units.ts';
import type { InterArrivals } from '../traffic/ip.ts';
import { type Markup, markup } from './markup.ts';
import { short } from './strip.ts';

/** A bar that starts and ends at shares of its width, beside the number that it shows: hidden from readers aloud. */
function barMarkup(from: number, share: number, tone: string): Markup {
  const width = share > 0 ? Math.max(0.4, share * 100) : 0;
  const start = Math.min(from * 100, 100 - width);
  return markup`<svg class="bar" width="100%" height="12" aria-hidden="true"><rect class="track" width="100%" height="12"/><rect class="${tone}" x="${short(start)}%" width="${short(width)}%" height="12"/></svg>`;
}

interface FunnelRow {
  readonly step: Step;
  readonly parent: Step | undefined;
  readonly depth: number;
  /** Records that stand before it, to the left. */
  readonly before: number;
}

function* funnelRows(
  step: Step,
  parent: Step | undefined,
  depth: number,
  before: number,
): Generator<FunnelRow> {
  yield { step, parent, depth, before };
  let left = before;
  for (const part of step.parts ?? []) {
    yield* funnelRows(part, step, depth + 1, left);
    left += part.count;
  }
}

/** The funnel as a table whose last column is its picture: each bar stands where it stands in its parent. */
export function funnelMarkup(tree: Step): Markup {
  const rows = [...funnelRows(tree, undefined, 0, 0)];
  const whole = Math.max(1, tree.count);
  return markup`<div class="table" tabindex="0" role="group" aria-label="The funnel"><table class="funnel"><caption>Each step of the funnel; the parts of a step add up to it</caption><thead><tr><th scope="col" class="text">step</th><th scope="col" class="number">records</th><th scope="col" class="number">of the step above</th><th scope="col" class="number">bytes</th><th scope="col" class="text picture">of all records</th></tr></thead><tbody>${rows.map(
    ({ step, parent, depth, before }) =>
      markup`<tr class="${step.out === true ? 'taken-out' : 'goes-on'}"><th scope="row" class="text depth-${depth}">${step.label}</th><td class="number">${countText(step.count)}</td><td class="number">${parent === undefined ? '' : shareText(step.count, parent.count)}</td><td class="number">${step.bytes === undefined || step.count === 0 ? '' : bytesText(step.bytes)}</td><td class="picture">${barMarkup(before / whole, step.count / whole, step.out === true ? 'muted' : 'out')}</td></tr>`,
  )}</tbody></table></div>`;
}

/** What a score is made of: each part's value as a bar, its weight, and the numbers behind it. */
export function partsMarkup(parts: readonly ScorePart[]): Markup | undefined {
  if (parts.length === 0) return undefined;
  return markup`<div class="table" tabindex="0" role="group" aria-label="Parts of the score"><table class="parts"><caption>What the score is made of</caption><thead><tr><th scope="col" class="text">part</th><th scope="col" class="picture">0 to 1</th><th scope="col" class="number">value</th><th scope="col" class="number">weight</th><th scope="col" class="text">because</th></tr></thead><tbody>${parts.map(
    ({ name, value, weight, because }) =>
      markup`<tr><th scope="row" class="text">${name}</th><td class="picture">${barMarkup(0, Math.min(1, Math.max(0, value)), 'out')}</td><td class="number">${value.toFixed(2)}</td><td class="number">×${weight}</td><td class="text">${because}</td></tr>`,
  )}</tbody></table></div>`;
}

/** How long after one session's start the next one starts, as a table with bars. */
export function gapsMarkup(picture: InterArrivals): Markup {
  const { bins } = picture;
  const most = Math.max(...bins.map(({ count }) => count), 1);
  return markup`<div class="table" tabindex="0" role="group" aria-label="Seconds between starts"><table class="gaps"><caption>${gapsText(picture)}</caption><thead><tr><th scope="col" class="number">seconds</th><th scope="col" class="number">gaps</th><th scope="col" class="picture">share of the most</th></tr></thead><tbody>${bins.map(
    (bin) =>
      markup`<tr><th scope="row" class="number">${binText(bin)}</th><td class="number">${countText(bin.count)}</td><td class="picture">${barMarkup(0, bin.count / most, 'plain')}</td></tr>`,
  )}</tbody></table></div>`;
}

import { stateOfHours } from '../report/coverage.ts';
import { inColumns } from '../report/pictures.ts';
import { counted, durationText, wholeShareText } from '../report/units.ts';
import type { CoverageReport, InterfaceCoverage } from '../traffic/coverage.ts';
import { type Markup, markup } from './markup.ts';

const mostColumns = 120;

/** What is there for each interface and hour, those first of which the least is known. */
export function coverageMarkup({ interfaces, interfacesTotal }: CoverageReport): Markup | undefined {
  if (interfaces.length === 0) return undefined;
  const hours = Math.max(1, Math.ceil((interfaces[0]?.hours.length ?? 1) / mostColumns));
  const more = interfacesTotal - interfaces.length;
  return markup`<div class="table" tabindex="0" role="group" aria-label="Coverage"><table><caption>The interfaces of which the least is known first</caption><thead><tr><th scope="col" class="text">interface</th><th scope="col" class="number">covered</th><th scope="col" class="number">lost</th><th scope="col" class="picture">over time</th></tr></thead><tbody>${interfaces.map(
    (one) =>
      markup`<tr><th scope="row" class="text">${one.interfaceId}</th><td class="number">${wholeShareText(one.covered)}</td><td class="number">${wholeShareText(one.skipped)}</td><td class="picture">${mapMarkup(one)}</td></tr>`,
  )}</tbody></table></div>
<p class="dim">Each mark is ${durationText(hours * 3600)}: the darker, the more of its minutes records speak of; orange: AWS lost records (SKIPDATA); grey: nothing was seen (NODATA); empty: no record at all.${more > 0 ? ` ${counted(more, 'interface')} of which more is known ${more === 1 ? 'is' : 'are'} not shown.` : ''}</p>`;
}

function mapMarkup({ hours }: InterfaceCoverage): Markup {
  const states = inColumns(hours, mostColumns, stateOfHours);
  const cells = states.flatMap(({ state, quarters }, index) => {
    if (state === 'nothing') return [];
    const kind = state === 'records' ? `q${quarters}` : state;
    return [markup`<rect class="${kind}" x="${index}" width="1.02" height="14"/>`];
  });
  return markup`<svg class="map" width="100%" height="14" viewBox="0 0 ${states.length} 14" preserveAspectRatio="none" aria-hidden="true">${cells}</svg>`;
}

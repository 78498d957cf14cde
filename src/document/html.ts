import { coverageText } from '../report/coverage.ts';
import { computedText } from '../report/findings.ts';
import { funnelTree } from '../report/funnel.ts';
import { setAsideTexts } from '../report/hunt.ts';
import { listColumns, listedPeerColumns } from '../report/intel.ts';
import { sourceColumns } from '../report/labels.ts';
import { benignColumns, hiddenText, hidingColumns, warningsOf } from '../report/noise.ts';
import type { Column } from '../report/table.ts';
import { topColumns, topTitle } from '../report/top.ts';
import { counted } from '../report/units.ts';
import type { TopGroup, TopRow } from '../traffic/top.ts';
import { funnelMarkup } from './bars.ts';
import { coverageMarkup } from './coverage-map.ts';
import { findingMarkup } from './finding-markup.ts';
import { listMarkup, type Markup, markup, styleElement, tableMarkup } from './markup.ts';
import type { Material } from './material.ts';
import {
  choiceSentences,
  madeSentence,
  notReadSentences,
  scopeSentences,
  trafficStrips,
} from './sentences.ts';
import { stripsMarkup } from './strip.ts';
import { style } from './style.ts';
import { briefColumns, markColumns } from './tables.ts';

/** A report as text, and how many of its findings are told in full. */
export interface Written {
  readonly text: string;
  readonly inFull: number;
  readonly inALine: number;
}

const mostBytes = 4_700_000;
const mostLines = 500;
const mostListed = 50;

/** The report as one HTML page without scripts that loads nothing, of less than 5 MB whatever there is to say. */
export function htmlReport(material: Material): Written {
  const room = mostBytes - byteLength(pageMarkup(material, [], mostLines));
  const articles: Markup[] = [];
  let used = 0;
  for (const full of material.inFull) {
    const article = findingMarkup(full, articles.length + 1);
    used += byteLength(article);
    if (used > room) break;
    articles.push(article);
  }
  const inALine = Math.min(mostLines, material.chosen.length - articles.length);
  return {
    text: pageMarkup(material, articles, inALine).toString(),
    ...{ inFull: articles.length, inALine },
  };
}

function byteLength(text: Markup): number {
  return Buffer.byteLength(text.toString());
}

function pageMarkup(material: Material, articles: readonly Markup[], lines: number): Markup {
  const { element, source } = styleElement(style);
  const policy = `default-src 'none'; style-src ${source}; base-uri 'none'; form-action 'none'`;
  const { title, note, command } = material;
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${element}
</head>
<body>
<header>
<h1>${title}</h1>
<p class="dim">${madeSentence(material)}</p>
${note === null ? undefined : markup`<section class="note" aria-label="Note of the hunter">${note.split('\n').map((line) => markup`${line}\n`)}</section>`}
${scopeSentences(material).map((text) => markup`<p>${text}</p>`)}
${contentsMarkup(articles, material)}
</header>
<main>
${funnelSection(material)}
${trafficSection(material)}
${findingsSection(material, articles, lines)}
${topSection(material)}
${hiddenSection(material)}
${marksSection(material)}
${coverageSection(material)}
${sourcesSection(material)}
</main>
<footer><h2>Made with</h2><p>${madeSentence(material)} The same again:</p><pre tabindex="0">${command}</pre></footer>
</body>
</html>
`;
}

const sections = [
  ['funnel', 'Funnel'],
  ['traffic', 'Traffic over time'],
  ['findings', 'Findings'],
  ['top', 'Top tables'],
  ['hidden', 'Set aside and noise'],
  ['marks', 'Marks and notes'],
  ['coverage', 'Coverage and what was not read'],
  ['sources', 'Labels and threat lists'],
] as const;

function contentsMarkup(articles: readonly Markup[], { inFull }: Material): Markup {
  const found = inFull.slice(0, Math.min(articles.length, 20));
  return markup`<nav aria-label="Contents"><ul>${sections.map(([id, name]) => markup`<li><a href="#${id}">${name}</a></li>`)}${found.map(
    ({ finding }, index) =>
      markup`<li><a href="#finding-${finding.id}">${index + 1}. ${finding.severity} ${finding.question}: ${finding.peer}</a></li>`,
  )}</ul></nav>`;
}

function section(id: (typeof sections)[number][0], content: readonly (Markup | undefined)[]): Markup {
  const name = sections.find(([one]) => one === id)?.[1] ?? id;
  return markup`<section aria-labelledby="${id}"><h2 id="${id}">${name}</h2>\n${content}</section>`;
}

function paragraphs(texts: readonly (string | undefined)[], kind = 'said'): Markup[] {
  return texts.flatMap((text) => (text === undefined ? [] : [markup`<p class="${kind}">${text}</p>`]));
}

function funnelSection({ hunt, broken }: Material): Markup {
  return section('funnel', [
    funnelMarkup(funnelTree(hunt.funnel)),
    ...(broken.length === 0
      ? paragraphs(['Reconciles: every record is counted once.'])
      : [
          ...paragraphs(
            ['Does not reconcile. Do not trust these counts: this is a defect of northsouth.', ...broken],
            'bad',
          ),
        ]),
  ]);
}

function trafficSection(material: Material): Markup {
  const { title, strips } = trafficStrips(material);
  const { buckets, bucketSeconds } = material.timeline;
  const starts = buckets.map(({ start }) => start);
  return section('traffic', [
    stripsMarkup(title, strips, starts, bucketSeconds) ?? markup`<p>No record has a time in this period.</p>`,
    ...paragraphs(material.ignored, 'dim'),
  ]);
}

function findingsSection(material: Material, articles: readonly Markup[], lines: number): Markup {
  const rest = material.chosen.slice(articles.length, articles.length + lines);
  return section('findings', [
    ...paragraphs(choiceSentences(material, articles.length, rest.length)),
    ...paragraphs([computedText(material.computed)], 'dim'),
    ...articles,
    ...(rest.length === 0
      ? []
      : [
          markup`<h3>More findings</h3>`,
          tableMarkup(briefColumns, rest, 'Findings that are not told in full'),
        ]),
  ]);
}

function topSection(material: Material): Markup {
  const { hunt, order } = material;
  const table = (group: TopGroup, rows: readonly TopRow[]) =>
    rows.length === 0 ? undefined : tableMarkup(topColumns(rows), rows, topTitle(group, order, false));
  const listed = hunt.intel.slice(0, mostListed);
  return section('top', [
    hunt.top.length === 0 ? markup`<p>No destination on the Internet is shown.</p>` : table('flow', hunt.top),
    markup`<div class="two"><div>${table('asn', material.networks)}</div><div>${table('country', material.countries)}</div><div>${table('port', material.ports)}</div><div>${table('local', material.locals)}</div></div>`,
    listed.length === 0
      ? undefined
      : tableMarkup(
          listedPeerColumns(hunt.intel),
          listed,
          `On threat lists: ${counted(hunt.intel.length, 'peer')}${listed.length < hunt.intel.length ? ` (${listed.length} shown)` : ''}, whatever noise and set-asides hide`,
        ),
  ]);
}

function reasoned<Row extends { readonly reason: string }>(columns: readonly Column<Row>[]): Column<Row>[] {
  return [...columns, { header: 'why', text: ({ reason }) => reason }];
}

function hiddenSection({ hunt, noise }: Material): Markup {
  const { aside, inSpite } = setAsideTexts(hunt.funnel);
  const rules = noise.rules.slice(0, mostListed);
  const asides = noise.setAsides.slice(0, mostListed);
  return section('hidden', [
    ...paragraphs([
      aside === undefined ? 'Nothing is set aside.' : `${aside}.`,
      inSpite === undefined ? undefined : `${inSpite}.`,
    ]),
    ...warningsOf(noise).flatMap(({ said, hides }) => [
      ...paragraphs([said], 'bad'),
      listMarkup(hides.slice(0, mostListed).map(hiddenText)),
    ]),
    tableMarkup(
      reasoned(hidingColumns),
      rules,
      'Noise rules, of the north/south records; what is off hides nothing',
    ),
    tableMarkup(
      reasoned(hidingColumns),
      asides,
      'Set-asides, of the records to the Internet; what is off hides nothing',
    ),
    noise.marks.length === 0
      ? undefined
      : tableMarkup(
          benignColumns,
          noise.marks.slice(0, mostListed),
          'Benign marks, and how many findings each lowers',
        ),
  ]);
}

function marksSection({ marks }: Material): Markup {
  const shown = marks.marks.slice(0, 4 * mostListed);
  const more = marks.marks.length - shown.length;
  return section('marks', [
    shown.length === 0
      ? markup`<p>Nothing is marked.</p>`
      : tableMarkup(markColumns, shown, `${counted(marks.marks.length, 'mark')} of the hunters`),
    ...(more > 0 ? paragraphs([`${counted(more, 'more mark')} in ${marks.file}`]) : []),
  ]);
}

function coverageSection(material: Material): Markup {
  const { coverage } = material;
  return section('coverage', [
    ...(coverage.interfaces.length === 0
      ? paragraphs(['No loaded record has a time in this period.'])
      : paragraphs([coverageText(coverage)])),
    coverageMarkup(coverage),
    markup`<h3>What was not read</h3>`,
    ...paragraphs(notReadSentences(material)),
  ]);
}

function sourcesSection({ labels, lists }: Material): Markup {
  return section('sources', [
    tableMarkup(
      sourceColumns,
      labels.sources.slice(0, mostListed),
      'Where names of networks, countries and providers are from',
    ),
    listMarkup(
      labels.sources
        .slice(0, mostListed)
        .map(
          ({ name, holds, licence, attribution }) =>
            `${name}: ${holds}. Licence: ${licence ?? 'not known'}${attribution === null ? '' : `, by ${attribution}`}.`,
        ),
      'dim',
    ),
    lists.length === 0
      ? markup`<p>No threat list is in use.</p>`
      : tableMarkup(
          listColumns,
          lists.slice(0, 2 * mostListed),
          'Threat lists; matched are loaded addresses',
        ),
  ]);
}

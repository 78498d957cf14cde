import { coverageText } from '../report/coverage.ts';
import {
  computedText,
  findingPlaceText,
  findingTimesText,
  findingTitle,
  gradeText,
  peersTexts,
  stepText,
} from '../report/findings.ts';
import { funnelLines } from '../report/funnel.ts';
import { setAsideTexts } from '../report/hunt.ts';
import { listColumns, listedPeerColumns } from '../report/intel.ts';
import { sourceColumns } from '../report/labels.ts';
import { hiddenText, hidingColumns, warningsOf } from '../report/noise.ts';
import { plainPage } from '../report/page.ts';
import { sparkline } from '../report/pictures.ts';
import { topColumns, topTitle } from '../report/top.ts';
import { bytesText, countText } from '../report/units.ts';
import type { TopGroup, TopRow } from '../traffic/top.ts';
import { cutSql, knownTexts } from './finding-markup.ts';
import type { Written } from './html.ts';
import { markdownBlock, markdownCode, markdownPoints, markdownTable, markdownText } from './markdown-text.ts';
import type { FindingInFull, Material } from './material.ts';
import {
  choiceSentences,
  madeSentence,
  notReadSentences,
  scopeSentences,
  trafficStrips,
} from './sentences.ts';
import { briefColumns, cellText, markColumns } from './tables.ts';

const width = 100;
const mostSamples = 5;
const mostListed = 50;
const mostLines = 200;

/** The report as Markdown for a ticket: the same as the page in words, tables and characters. */
export function markdownReport(material: Material): Written {
  const { inFull, chosen } = material;
  const rest = chosen.slice(inFull.length, inFull.length + mostLines);
  const lines = [
    ...headLines(material),
    ...funnelPart(material),
    ...trafficPart(material),
    ...title('Findings'),
    ...paragraphs(choiceSentences(material, inFull.length, rest.length)),
    ...paragraphs([computedText(material.computed)]),
    ...inFull.flatMap((full, index) => findingPart(full, index + 1)),
    ...(rest.length === 0 ? [] : ['### More findings', '', ...markdownTable(briefColumns, rest), '']),
    ...topPart(material),
    ...hiddenPart(material),
    ...marksPart(material),
    ...title('Coverage and what was not read'),
    ...paragraphs(material.coverage.interfaces.length === 0 ? [] : [coverageText(material.coverage)]),
    ...paragraphs(notReadSentences(material)),
    ...sourcesPart(material),
    ...title('Made with'),
    ...paragraphs([madeSentence(material)]),
    ...markdownBlock([material.command], 'sh'),
  ];
  return { text: `${lines.join('\n').trimEnd()}\n`, inFull: inFull.length, inALine: rest.length };
}

function title(text: string): string[] {
  return [`## ${text}`, ''];
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((text) => [markdownText(text), '']);
}

function headLines(material: Material): string[] {
  const { note } = material;
  return [
    `# ${markdownText(material.title)}`,
    '',
    ...paragraphs([madeSentence(material)]),
    ...(note === null ? [] : [...quoted(note), '']),
    ...paragraphs(scopeSentences(material)),
  ];
}

/** Lines of a note as a quotation; those that follow each other stay apart. */
function quoted(note: string): string[] {
  const lines = note.split('\n').map((line) => markdownText(line).trimEnd());
  return lines.map((line, index) =>
    line === '' ? '>' : `> ${line}${(lines[index + 1] ?? '') === '' ? '' : '\\'}`,
  );
}

function funnelPart({ hunt, broken }: Material): string[] {
  return [
    ...title('Funnel'),
    ...markdownBlock(funnelLines(hunt.funnel, broken, plainPage(width)), 'text'),
    '',
  ];
}

function trafficPart(material: Material): string[] {
  const { title: said, strips } = trafficStrips(material);
  const { buckets } = material.timeline;
  const ends = `${buckets[0]?.start ?? ''} to ${buckets.at(-1)?.start ?? ''}`;
  const lines = strips.map(({ label, values, text }) => {
    const peak = Math.max(...values, 0);
    return `${label.padEnd(24)} ${sparkline(values, width - 40)}  ${peak === 0 ? 'none' : `up to ${text(peak)}`}`;
  });
  return [
    ...title('Traffic over time'),
    ...paragraphs(buckets.length === 0 ? ['No record has a time in this period.'] : [`${said}, ${ends}`]),
    ...(buckets.length === 0 ? [] : [...markdownBlock(lines, 'text'), '']),
    ...paragraphs(material.ignored),
  ];
}

function findingPart(full: FindingInFull, rank: number): string[] {
  const { finding } = full;
  const { attack, evidence, counterEvidence, missing, parts, severitySteps } = finding;
  return [
    `### ${rank}. ${gradeText(finding)} ${markdownText(findingTitle(finding))}, score ${finding.score.toFixed(2)}`,
    '',
    ...paragraphs([
      findingPlaceText(finding),
      `${findingTimesText(finding)}; ${bytesText(finding.bytes)} in both directions.`,
    ]),
    ...list(markdownPoints([...peersTexts(finding), ...knownTexts(finding)])),
    ...paragraphs(attack.length === 0 ? [] : [`ATT&CK: ${attack.join(' ')}`]),
    ...list([
      ...markdownPoints(evidence, '**for** '),
      ...markdownPoints(counterEvidence, '**against** '),
      ...markdownPoints(missing, '**missing** '),
      ...markdownPoints(severitySteps.map(stepText)),
    ]),
    ...(parts.length === 0
      ? []
      : [
          ...markdownTable(
            [
              { header: 'part', text: ({ name }) => name },
              { header: 'value', text: ({ value }) => value.toFixed(2), align: 'right' },
              { header: 'weight', text: ({ weight }) => `×${weight}`, align: 'right' },
              { header: 'because', text: ({ because }) => because },
            ],
            parts,
          ),
          '',
        ]),
    ...timelineLines(full),
    ...sampleLines(full),
    ...markdownBlock([cutSql(finding.sql)], 'sql'),
    '',
    `Id ${markdownCode(finding.id)}`,
    '',
  ];
}

function list(points: readonly string[]): string[] {
  return points.length === 0 ? [] : [...points, ''];
}

function timelineLines({ timeline: { buckets } }: FindingInFull): string[] {
  if (buckets.length === 0) return [];
  const line = (label: string, key: 'bytesOut' | 'bytesIn') => {
    const values = buckets.map((bucket) => bucket[key]);
    return `${label} ${sparkline(values, width - 30)}  up to ${bytesText(Math.max(...values))}`;
  };
  return [...markdownBlock([line('out', 'bytesOut'), line('in ', 'bytesIn')], 'text'), ''];
}

function sampleLines({ records: { columns, rows, total } }: FindingInFull): string[] {
  const shown = rows.slice(0, mostSamples);
  if (shown.length === 0) return [];
  return [
    ...paragraphs([`Records: the first ${countText(shown.length)} of ${countText(total)}`]),
    ...markdownTable(
      columns.map((header, index) => ({
        header: markdownText(header),
        text: (row: readonly unknown[]) => cellText(header, row[index]),
      })),
      shown,
    ),
    '',
  ];
}

function topPart({ hunt, order, networks, countries, ports, locals }: Material): string[] {
  const table = (group: TopGroup, rows: readonly TopRow[]) =>
    rows.length === 0
      ? []
      : [`### ${topTitle(group, order, false)}`, '', ...markdownTable(topColumns(rows), rows), ''];
  return [
    ...title('Top tables'),
    ...paragraphs(hunt.top.length === 0 ? ['No destination on the Internet is shown.'] : []),
    ...table('flow', hunt.top),
    ...table('asn', networks),
    ...table('country', countries),
    ...table('port', ports),
    ...table('local', locals),
    ...(hunt.intel.length === 0
      ? []
      : [
          '### Peers on threat lists',
          '',
          ...markdownTable(listedPeerColumns(hunt.intel), hunt.intel.slice(0, mostListed)),
          '',
        ]),
  ];
}

function hiddenPart({ hunt, noise }: Material): string[] {
  const { aside, inSpite } = setAsideTexts(hunt.funnel);
  const said = [aside ?? 'Nothing is set aside', inSpite].flatMap((text) =>
    text === undefined ? [] : [`${text}.`],
  );
  return [
    ...title('Set aside and noise'),
    ...paragraphs(said),
    ...warningsOf(noise).flatMap(({ said: warning, hides }) => [
      `**${markdownText(warning)}**`,
      '',
      ...list(markdownPoints(hides.slice(0, mostListed).map(hiddenText))),
    ]),
    ...markdownTable(hidingColumns, [...noise.rules, ...noise.setAsides].slice(0, mostListed)),
    '',
  ];
}

function marksPart({ marks: { marks, file } }: Material): string[] {
  const shown = marks.slice(0, 4 * mostListed);
  return [
    ...title('Marks and notes'),
    ...(shown.length === 0 ? paragraphs(['Nothing is marked.']) : [...markdownTable(markColumns, shown), '']),
    ...paragraphs(
      shown.length < marks.length ? [`${countText(marks.length - shown.length)} more in ${file}`] : [],
    ),
  ];
}

function sourcesPart({ labels, lists }: Material): string[] {
  return [
    ...title('Labels and threat lists'),
    ...markdownTable(sourceColumns, labels.sources.slice(0, mostListed)),
    '',
    ...(lists.length === 0
      ? paragraphs(['No threat list is in use.'])
      : [...markdownTable(listColumns, lists.slice(0, 2 * mostListed)), '']),
  ];
}

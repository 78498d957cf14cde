import { subjectText } from '../marks/mark.ts';
import {
  findingPlaceText,
  findingTimesText,
  findingTitle,
  gradeText,
  peersTexts,
  stepText,
} from '../report/findings.ts';
import { findingNamesText } from '../report/names.ts';
import { registrationText } from '../report/registry.ts';
import { bytesText, counted, countText, durationText } from '../report/units.ts';
import { gapsMarkup, partsMarkup } from './bars.ts';
import { listMarkup, type Markup, markup, tableMarkup } from './markup.ts';
import type { FindingInFull } from './material.ts';
import { stripsMarkup } from './strip.ts';
import { cellText } from './tables.ts';

const mostSql = 8000;
const mostPictureColumns = 120;

/** A finding with its reasons, pictures, sample of records and query. */
export function findingMarkup(full: FindingInFull, rank: number): Markup {
  const { finding, interArrivals } = full;
  const grade = gradeText(finding);
  const { attack, evidence, counterEvidence, missing, severitySteps, score } = finding;
  return markup`<article class="finding" id="finding-${finding.id}">
<h3>${rank}. <span class="grade ${grade.replace(' ', '-')}">${grade}</span> ${findingTitle(finding)}, score ${score.toFixed(2)}</h3>
<p>${findingPlaceText(finding)}</p>
<p>${findingTimesText(finding)}; ${bytesText(finding.bytes)} in both directions.</p>
${knownMarkup(full)}
${finding.peers.length === 0 ? undefined : markup`<h4>Its peers</h4>`}${listMarkup(peersTexts(finding))}
${attack.length === 0 ? undefined : markup`<p>ATT&amp;CK: ${attack.map((technique) => markup`${attackMarkup(technique)} `)}</p>`}
${evidence.length === 0 ? undefined : markup`<h4>What speaks for it</h4>`}${listMarkup(evidence, 'for')}
${counterEvidence.length === 0 ? undefined : markup`<h4>What speaks against it</h4>`}${listMarkup(counterEvidence, 'against')}
${missing.length === 0 ? undefined : markup`<h4>What is missing to be sure</h4>`}${listMarkup(missing, 'missing')}
<h4>Score and severity</h4>${partsMarkup(finding.parts)}${listMarkup(severitySteps.map(stepText))}
${timelineMarkup(full)}${interArrivals === null ? undefined : gapsMarkup(interArrivals)}
${recordsMarkup(full)}
<h4>Query</h4><p class="dim">Returns what was judged, in <code>northsouth sql</code>.</p><pre tabindex="0">${cutSql(finding.sql)}</pre>
<p class="dim">Id <code>${finding.id}</code></p>
</article>`;
}

/** The text of a query, cut where it is longer than anybody reads. */
export function cutSql(sql: string): string {
  return sql.length <= mostSql
    ? sql
    : `${sql.slice(0, mostSql)} … (cut; northsouth findings --show-sql has all)`;
}

function knownMarkup({ finding }: FindingInFull): Markup | undefined {
  return listMarkup(knownTexts(finding));
}

/** What others say of the peer of a finding: marks, threat lists, names, registries. */
export function knownTexts(finding: FindingInFull['finding']): string[] {
  const { marks, threatLists, setAside, registry } = finding;
  return [
    ...marks.map(
      (mark) =>
        `${subjectText(mark)} was marked ${mark.verdict} by ${mark.by} on ${mark.at.slice(0, 10)}${mark.note === null ? '' : `: ${mark.note}`}${mark.changes.map((change) => `; changed since: ${change}`).join('')}`,
    ),
    ...(threatLists.length === 0 ? [] : [`On threat lists: ${threatLists.join(', ')}`]),
    ...(setAside === null ? [] : [`Belongs to the set-aside ${setAside}`]),
    ...[findingNamesText(finding)].filter((text) => text !== undefined),
    ...(registry ? [registrationText(registry)] : []),
  ];
}

const technique = /^T\d{4}(?:\.\d{3})?$/;

function attackMarkup(id: string): Markup {
  if (!technique.test(id)) return markup`${id}`;
  return markup`<a rel="noreferrer" href="https://attack.mitre.org/techniques/${id.replace('.', '/')}/">${id}</a>`;
}

function timelineMarkup({ timeline, sessions }: FindingInFull): Markup | undefined {
  const { buckets, bucketSeconds } = timeline;
  const size = Math.max(1, Math.ceil(buckets.length / mostPictureColumns));
  const title = `${counted(sessions, 'session')}; bytes per ${durationText(bucketSeconds * size).replace(/^1 /, '')}`;
  const strip = (label: string, tone: 'out' | 'in', key: 'bytesOut' | 'bytesIn') => ({
    ...{ label, tone, text: bytesText },
    values: buckets.map((bucket) => bucket[key]),
  });
  return stripsMarkup(
    title,
    [strip('Out', 'out', 'bytesOut'), strip('In', 'in', 'bytesIn')],
    buckets.map(({ start }) => start),
    bucketSeconds,
    mostPictureColumns,
  );
}

const times = ['start', 'end'];

function recordsMarkup({ records }: FindingInFull): Markup {
  const { columns, rows, total } = records;
  const caption =
    rows.length < total
      ? `Records: the first ${countText(rows.length)} of ${countText(total)}`
      : `Records: ${countText(total)}`;
  if (rows.length === 0) return markup`<p class="dim">${caption}</p>`;
  const shown = columns.map((header, index) => ({
    header,
    text: (row: readonly unknown[]) => cellText(header, row[index]),
    ...(typeof rows[0]?.[index] === 'number' && !times.includes(header) ? { align: 'right' as const } : {}),
  }));
  return markup`<div class="records">${tableMarkup(shown, rows, caption)}</div>`;
}

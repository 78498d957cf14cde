import { periodText } from '../report/hunt.ts';
import { dnsText } from '../report/names.ts';
import { everythingShownText } from '../report/noise.ts';
import { bytesText, counted, countText, durationText } from '../report/units.ts';
import type { Material } from './material.ts';
import type { Strip } from './strip.ts';

// What a report says in words, whatever form it is written in.

/** What the report is of: records, files, period, and what it was narrowed to. */
export function scopeSentences({ hunt, asked }: Material): string[] {
  const { funnel, workspace, period, dns, everythingShown } = hunt;
  const files = [counted(funnel.files, 'file')];
  if (funnel.emptyFiles > 0) files.push(`${countText(funnel.emptyFiles)} empty`);
  if (funnel.failedFiles > 0) files.push(`${countText(funnel.failedFiles)} failed`);
  const bounded = asked.from !== null || asked.to !== null;
  return [
    `Workspace ${workspace}: ${counted(funnel.records, 'record')} in ${files.join(', ')}.`,
    periodText(period),
    ...(bounded
      ? [
          `Narrowed to records that start ${asked.from === null ? '' : `at or after ${asked.from}`}${asked.from !== null && asked.to !== null ? ' and ' : ''}${asked.to === null ? '' : `before ${asked.to}`}; findings are those whose traffic overlaps that, with pictures and records of that time and reasons from all.`,
        ]
      : []),
    ...(asked.where === null
      ? []
      : [
          `Timeline, tables and findings are of what meets the filter ${asked.where}; the funnel stays whole, because it has to add up.`,
        ]),
    ...[dnsText(dns)].filter((text) => text !== undefined),
    ...(everythingShown === null ? [] : [everythingShownText(everythingShown)]),
  ];
}

/** Who made the report, when, with what. */
export function madeSentence({ by, madeAt, version }: Material): string {
  return `Made by ${by} at ${madeAt} with northsouth ${version}.`;
}

/** Which findings are in the report, and which are not. `shown` are told in full, `listed` in a line, of all chosen. */
export function choiceSentences(material: Material, shown: number, listed: number): string[] {
  const { choice, chosen, below, unsettled } = material;
  const left = chosen.length - shown - listed;
  const what =
    choice.ids === undefined
      ? `severity ${choice.severity} and above${choice.unsettled ? ', and what cannot be told' : ''}`
      : 'chosen by the hunter';
  return [
    `${counted(chosen.length, 'finding')}: ${what}.`,
    ...(shown < chosen.length
      ? [
          `The first ${countText(shown)} are told in full${listed > 0 ? `, ${countText(listed)} more in a line each` : ''}, so that the report stays small.`,
        ]
      : []),
    ...(left > 0 ? [`${countText(left)} are left out.`] : []),
    ...(below > 0
      ? [
          `${counted(below, choice.ids === undefined ? 'less severe answer' : 'other finding')} ${below === 1 ? 'is' : 'are'} not in it.`,
        ]
      : []),
    ...(unsettled > 0
      ? [
          `${countText(unsettled)} more cannot be told from the data and ${unsettled === 1 ? 'is' : 'are'} not in it.`,
        ]
      : []),
  ];
}

/** The traffic over time, as rows of bars. */
export function trafficStrips({ timeline }: Material): {
  readonly title: string;
  readonly strips: readonly Strip[];
} {
  const { buckets, bucketSeconds } = timeline;
  const strip = (label: string, tone: Strip['tone'], kind: 'outbound' | 'inbound' | 'eastWest'): Strip => ({
    label,
    tone,
    values: buckets.map((bucket) => bucket[kind].bytes),
    text: bytesText,
  });
  return {
    title: `Traffic per ${durationText(bucketSeconds).replace(/^1 /, '')}`,
    strips: [
      strip('To the Internet, bytes', 'out', 'outbound'),
      strip('From the Internet, bytes', 'in', 'inbound'),
      strip('East/west, bytes', 'inside', 'eastWest'),
      {
        label: 'Rejected, records',
        tone: 'rejected',
        values: buckets.map(({ rejected }) => rejected.flows),
        text: countText,
      },
    ],
  };
}

/** What was not read, in sentences; all of it was where there is none. */
export function notReadSentences({ hunt, failedFiles, rejectReasons }: Material): string[] {
  const { funnel, dns } = hunt;
  const failed = funnel.failedFiles + dns.failedFiles;
  const unreadable = funnel.unreadable + dns.unreadable;
  const most = 20;
  const some = (texts: readonly string[], noun: string) => [
    ...texts.slice(0, most),
    ...(texts.length > most ? [`and ${counted(texts.length - most, noun)}`] : []),
  ];
  if (failed + unreadable === 0) return ['Every file was read to its end, and every line as a record.'];
  return [
    ...(failed > 0 ? [`${counted(failed, 'file')} could not be read to the end:`] : []),
    ...some(
      failedFiles.map(({ path, reason }) => `${path}: ${reason}`),
      'more file',
    ),
    ...(unreadable > 0 ? [`${counted(unreadable, 'line')} could not be read as records:`] : []),
    ...some(
      rejectReasons.map(({ reason, lines }) => `${counted(lines, 'line')}: ${reason}`),
      'more reason',
    ),
  ];
}

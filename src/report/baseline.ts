import type { AddressReport, BaselineInfo, ExportedBaseline, ImportedBaseline } from '../detect/results.ts';
import type { NewPeers } from '../traffic/new-peers.ts';
import { wrapText } from './fit.ts';
import type { Page } from './page.ts';
import { plainText } from './plain-text.ts';
import { type Column, tableLines } from './table.ts';
import {
  bytesText,
  counted,
  countText,
  minuteText,
  servicePortText,
  unknownText,
  wholeShareText,
} from './units.ts';

const day = (time: string | null): string => (time === null ? unknownText : time.slice(0, 10));

const columns: readonly Column<BaselineInfo>[] = [
  { header: 'name', text: ({ name }) => name },
  { header: 'from', text: ({ period }) => day(period.from) },
  { header: 'to', text: ({ period }) => day(period.to) },
  { header: 'covered', text: ({ coverage }) => wholeShareText(coverage), align: 'right', dropOrder: 2 },
  { header: 'peers', text: ({ peers }) => countText(peers), align: 'right' },
  { header: 'local', text: ({ locals }) => countText(locals), align: 'right' },
  { header: 'rows', text: ({ rows }) => countText(rows), align: 'right', dropOrder: 3 },
  { header: 'exported', text: ({ exportedAt }) => minuteText(exportedAt), dropOrder: 1 },
];

/** The baselines in use. */
export function baselineLines(baselines: readonly BaselineInfo[], page: Page): string[] {
  if (baselines.length === 0) return wrapText('No baseline is in use.', page.width);
  return tableLines(columns, baselines, page);
}

/** What an export wrote. */
export function exportedLines(exported: ExportedBaseline, page: Page): string[] {
  const { file, peers, locals, period, leftOut } = exported;
  const left = leftOut === 0 ? '' : ` ${counted(leftOut, 'row')} of the rarest left out.`;
  const text = `Wrote what was normal from ${day(period.from)} to ${day(period.to)}, ${counted(peers, 'peer')} and ${counted(locals, 'local address', 'local addresses')} without their records, to ${file}.${left}`;
  return wrapText(plainText(text), page.width);
}

/** What became of an imported file. */
export function importedLines({ status, name, period, peers }: ImportedBaseline, page: Page): string[] {
  const said = {
    added: `Baseline ${name} is in use`,
    replaced: `Baseline ${name} is replaced`,
    unchanged: `Nothing new: baseline ${name} has this content`,
  }[status];
  const text = `${said}: ${counted(peers, 'peer')} from ${day(period.from)} to ${day(period.to)}.`;
  return wrapText(plainText(text), page.width);
}

/** How many peers are new, and how far back that can be told. */
function newPeersText({ since, peers, of, recordsFrom, baselinesFrom, isBlind }: NewPeers): string {
  const count = `${counted(peers, 'peer')} of ${countText(of)} new since ${since ?? '?'}`;
  const records = recordsFrom === null ? 'there are no records' : `records begin at ${recordsFrom}`;
  const baselines = baselinesFrom === null ? 'no baseline is in use' : `baselines at ${baselinesFrom}`;
  return isBlind
    ? `${count}. Everything is new, because ${records} and ${baselines}: nothing is known of the time before.`
    : `${count}: ${records}, ${baselines}.`;
}

/** The same as lines; none where no time was asked for. */
export function newPeersLines(fresh: NewPeers | undefined, page: Page): string[] {
  return fresh === undefined ? [] : wrapText(`${newPeersText(fresh)} Below only those.`, page.width);
}

const shownPorts = 3;

/** Since when baselines know an address, with what traffic, and what is different now. */
export function knownLines({ baselines, baselineChanges }: AddressReport, page: Page): string[] {
  const known = baselines.map(({ baseline, firstSeen, lastSeen, ports }) => {
    const told = ports
      .slice(0, shownPorts)
      .map(({ servicePort, protocol, direction, days, bytesMedian, bytesMax }) => {
        const port = protocol === null ? 'other ports' : servicePortText(servicePort, protocol);
        return `${port} ${direction} on ${counted(days, 'day')}, ${bytesText(bytesMedian)} a day, at most ${bytesText(bytesMax)}`;
      });
    const more = ports.length - told.length;
    const rest = more > 0 ? `; and ${counted(more, 'more port')}` : '';
    return `Known since ${minuteText(firstSeen)} from baseline ${baseline}, until ${minuteText(lastSeen)}: ${told.join('; ')}${rest}`;
  });
  return [...known, ...baselineChanges.map((change) => `Different now: ${change}`)].flatMap((line) =>
    wrapText(plainText(line), page.width),
  );
}

import { entriesOf } from './entry.ts';
import { isoOf, ListBuilder, type ParsedList, secondsOf } from './parsed-list.ts';
import { hasPlace, recordEntries } from './record-entry.ts';

const longestLine = 4096;

/**
 * A list with one entry on each line: an address, network, range or AS number, then whatever is told of it. Comments
 * start with `#`, `;` or `//`. A line of column names makes the rest a CSV (Feodo Tracker). The relay list of Tor, the
 * counts of ipsum and the blocks of DShield are lines too.
 */
export function parseLines(text: string, now: number): ParsedList {
  const builder = new ListBuilder(now);
  const isRelays = /^ExitAddress /m.test(text);
  let header: readonly string[] | undefined;
  let counts = 0;
  let line = 0;
  for (const raw of text.split(/\r\n|\n|\r/)) {
    line += 1;
    const whole = raw.trim();
    if (whole === '') continue;
    if (whole.length > longestLine) {
      builder.skip(line, `longer than ${longestLine.toLocaleString('en')} characters`, whole);
      continue;
    }
    const names = columnNames(whole);
    if (names !== undefined) {
      header = names;
      continue;
    }
    if (/^(?:#|;|\/\/)/.test(whole)) {
      readComment(whole, builder);
      continue;
    }
    if (isRelays) {
      readRelay(whole, line, builder);
      continue;
    }
    if (header !== undefined) {
      builder.addOr(recordEntries(named(header, cellsOf(whole))), line, notAnEntry, whole);
      continue;
    }
    const { word, rest } = split(whole);
    if (/^\d+$/.test(rest)) counts += 1;
    builder.addOr(entriesOf(word, { context: [toldBy(rest)] }), line, notAnEntry, whole);
  }
  if (isRelays) return builder.result('Tor relay list');
  if (header !== undefined) return builder.result('CSV with column names');
  return builder.result(
    counts > 0 && counts >= line / 2 ? 'addresses with counts' : 'one entry on each line',
  );
}

const notAnEntry = 'no address, network or AS number';

/** The column names of a CSV, also where a comment holds them. */
function columnNames(line: string): string[] | undefined {
  const cells = cellsOf(line.replace(/^#\s*/, '')).map((cell) => cell.trim().toLowerCase());
  const isHeader =
    cells.length > 1 && cells.every((cell) => /^[a-z][a-z0-9_ ]*$/.test(cell)) && hasPlace(cells);
  return isHeader ? cells : undefined;
}

function named(header: readonly string[], cells: readonly string[]): Record<string, string> {
  return Object.fromEntries(header.map((name, index) => [name, cells[index]?.trim() ?? '']));
}

/** The cells of one line of CSV: quotes are doubled inside quotes. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  for (const match of line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  }
  return cells;
}

/** The first word and what follows it. `first TAB last TAB length` is one range. */
function split(line: string): { word: string; rest: string } {
  const [, first, last, length, rest = ''] = /^([0-9.]+)\s+([0-9.]+)\s+(\d{1,2})\b(.*)$/.exec(line) ?? [];
  if (first?.includes('.') && last?.includes('.'))
    return { word: `${first}-${last}`, rest: `/${length} ${rest}` };
  const range = /^(\S+)\s+-\s+(\S+)(.*)$/.exec(line);
  if (range !== null && entriesOf(`${range[1]}-${range[2]}`).length > 0) {
    return { word: `${range[1]}-${range[2]}`, rest: range[3] ?? '' };
  }
  const asn = /^AS\s?\d+/i.exec(line)?.[0];
  const word = asn ?? /^"?([^\s,;#"]*)/.exec(line)?.[1] ?? '';
  return {
    word,
    rest: line
      .slice(line.indexOf(word) + word.length)
      .replace(/^"/, '')
      .trim(),
  };
}

function toldBy(rest: string): string {
  const told = rest.replace(/^[\s,;#/|]+/, '');
  return /^\d+$/.test(told) ? `on ${told} lists` : told;
}

/** `ExitNode`, `Published` and `LastStatus` describe the relay that `ExitAddress` gives the address of. */
function readRelay(line: string, number: number, builder: ListBuilder): void {
  const [kind, address = '', ...time] = line.split(/\s+/);
  if (kind === 'ExitAddress') {
    const context = ['Tor exit', time.length > 0 ? `seen ${time.join(' ')}` : undefined];
    builder.addOr(entriesOf(address, { context }), number, notAnEntry, line);
  } else if (!['ExitNode', 'Published', 'LastStatus'].includes(kind ?? '')) {
    builder.skip(number, notAnEntry, line);
  }
}

const dated =
  /(?:updated?|generated|modified|published|date)[^0-9]{0,30}(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?)/i;

function readComment(comment: string, builder: ListBuilder): void {
  builder.date ??= isoOf(secondsOf(dated.exec(comment)?.[1]));
  const licence = /(?:licen[cs]e|terms)[^:]{0,20}:\s*(.{1,200})/i.exec(comment)?.[1];
  builder.licence ??= licence?.replace(/[\s#]+$/, '') || null;
}

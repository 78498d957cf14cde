// What is known of a labelled set: who is what, and which questions must find whom.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ranges that are the monitored network's own where the private ranges alone do not say it. */
const localOf = { 'apt29-day1': ['10.0.0.0/8'] };

/** The labelled sets in a folder: the folder itself, or those below it. */
export function setsIn(folder) {
  const isSet = (path) => existsSync(join(path, 'truth.csv')) && existsSync(join(path, 'flow.log.gz'));
  if (isSet(folder)) return [setAt(folder)];
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names
    .map(({ name }) => join(folder, name))
    .filter(isSet)
    .sort()
    .map(setAt);
}

function setAt(path) {
  const name = path.split(/[\\/]/).filter(Boolean).at(-1);
  const pairs = join(path, 'truth_pairs.csv');
  return {
    name,
    logs: join(path, 'flow.log.gz'),
    local: localOf[name] ?? [],
    truth: parseCsv(readFileSync(join(path, 'truth.csv'), 'utf8')).map((row) => ({
      address: row.ip,
      label: row.label,
      flows: Number(row.flows),
      ...meaningOf(row.label, row.detail ?? ''),
    })),
    pairs: existsSync(pairs) ? parseCsv(readFileSync(pairs, 'utf8')) : [],
  };
}

/**
 * What a label asks for: `questions`, of which at least one must name the address, and what a finding that names it
 * is: `true`, `false`, `excused` (the truth neither asks for it nor speaks against it), `harmless` (it may be found,
 * below medium) or `unknown`.
 */
export function meaningOf(label, detail) {
  const text = `${label} ${detail}`.toLowerCase();
  if (label === 'malicious' && text.includes('exfiltration'))
    return { questions: ['exfil'], finding: 'true' };
  if (label === 'malicious') return { questions: ['scan', 'access'], finding: 'true' };
  if (label === 'port-scan') return { questions: ['scan'], finding: 'true' };
  if (text.includes('bruteforce')) return { questions: ['access'], finding: 'true' };
  if (label === 'c2' || label === 'c2-beacon') return { questions: ['c2'], finding: 'true' };
  if (label === 'infected-host') return { questions: [], finding: 'excused' };
  if (label === 'benign-beacon') return { questions: [], finding: 'harmless' };
  if (label.startsWith('benign'))
    return { questions: [], finding: text.includes('malicious=') ? 'excused' : 'false' };
  return { questions: [], finding: text.includes('malicious=') ? 'excused' : 'unknown' };
}

/** Rows of a CSV text with a header, as objects. Quoted fields may hold commas and doubled quotes. */
export function parseCsv(text) {
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
      ),
    );
  const [head = [], ...body] = rows;
  return body.map((cells) => Object.fromEntries(head.map((name, at) => [name, cells[at] ?? ''])));
}

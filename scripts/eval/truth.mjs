// What is known of a labelled set: who is what, and which questions must find whom.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ranges that are the monitored network's own where the private ranges alone do not say it. */
const localOf = { 'apt29-day1': ['10.0.0.0/8'] };

/** Public addresses of the monitored hosts in the Zeek originals, where the flow logs have private ones. */
const publicOf = { 'strato-008-normal40-day1': ['147.32.81.167'] };

/** The sets with a truth in a folder: the folder itself, or those below it. */
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
    path,
    logs: join(path, 'flow.log.gz'),
    local: localOf[name] ?? [],
    publicLocals: publicOf[name] ?? [],
    truth: parseCsv(readFileSync(join(path, 'truth.csv'), 'utf8')).map((row) => ({
      address: row.ip,
      label: row.label,
      flows: Number(row.flows),
      ...meaningOf(row.label, row.detail ?? ''),
    })),
    pairs: existsSync(pairs) ? parseCsv(readFileSync(pairs, 'utf8')) : [],
  };
}

/** Nobody got in, in the words of those who kept the logs of the attacked host. */
const inVain = /none got in|\b0 accepted logins|\b0 logins accepted/;

/**
 * What a label says. `questions`: at least one of them must name the address. `allows`: how severe a finding of each
 * question the truth supports at most. `gotIn`: whether a finding may say that somebody logged in. `otherwise`: what a
 * finding of any other question is, `false`, `excused` (the truth neither asks for it nor speaks against it) or
 * `unknown`. An attack that achieved nothing is never more than medium; one that only met refusals is never above low.
 */
export function meaningOf(label, detail) {
  const text = `${label} ${detail}`.toLowerCase();
  const says = (questions, allows, otherwise = 'false', gotIn = false) => ({
    ...{ questions, allows, otherwise, gotIn },
  });
  const attempts = { scan: 'medium', access: 'medium' };
  if (label === 'malicious' && text.includes('exfiltration'))
    return says(['exfil'], { exfil: 'critical', c2: 'critical' }, 'excused', true);
  if (label === 'malicious') return says(['scan', 'access'], attempts);
  if (label === 'port-scan') {
    const refused = text.includes('packets refused');
    return says(['scan'], { scan: refused ? 'low' : 'critical' }, refused ? 'false' : 'excused', !refused);
  }
  if (label === 'probe') return says(['scan'], text.includes('packets refused') ? { scan: 'low' } : attempts);
  if (label === 'ssh-probe') return says(['scan'], attempts);
  if (label === 'attack') return says([], attempts, 'excused');
  if (label === 'attack-got-in' || label === 'honeypot-login')
    return says(['access'], { scan: 'medium', access: 'critical' }, 'excused', true);
  if (label.endsWith('bruteforce'))
    return inVain.test(text)
      ? says(['access'], attempts)
      : says(['access'], { scan: 'medium', access: 'critical' }, 'excused', true);
  if (label === 'c2' || label === 'c2-beacon') return says(['c2'], { c2: 'critical' }, 'excused', true);
  if (label === 'infected-host') return says([], {}, 'excused', true);
  if (label === 'benign-beacon') return says([], { c2: 'low' });
  if (text.includes('malicious=')) return says([], {}, 'excused', true);
  return says([], {}, label.startsWith('benign') || label === 'out-of-state' ? 'false' : 'unknown');
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

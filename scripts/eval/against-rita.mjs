// northsouth and RITA's arithmetic on the same records: who names the C2 peers, and who else is named.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { rowsOf } from './labelled.mjs';
import { severityOf, threats } from './rita.mjs';
import { isAtLeast, isYes, judge, labelsOf, namesOf } from './verdict.mjs';

/** The addresses whose C2 findings are true: those that somebody must name. */
export const serversOf = (truth) =>
  truth.filter(({ allows }) => allows.c2 === 'critical').map(({ address }) => address);

/** Sessions that a host of the network may have started, as RITA's connections. */
export async function connectionsOf(workspace) {
  const rows = await rowsOf(
    workspace,
    `SELECT local AS source, peer AS destination, start AS time, "end" - start AS seconds, bytes_out AS bytes
     FROM sessions WHERE initiator <> 'peer' ORDER BY ALL`,
  );
  return rows.map((row) => ({
    ...row,
    time: Number(row.time),
    seconds: Number(row.seconds),
    bytes: Number(row.bytes),
  }));
}

/** The connections of a Zeek log (TSV or JSON), with exact times. */
export function connectionsOfZeek(text) {
  const lines = text.split('\n').filter((line) => line !== '');
  const fields = lines
    .find((line) => line.startsWith('#fields'))
    ?.split('\t')
    .slice(1);
  const rows = lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => {
      if (line.startsWith('{')) return JSON.parse(line);
      const cells = line.split('\t');
      return Object.fromEntries((fields ?? []).map((name, at) => [name, cells[at]]));
    });
  return rows.map((row) => ({
    source: row['id.orig_h'] ?? row.id_orig_h,
    destination: row['id.resp_h'] ?? row.id_resp_h,
    time: Number(row.ts),
    seconds: Number(row.duration) || 0,
    bytes: Number(row.orig_ip_bytes) || 0,
  }));
}

/** The Zeek originals of a set: `twins` beside the folder that holds it, or null. */
export function twinOf(path, name) {
  const folder = join(path, '..', '..', 'twins', name);
  if (!existsSync(folder)) return null;
  const files = readdirSync(folder).filter((file) => /conn\.log/.test(file));
  return files.flatMap((file) => {
    const bytes = readFileSync(join(folder, file));
    return connectionsOfZeek((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  });
}

const levels = ['medium', 'low'];

/** What RITA names, from medium and from low on: of the true servers how many, and how many other pairs. */
export function ritaNames(connections, truth, isInternal) {
  const outbound = connections.filter(
    ({ source, destination }) => isInternal(source) && !isInternal(destination),
  );
  const findings = [...threats(outbound)].map(([pair, score]) => {
    const [local, peer] = pair.split(' ');
    return { question: 'c2', kind: 'beacon', severity: severityOf(score), local, peer };
  });
  const medium = findings.filter((one) => isAtLeast('medium', one));
  return {
    pairs: new Set(medium.map(({ local, peer }) => `${local} ${peer}`)),
    ...atLevels(findings, truth),
  };
}

/** The same of northsouth's findings of C2. */
export function northsouthNames(findings, truth) {
  return atLevels(
    findings.filter((one) => one.question === 'c2' && isYes(one)),
    truth,
  );
}

function atLevels(findings, truth) {
  const labels = labelsOf(truth);
  const servers = serversOf(truth);
  const counted = (level) => {
    const own = findings.filter((one) => isAtLeast(level, one));
    const names = new Set(own.flatMap(namesOf));
    return {
      found: servers.filter((address) => names.has(address)).length,
      wrong: own.filter((one) => judge(one, labels).verdict === 'false').length,
    };
  };
  return Object.fromEntries(levels.map((level) => [level, counted(level)]));
}

/** RITA's idea of what is inside: private addresses and what is declared; or only what is declared, where that is said. */
export function internalBy({ local, alone }, extra = []) {
  const own = new Set(extra);
  if (alone)
    return (address) => own.has(address) || local.some((range) => address.startsWith(prefixOf(range)));
  return (address) =>
    own.has(address) ||
    /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cde]|fe80|2(2[4-9]|3\d)\.|255\.)/i.test(
      address,
    );
}

// Ranges of whole octets are all that sets declare.
function prefixOf(range) {
  const [address, length] = range.split('/');
  return `${address
    .split('.')
    .slice(0, Number(length) / 8)
    .join('.')}.`;
}

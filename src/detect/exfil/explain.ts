import type { Context } from '../detector.ts';
import type { ScorePart } from '../finding.ts';
import { amount, decimal, percent, span } from './phrases.ts';
import type { ExfilRow } from './row.ts';
import { isSteady, ratioOf } from './score.ts';
import type { ExfilValues } from './settings.ts';
import { isNearlyEmpty, isProbing } from './severity.ts';

/** What was found, in two to five words. */
export function kindOf(row: ExfilRow, settings: ExfilValues): string {
  if (row.way === 'in') return 'replies';
  if (row.carrier === 'dns') return 'dns tunnel';
  if (row.carrier === 'icmp') return 'icmp tunnel';
  if (row.setAside !== null) return 'upload to a set-aside network';
  if (row.scale === 'network') return 'upload to one network';
  return isSteady(row, settings) ? 'slow upload' : 'upload';
}

/** Sentences for: the amounts. What else weighs stands in the parts of the score and the steps of the severity. */
export function evidenceOf(row: ExfilRow): string[] {
  const seconds = Math.max(0, row.lastSeen - row.firstSeen);
  const sessions = `${row.sessions.toLocaleString('en-US')} session${row.sessions === 1 ? '' : 's'}`;
  const to =
    row.scale === 'pair' ? '' : ` to ${row.peers} peers of ${row.setAside ?? row.network ?? 'one network'}`;
  return [
    `${amount(row.bytesOut)} out${to}, ${amount(row.bytesIn)} in, over ${span(seconds)} in ${sessions}; bytes out in ${row.hours} hour${row.hours === 1 ? '' : 's'}`,
  ];
}

/** Sentences against an answer other than yes: why not, and the parts of the score that say little. */
export function counterEvidenceOf(
  row: ExfilRow,
  parts: readonly ScorePart[],
  settings: ExfilValues,
): string[] {
  const against: string[] = [];
  if (row.way === 'in') {
    against.push(
      'the peer started the sessions: these are the replies of a server; what was fetched over them is a question of access',
    );
    return against;
  }
  if (row.bytesOut < row.floor && row.carrier === 'data') {
    against.push(
      `${amount(row.bytesOut)} is less than the ${amount(row.floor)} from which a peer of this host is looked at`,
    );
  }
  if (row.setAside !== null) against.push(`the network is set aside as ${row.setAside}`);
  if (ratioOf(row) < settings.leastRatio && row.carrier === 'data') {
    against.push(`more came in than went out: ${decimal(ratioOf(row))} bytes out for each byte in`);
  }
  if (isNearlyEmpty(row)) {
    against.push(
      `${Math.round(row.bytesOut / row.packetsOut)} bytes in each packet out: little more than headers, as of connection attempts and keep-alives`,
    );
  }
  if (isProbing(row, settings)) {
    against.push(
      `${row.ports.toLocaleString('en-US')} ports with hardly any payload: probes, not a transfer`,
    );
  }
  const weak = parts.filter(({ name, value }) => value < 0.2 && name !== 'amount' && name !== 'port');
  return [...against, ...weak.map(sentence)];
}

/** What would settle it. */
export function missingOf(row: ExfilRow, settings: ExfilValues, context: Context): string[] {
  const missing: string[] = [];
  if (!context.hasBothDirections)
    missing.push('records of the other direction: no session was seen both ways');
  else if (isOneSided(row))
    missing.push('records of the way back: TCP sends nothing without acknowledgements');
  if (isDoubtful(row)) {
    missing.push(
      `tcp-flags: who started the sessions of ${percent(row.doubtfulOut / row.bytesOut)} of the bytes is not certain`,
    );
  }
  if (context.to - context.from < 2 * settings.historyHours * 3600) {
    missing.push(
      `history: ${span(context.to - context.from)} of data cannot tell a new peer from an old one`,
    );
  }
  if (context.skipped >= 0.01) missing.push(`${percent(context.skipped)} of the minutes were skipped`);
  return missing;
}

/** Bytes over TCP with no packet back cannot be. */
export function isOneSided(row: ExfilRow): boolean {
  return row.protocol === 6 && row.packetsIn === 0 && row.packetsOut > 3 * row.sessions;
}

/** Who started the sessions of half of the bytes is not certain. */
export function isDoubtful(row: ExfilRow): boolean {
  return row.way === 'out' && row.doubtfulOut > 0.5 * row.bytesOut;
}

/** MITRE ATT&CK techniques of the row. */
export function techniquesOf(row: ExfilRow): string[] {
  if (row.carrier !== 'data') return ['T1048.003'];
  if (row.setAside !== null) return ['T1567', 'T1567.002'];
  if (row.servicePort === 22 || row.servicePort === 443)
    return ['T1041', row.servicePort === 22 ? 'T1048.002' : 'T1567'];
  if (row.servicePort !== null && [20, 21, 25, 80].includes(row.servicePort)) return ['T1041', 'T1048.003'];
  return ['T1041', 'T1048'];
}

function sentence({ name, because }: ScorePart): string {
  return `${name}: ${because}`;
}

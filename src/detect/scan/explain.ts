import type { Context } from '../detector.ts';
import type { ScanRow } from './query.ts';
import { isScattered, oddsText, walk } from './score.ts';
import { missesNeeded, type ScanValues } from './settings.ts';

/** What speaks for a scan, the most telling first. */
export function evidence(row: ScanRow, settings: ScanValues): readonly string[] {
  if (row.misses === 0) return [];
  const { misses, hits, odds, over } = walk(row, settings);
  const sentences = [
    `asked ${counted(row.targets, 'target')} for ${counted(row.ports, 'port')} in vain${names(row)}`,
    `${counted(misses, 'miss', 'misses')} against ${counted(hits, 'hit')}${over === 'everything' ? '' : ` on ${over}`}: ${oddsText(odds)} for a scan`,
    outcomes(row),
    pace(row),
  ];
  if (row.widest > 1)
    sentences.push(`${number(row.widest)} hosts on ${portName(row.widestPort, row.widestProtocol)} alone`);
  if (row.deepest > 1) sentences.push(`${number(row.deepest)} ports of ${row.deepestTarget} alone`);
  if (row.thenPort !== null && row.thenTarget !== null)
    sentences.push(
      `then ${counted(row.thenSessions ?? 0, 'answered session')} with ${row.thenTarget} on port ${row.thenPort}, ${row.thenSessions === 1 ? '' : 'the largest of '}${bytesText(row.thenBytes ?? 0)}`,
    );
  return sentences.filter((sentence) => sentence !== '');
}

/** What speaks against a scan. */
export function counterEvidence(row: ScanRow, settings: ScanValues): readonly string[] {
  const sentences: string[] = [];
  if (row.misses === 0) sentences.push('nothing that counts was asked in vain');
  if (row.hits > 0)
    sentences.push(
      row.kind === 'inbound'
        ? `answered: ${counted(row.hits, 'session')}`
        : `answered: ${number(row.hits)} of ${counted(row.contacts, 'contact')}`,
    );
  if (row.replies > 0)
    sentences.push(
      `not counted: ${counted(row.replies, 'session')} from a service port to a client's port, as late replies and backscatter are`,
    );
  if (row.unsure > 0)
    sentences.push(
      `not counted: ${counted(row.unsure, 'session')} of which it is not certain that ${row.source} started them`,
    );
  if (row.misses > 0 && isScattered(row, settings))
    sentences.push(
      'nearly every target was asked at a port of its own, as peer-to-peer programs and stray packets do',
    );
  if (row.misses > 0 && row.targets <= 1 && row.ports <= 1)
    sentences.push('one port of one host only: a client that was not told of a change does the same');
  return sentences;
}

/** What would settle it. */
export function missing(row: ScanRow, settings: ScanValues, context: Context): readonly string[] {
  const sentences: string[] = [];
  const needed = missesNeeded(settings);
  const { misses, hits } = walk(row, settings);
  if (!context.hasBothDirections)
    sentences.push('the other direction of the traffic: without it an answered session looks unanswered');
  else if (misses > hits && misses - hits < needed)
    sentences.push(
      `more contacts: ${counted(misses - hits, 'miss', 'misses')} more than hits, ${needed} decide`,
    );
  if (!context.hasTcpFlags && row.rejected + row.unanswered < needed && row.refused + row.wordless > 0)
    sentences.push('tcp-flags: refusals are told from answers by their size only');
  if (context.skipped >= 0.005)
    sentences.push(`${Math.max(1, Math.round(context.skipped * 100))} % of the minutes were skipped`);
  return sentences;
}

function outcomes(row: ScanRow): string {
  const parts = [
    row.rejected > 0 ? `${number(row.rejected)} rejected` : '',
    row.unanswered > 0 ? `${number(row.unanswered)} unanswered` : '',
    row.refused > 0 ? `${number(row.refused)} refused` : '',
    row.wordless > 0 ? `${number(row.wordless)} answered without a word` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `sessions: ${parts.join(', ')}`;
}

function pace(row: ScanRow): string {
  if (row.firstMiss === null || row.lastMiss === null) return '';
  const seconds = Math.max(1, row.lastMiss - row.firstMiss);
  const tries = row.rejected + row.unanswered + row.refused + row.wordless;
  if (seconds < 600) return `within ${counted(Math.ceil(seconds / 60), 'minute')}`;
  const hours = seconds / 3600;
  const time = hours < 48 ? `${hours.toFixed(1)} hours` : `${(hours / 24).toFixed(1)} days`;
  const rate = tries / hours;
  return `over ${time}, ${rate >= 10 ? number(Math.round(rate)) : rate.toFixed(1)} tries an hour`;
}

function names(row: ScanRow): string {
  const ports = shortList(
    (row.portsAsked ?? []).map((port) => (port === 0 ? 'ICMP' : port)),
    row.ports,
  );
  const targets = shortList(row.targetsAsked ?? [], row.targets);
  return ` (${row.ports === 1 ? 'port' : 'ports'} ${ports}; ${targets})`;
}

function shortList(some: readonly (string | number)[], all: number): string {
  return `${some.join(', ')}${all > some.length ? ', ...' : ''}`;
}

function portName(port: number | null, protocol: number | null): string {
  if (protocol === 1) return 'ICMP';
  return `${protocol === 17 ? 'UDP port' : 'port'} ${port}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

function number(count: number): string {
  return count.toLocaleString('en');
}

function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return bytes >= 1000 ? `${(bytes / 1000).toFixed(1)} kB` : `${number(bytes)} bytes`;
}

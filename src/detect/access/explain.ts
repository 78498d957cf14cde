import type { Context } from '../detector.ts';
import { isBeyond, isKnownService, sequels } from './follow.ts';
import type { AccessRow } from './row.ts';
import { attemptsNeeded, lateralParts } from './score.ts';
import {
  bytesText,
  countText,
  hosts,
  percentText,
  spanText,
  times,
  timesText,
  timeText,
} from './sentences.ts';
import type { AccessValues } from './settings.ts';

const services: Readonly<Record<number, string>> = {
  21: 'FTP',
  22: 'SSH',
  23: 'telnet',
  445: 'SMB',
  1433: 'SQL Server',
  2222: 'SSH',
  3306: 'MySQL',
  3389: 'Remote Desktop',
  5432: 'PostgreSQL',
  5900: 'VNC',
  5985: 'WinRM',
  5986: 'WinRM',
};

function serviceOf(row: AccessRow): string {
  const name = services[row.servicePort] ?? (looksLikeSsh(row) ? 'SSH by its sizes' : undefined);
  return name === undefined ? `port ${row.servicePort}` : `${name} (port ${row.servicePort})`;
}

/** Both ends of SSH show a kilobyte of algorithms and keys before any password; nothing else that guesses does. */
export function looksLikeSsh({ typicalUp, typicalDown, typical }: AccessRow): boolean {
  return (typicalUp ?? 0) >= 800 && (typicalDown ?? 0) >= 800 && (typical ?? 0) <= 10_000;
}

export function guessingSentences(row: AccessRow): readonly string[] {
  const where = row.attemptTargets === 1 ? 'on one host' : `spread over ${hosts(row.attemptTargets)}`;
  return [
    `${times(row.attempts, 'short answered session')} on ${serviceOf(row)} ${where} within ${spanText(spanOf(row))}, at most ${countText(row.busiestHour)} in an hour; each can hold several passwords`,
    `half of them carry within ${bytesText(row.mad ?? 0)} of ${bytesText(row.typical ?? 0)} beyond headers`,
    ...(row.standingOut > 0
      ? [
          `${times(row.standingOut, 'of them carries', 'of them carry')} more than the rest, up to ${bytesText(row.standingOutMost ?? 0)}: lost packets do that, and so does a login that runs one command`,
        ]
      : []),
  ];
}

const spanOf = (row: AccessRow) => (row.lastAttempt ?? 0) - (row.firstAttempt ?? 0);

export function crowdSentences(row: AccessRow): readonly string[] {
  return [
    `${countText(row.sources)} sources made ${times(row.attempts, 'short answered session')} on ${serviceOf(row)} of one host within ${spanText(spanOf(row))}, each too few to be named; ${row.source} made most`,
    `half of the sessions carry ${bytesText(row.typical ?? 0)} or less beyond headers`,
  ];
}

export function letInSentences(row: AccessRow, values: AccessValues, context: Context): readonly string[] {
  const ratio = (row.largest ?? 0) / Math.max(1, row.typical ?? 1);
  return [
    `then one session that is none of them: ${bytesText(row.largest ?? 0)} with ${row.largestTarget}, ${timesText(ratio)} the short ones, over ${spanText(row.largestSeconds ?? 0)}, from ${timeText(row.largestStart ?? 0)}`,
    ...(isKnownService(row, values) && isBeyond(row, values)
      ? [
          `${countText(row.networks)} networks call on this service; only ${values.unrelatedNetworks - 1} of them got more than ${bytesText(row.given ?? 0)} in one short session`,
        ]
      : []),
    ...(row.active > 1
      ? [
          `${times(row.active, 'session')} did something, on ${hosts(row.activeTargets)}, ${bytesText(row.activeBytes)} in all`,
        ]
      : []),
    ...sequels(row, values, context).map(({ sentence }) => sentence),
  ];
}

export function oddSentences(row: AccessRow, values: AccessValues, context: Context): readonly string[] {
  return [
    `one session got an answer that no other got: ${bytesText(row.oddAnswer ?? 0)}, where ${countText(row.commonAnswers)} of ${countText(row.attempts)} got answers of a few sizes, ${bytesText(row.usualAnswer ?? 0)} most often; it was at the end, as when a password tool is let in and closes`,
    ...sequels(row, values, context).map(({ sentence }) => sentence),
  ];
}

export function workSentences(row: AccessRow): readonly string[] {
  return [
    `${times(row.active, 'session')} on ${serviceOf(row)} of ${hosts(row.activeTargets)} did something, ${bytesText(row.activeBytes)} in all`,
    `no guessing came before: it is access that must be matched to a known administrator`,
  ];
}

export function lateralSentences(row: AccessRow): readonly string[] {
  return [
    `sessions that did something on admin ports of ${hosts(row.fanOut)}, ${countText(row.fanOutBurst)} of them new to it within one hour, ${bytesText(row.fanOutBytes)} in all, over ${times(row.fanOutPorts, 'port')}; services that many sources work on are not counted`,
  ];
}

/** What speaks against and moves no severity: whatever does is told there. */
export function against(row: AccessRow, values: AccessValues): readonly string[] {
  const sentences: string[] = [];
  if (isUncertain(row))
    sentences.push(
      'the short sessions are so small that a greeting and a goodbye would fit too: it may be a scanner that only looks',
    );
  if (row.neighbours === 1)
    sentences.push(`of the same network (${row.network}) one other source is let in too`);
  if (row.otherClients > 0 && row.otherClients < values.sharedClients)
    sentences.push(`${times(row.otherClients, 'other source uses', 'other sources use')} the same service`);
  return sentences;
}

/** Whether a password fits into the short sessions depends on how large their headers are. */
function isUncertain(row: AccessRow): boolean {
  return row.attempts > 0 && row.typical !== null && row.typical < 60;
}

/** Why there is no finding. */
export function whyNot(row: AccessRow, values: AccessValues): readonly string[] {
  const sentences: string[] = [];
  const needed = attemptsNeeded(row, values);
  if (row.refused > 0)
    sentences.push(
      `${times(row.refused, 'session')} on ${serviceOf(row)} got no answer or a refusal: that is scanning, not access`,
    );
  if (row.greetings > 0)
    sentences.push(
      `${times(row.greetings, 'session')} carried too little for a password: a greeting was collected`,
    );
  if (row.attempts > 0)
    sentences.push(
      row.attempts < needed
        ? `${times(row.attempts, 'short session')}; guessing takes ${countText(needed)} or more`
        : `${times(row.attempts, 'short session')} that are not alike or not small enough to be guessing`,
    );
  if (row.idle > 0)
    sentences.push(`${times(row.idle, 'session')} stayed open for long and carried next to nothing`);
  if (row.fanOutFirst)
    sentences.push(
      `it works on ${hosts(row.fanOut)}, as intruders do that move from host to host, but: ${lateralParts(
        row,
        values,
      )
        .map(({ because }) => because)
        .join('; ')}`,
    );
  else if (row.active > 0 && row.class !== 'inbound')
    sentences.push(
      `${times(row.active, 'session')} did something on ${hosts(row.activeTargets)}; moving from host to host takes ${countText(values.lateralTargets)} or more`,
    );
  return sentences;
}

/** What would settle it. */
export function missing(row: AccessRow, context: Context): readonly string[] {
  const wanted: string[] = [];
  if (!context.hasBothDirections)
    wanted.push(
      'the other direction of the traffic: only one was captured, so that nobody can tell who was answered',
    );
  if (row.ownScope === 'internet')
    wanted.push('which end is yours: both are Internet addresses; declare your own ranges as local');
  if (context.skipped >= 0.01) wanted.push(`${percentText(context.skipped)} of the minutes were skipped`);
  if (row.attempts > 0 || row.active > 0)
    wanted.push(`the login log of the hosts, which says who was let in and by what`);
  return wanted;
}

import type { Context } from '../detector.ts';
import type { AccessRow } from './query.ts';
import { attemptsNeeded, isHabit, lateralParts } from './score.ts';
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
import { isRented, isSteady } from './severity.ts';

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

function serviceOf({ servicePort }: AccessRow): string {
  const name = services[servicePort];
  return name === undefined ? `port ${servicePort}` : `${name} (port ${servicePort})`;
}

export function guessingSentences(row: AccessRow): readonly string[] {
  const span = (row.lastAttempt ?? 0) - (row.firstAttempt ?? 0);
  const where = row.attemptTargets === 1 ? 'on one host' : `spread over ${hosts(row.attemptTargets)}`;
  return [
    `${times(row.attempts, 'short answered session')} on ${serviceOf(row)} ${where} within ${spanText(span)}, at most ${countText(row.busiestHour)} in an hour; each can hold several passwords`,
    `they are alike: ${bytesText(row.typical ?? 0)} beyond headers in the middle, half of them within ${bytesText(row.mad ?? 0)} of that`,
    ...(row.standingOut > 0
      ? [
          `${times(row.standingOut, 'of them carries', 'of them carry')} more than the rest, up to ${bytesText(row.standingOutMost ?? 0)}: lost packets do that, and so does a login that runs one command`,
        ]
      : []),
  ];
}

export function letInSentences(row: AccessRow): readonly string[] {
  const ratio = (row.largest ?? 0) / Math.max(1, row.typical ?? 1);
  return [
    `then one session that is none of them: ${bytesText(row.largest ?? 0)} with ${row.largestTarget}, ${timesText(ratio)} the short ones, over ${spanText(row.largestSeconds ?? 0)}, from ${timeText(row.largestStart ?? 0)}`,
    ...(row.active > 1
      ? [
          `${times(row.active, 'session')} did something, on ${hosts(row.activeTargets)}, ${bytesText(row.activeBytes)} in all`,
        ]
      : []),
  ];
}

export function oddSentences(row: AccessRow): readonly string[] {
  return [
    `one session got an answer that no other got: ${bytesText(row.oddAnswer ?? 0)}, where ${countText(row.commonAnswers)} of ${countText(row.attempts)} got answers of a few sizes, ${bytesText(row.usualAnswer ?? 0)} most often; it was at the end, as when a password tool is let in and closes`,
  ];
}

export function workSentences(row: AccessRow): readonly string[] {
  return [
    `${times(row.active, 'session')} on ${serviceOf(row)} of ${hosts(row.activeTargets)} did something, ${bytesText(row.activeBytes)} in all; a session counts from ${bytesText(row.threshold ?? 0)}`,
    `no guessing came before: it is access that must be matched to a known administrator`,
    ...(isRented(row) ? [`the network ${row.network ?? row.provider} rents machines to anyone`] : []),
  ];
}

export function lateralSentences(row: AccessRow): readonly string[] {
  return [
    `sessions that did something on admin ports of ${hosts(row.fanOut)}, ${bytesText(row.fanOutBytes)} in all, over ${times(row.fanOutPorts, 'port')}; services that many sources work on are not counted`,
    `${hosts(row.fanOutBurst)} were new to it within one hour`,
    ...(row.breachedBy === null ? [] : [`${row.breachedBy} guessed its way into this host before`]),
  ];
}

/** What speaks against, for every kind. */
export function against(row: AccessRow, values: AccessValues, guessing: boolean): readonly string[] {
  const sentences: string[] = [];
  if (guessing && isSteady(row))
    sentences.push(
      'the short sessions come evenly over the hours, as those of a scheduled job or a monitor do',
    );
  if (guessing && (row.typical ?? 0) > (row.loginBytes ?? 0))
    sentences.push(
      `the short sessions are larger than a refusal is as a rule: ${bytesText(row.typical ?? 0)} against ${bytesText(row.loginBytes ?? 0)}`,
    );
  if (guessing && row.activeBefore > 0)
    sentences.push(
      `the source worked here before the first short session: ${times(row.activeBefore, 'session')}`,
    );
  if (isHabit(row, values))
    sentences.push(
      `the source works here in ${times(row.activeHours, 'different hour')} on ${times(row.activeDays, 'day')}`,
    );
  if (row.neighbours > 0)
    sentences.push(
      `of the same network (${row.network}) ${times(row.neighbours, 'other source is', 'other sources are')} let in too`,
    );
  if (row.otherClients > 0)
    sentences.push(`${times(row.otherClients, 'other source uses', 'other sources use')} the same service`);
  if (row.setAside !== null) sentences.push(`the network is set aside as ${row.setAside}`);
  return sentences;
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

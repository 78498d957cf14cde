import { type ScorePart, weightedScore } from '../finding.ts';
import type { AccessRow } from './row.ts';
import { bytesText, countText, percentText, times } from './sentences.ts';
import type { AccessValues } from './settings.ts';

/** A robust standard deviation is this many median distances. */
const sigmas = 1.4826;

/** Below this many bytes, differences between sessions are of headers and not of what they carry. */
const fineBytes = 100;

const within = (value: number) => Math.min(1, Math.max(0, value));

/** Attempts that make guessing of a source: fewer from the Internet than from a host of one's own. */
export function attemptsNeeded(row: AccessRow, values: AccessValues): number {
  return row.class === 'inbound' ? values.guessAttempts : values.insideAttempts;
}

/** How much the short sessions look like guessing: many, alike, small, over soon, and nothing but them. */
export function guessParts(row: AccessRow, values: AccessValues): readonly ScorePart[] {
  const needed = attemptsNeeded(row, values);
  const typical = row.typical ?? 0;
  const spread = row.typical === null ? 1 : (sigmas * (row.mad ?? 0)) / Math.max(fineBytes, typical);
  const loginBytes = row.loginBytes ?? 1;
  const windows = (row.attemptSeconds ?? 0) / (2 * row.windowSeconds);
  const all = row.attempts + row.active + row.idle;
  return [
    {
      name: 'many',
      value: row.attempts < needed ? 0 : within(0.5 + 0.5 * Math.log10(row.attempts / needed)),
      weight: 2,
      because: `${countText(needed)} short sessions give half, ten times as many give all`,
    },
    {
      name: 'alike',
      value: within(1 - spread / values.alikeSpread),
      weight: 3,
      because: `they stray by ${percentText(spread)} of what they carry in the middle; ${percentText(values.alikeSpread)} give nothing`,
    },
    {
      name: 'small',
      value: within(1 - Math.log2(Math.max(1, typical / loginBytes)) / 2),
      weight: 1,
      because: `refused logins stay below ${bytesText(loginBytes)} as a rule; four times as much gives nothing`,
    },
    {
      name: 'short',
      value: within(1 - (windows - 1) / 4),
      weight: 1,
      because: `half of them were over within ${countText(row.attemptSeconds ?? 0)} s; two windows are ${countText(2 * row.windowSeconds)} s`,
    },
    {
      name: 'nothing else',
      value: all > 0 ? row.attempts / all : 0,
      weight: 1,
      because: `${countText(all - row.attempts)} of the ${countText(all)} sessions of this source were no such`,
    },
  ];
}

export function isGuessing(row: AccessRow, values: AccessValues): boolean {
  return (
    row.attempts >= attemptsNeeded(row, values) && weightedScore(guessParts(row, values)) >= values.guessScore
  );
}

/** A session that did something came after enough guessing. */
export function isLetIn(row: AccessRow, values: AccessValues): boolean {
  return row.largest !== null && row.attemptsBefore >= values.guessAttempts;
}

/** How clearly the largest session after the guessing is none of the guesses, and that the guessing led to it. */
export function successParts(row: AccessRow): readonly ScorePart[] {
  const ratio = (row.largest ?? 0) / Math.max(1, row.typical ?? 1);
  return [
    {
      name: 'larger',
      value: within(Math.log2(Math.max(1, ratio)) / 4),
      weight: 4,
      because: `16 times what the short ones carry gives all`,
    },
    {
      name: 'after the guessing',
      value: row.attempts > 0 ? row.attemptsBefore / row.attempts : 0,
      weight: 2,
      because: `${countText(row.attemptsBefore)} of the short sessions came before it`,
    },
  ];
}

/**
 * A password tool that is let in closes at once: the session is no larger than the others, but the answer was another
 * one. Refusals are of a few sizes; a single answer of a size that nobody else gets there, smaller than the usual one
 * (fewer tries), at the end of the guessing, is how a hit looks.
 */
export function isAnsweredOtherwise(row: AccessRow, values: AccessValues): boolean {
  return (
    row.attempts >= values.oddAttempts &&
    row.oddAnswers === 1 &&
    row.commonAnswers >= 0.9 * row.attempts &&
    row.oddElsewhere === 0 &&
    (row.oddAnswer ?? 0) < (row.usualAnswer ?? 0) &&
    (row.oddEnd ?? 0) >= (row.lastAttempt ?? 0) - 2 * row.windowSeconds
  );
}

export function oddParts(row: AccessRow): readonly ScorePart[] {
  return [
    {
      name: 'another answer',
      value: 0.5,
      weight: 4,
      because: 'it is half a sign, as the session did nothing',
    },
    {
      name: 'same answers otherwise',
      value: row.attempts > 0 ? row.commonAnswers / row.attempts : 0,
      weight: 1,
      because: 'the share of the others that got an answer of a size that at least two more got',
    },
  ];
}

/** The source works here on other days too. */
export function isHabit(row: AccessRow, values: AccessValues): boolean {
  return row.activeDays >= values.habitDays;
}

/** The source works on admin ports of others on other days too, or all through this one. */
export function isMovingHabit(row: AccessRow, values: AccessValues): boolean {
  return row.fanOutDays >= values.habitDays || row.fanOutHours >= values.habitHours;
}

/** Work on an admin port from the Internet with no guessing before it. */
export function workParts(row: AccessRow, values: AccessValues): readonly ScorePart[] {
  const most = Math.max(1, values.largeBytes / Math.max(1, row.threshold ?? 1));
  const ratio = Math.max(1, row.activeBytes / Math.max(1, row.threshold ?? 1));
  return [
    {
      name: 'did something',
      value: within(0.3 + (0.7 * Math.log10(ratio)) / Math.max(1, Math.log10(most))),
      weight: 2,
      because: `${bytesText(row.threshold ?? 0)} are more than a login, ${bytesText(values.largeBytes)} give all`,
    },
    {
      name: 'no habit',
      value: isHabit(row, values) ? 0 : 1,
      weight: 1,
      because: `work on ${times(row.activeDays, 'day')}`,
    },
  ];
}

/** One host that works on several others by their admin ports. */
export function lateralParts(row: AccessRow, values: AccessValues): readonly ScorePart[] {
  return [
    {
      name: 'many hosts',
      value: within(0.5 + 0.5 * Math.log2(Math.max(1, row.fanOut / values.lateralTargets))),
      weight: 1,
      because: `${countText(values.lateralTargets)} hosts give half, twice as many give all`,
    },
    {
      name: 'at once',
      value: row.fanOut > 0 ? within(row.fanOutBurst / row.fanOut) : 0,
      weight: 3,
      because: `the share of them that were new to it within one hour`,
    },
    {
      name: 'no habit',
      value: isMovingHabit(row, values) ? 0 : 1 - (row.fanOutHours - 1) / Math.max(1, values.habitHours - 1),
      weight: 2,
      because: `it works on admin ports in ${times(row.fanOutHours, 'different hour')} on ${times(row.fanOutDays, 'day')}`,
    },
  ];
}

export function isMoving(row: AccessRow, values: AccessValues): boolean {
  return row.fanOutFirst && weightedScore(lateralParts(row, values)) >= values.lateralScore;
}

/** How much a crowd of sources, each with a few sessions on one service, looks like one list of passwords. */
export function crowdParts(row: AccessRow, values: AccessValues): readonly ScorePart[] {
  const grown = (count: number, needed: number) => within(0.5 + 0.5 * Math.log10(count / needed));
  return [
    {
      name: 'many sources',
      value: grown(row.sources, values.crowdSources),
      weight: 2,
      because: `${countText(values.crowdSources)} sources give half, ten times as many give all`,
    },
    {
      name: 'many sessions',
      value: grown(row.attempts, values.manyAttempts),
      weight: 1,
      because: `${countText(values.manyAttempts)} sessions give half, ten times as many give all`,
    },
    {
      name: 'small',
      value: within(1 - Math.log2(Math.max(1, (row.typical ?? 0) / (row.loginBytes ?? 1))) / 2),
      weight: 1,
      because: `refused logins stay below ${bytesText(row.loginBytes ?? 0)} as a rule; four times as much gives nothing`,
    },
  ];
}

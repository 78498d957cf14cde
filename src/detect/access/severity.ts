import type { Context } from '../detector.ts';
import { type Severity, type SeverityStep, severities, shifted } from '../finding.ts';
import type { AccessRow } from './query.ts';
import { isHabit, isMovingHabit } from './score.ts';
import { bytesText, countText, hosts, spanText, times } from './sentences.ts';
import { databaseOnly } from './sessions.ts';
import type { AccessValues } from './settings.ts';

/** A severity to begin with, what moves it, and how high it may go. */
export interface Weighing {
  readonly base: Severity;
  readonly most: Severity;
  readonly steps: readonly SeverityStep[];
}

/** The severity after all steps, never above the most; where that holds it back, a step says so. */
export function weighed(weighing: Weighing | undefined): {
  readonly severity: Severity;
  readonly steps: readonly SeverityStep[];
} {
  if (weighing === undefined) return { severity: 'info', steps: [] };
  const { base, most, steps } = weighing;
  const severity = shifted(
    base,
    steps.reduce((sum, step) => sum + step.steps, 0),
  );
  const excess = severities.indexOf(severity) - severities.indexOf(most);
  if (excess <= 0) return { severity, steps };
  return {
    severity: most,
    steps: [...steps, { steps: -excess, because: `without more than this it is ${most} at most` }],
  };
}

type Maybe = SeverityStep | false;
const said = (...steps: readonly Maybe[]): readonly SeverityStep[] => steps.filter((step) => step !== false);

/** Networks that rent machines to anyone. */
const rents =
  /host|server|vps|cloud|data ?cent|colo(?:cation)?\b|dedicated|m247|leaseweb|digitalocean|linode|vultr|choopa|ovh|hetzner|contabo|amazon|google|microsoft|alibaba|tencent|oracle/i;

export function isRented(row: AccessRow): boolean {
  return rents.test(`${row.provider ?? ''} ${row.network ?? ''}`);
}

/** Attempts in nearly every hour of at least half a day, none with a burst: a job does that, and patience too. */
export function isSteady(row: AccessRow): boolean {
  const hours = ((row.lastAttempt ?? 0) - (row.firstAttempt ?? 0)) / 3600;
  const perHour = row.attempts / Math.max(1, row.attemptHours);
  return hours >= 12 && row.attemptHours >= 0.8 * hours && row.busiestHour <= 3 * perHour + 2;
}

function steadyStep(row: AccessRow, steps: number): Maybe {
  const span = (row.lastAttempt ?? 0) - (row.firstAttempt ?? 0);
  return (
    isSteady(row) && {
      steps,
      because: `the short sessions came in ${countText(row.attemptHours)} different hours of ${spanText(span)}, never many at once: a scheduled job looks the same`,
    }
  );
}

function largeShortsStep(row: AccessRow): Maybe {
  return (
    (row.typical ?? 0) > (row.loginBytes ?? 0) && {
      steps: -1,
      because: `the short sessions carry ${bytesText(row.typical ?? 0)}, more than a refusal takes as a rule (${bytesText(row.loginBytes ?? 0)}): they may be logins themselves`,
    }
  );
}

function sharedStep(row: AccessRow, values: AccessValues): Maybe {
  return (
    row.otherClients >= values.sharedClients && {
      steps: -1,
      because: `${countText(row.otherClients)} other sources use the same service: it is there for many`,
    }
  );
}

function databaseStep(row: AccessRow, values: AccessValues, steps: number): Maybe {
  return (
    databaseOnly(values).includes(row.servicePort) && {
      steps,
      because: 'an application that opens many short connections to a database looks the same',
    }
  );
}

function asideStep(row: AccessRow): Maybe {
  return row.setAside !== null && { steps: -1, because: `the network is set aside as ${row.setAside}` };
}

export function guessingWeighs(row: AccessRow, values: AccessValues): Weighing {
  if (row.class === 'inbound')
    return {
      base: 'low',
      most: 'medium',
      steps: said(
        row.attempts >= values.manyAttempts && {
          steps: 1,
          because: `${countText(row.attempts)} sessions were answered: nothing turned them away`,
        },
        row.attemptTargets >= values.sprayTargets && {
          steps: 1,
          because: `${hosts(row.attemptTargets)} were tried: it follows a list`,
        },
        databaseStep(row, values, -1),
        asideStep(row),
        largeShortsStep(row),
      ),
    };
  return {
    base: 'high',
    most: 'high',
    steps: said(
      steadyStep(row, -2),
      row.attemptDays >= values.habitDays && {
        steps: -1,
        because: `it does so on ${times(row.attemptDays, 'day')}: scripts do, and nobody minded`,
      },
      largeShortsStep(row),
      sharedStep(row, values),
      row.class === 'outbound' &&
        row.setAside === null &&
        row.provider !== null &&
        !isRented(row) && {
          steps: -1,
          because: `the other end is ${row.provider}'s own, where nobody rents a machine`,
        },
      row.class === 'outbound' && asideStep(row),
    ),
  };
}

export function letInWeighs(row: AccessRow, values: AccessValues): Weighing {
  const share = row.attempts > 0 ? row.attemptsBefore / row.attempts : 0;
  return {
    base: 'critical',
    most: 'critical',
    steps: said(
      databaseStep(row, values, -2),
      row.attemptsBefore < values.insideAttempts && {
        steps: -1,
        because: `${countText(row.attemptsBefore)} short sessions came before it, as many as a person or a script makes that mistypes`,
      },
      share < 0.5 && {
        steps: -1,
        because: 'most of the short sessions came after it: the guessing did not end with it',
      },
      row.activeBefore > 0 && {
        steps: -1,
        because: `the source had ${times(row.activeBefore, 'session')} that did something before the first short one`,
      },
      steadyStep(row, -1),
      largeShortsStep(row),
    ),
  };
}

export function oddWeighs(row: AccessRow): Weighing {
  return {
    base: 'critical',
    most: 'critical',
    steps: said(
      { steps: -1, because: 'no session is larger or longer than the others; one is only different' },
      steadyStep(row, -1),
      largeShortsStep(row),
    ),
  };
}

export function workWeighs(row: AccessRow, values: AccessValues): Weighing {
  const habit = isHabit(row, values);
  return {
    base: 'low',
    most: 'medium',
    steps: said(
      !habit &&
        row.setAside === null &&
        isRented(row) && {
          steps: 1,
          because: `the network (${row.network ?? row.provider}) rents machines to anyone; administrators seldom work from there`,
        },
      row.activeBytes >= values.largeBytes && {
        steps: 1,
        because: `${bytesText(row.activeBytes)} is more than typing and looking takes`,
      },
      habit && {
        steps: -1,
        because: `the source works here on ${times(row.activeDays, 'day')}, in ${times(row.activeHours, 'different hour')}: a habit`,
      },
      row.neighbours >= 2 && {
        steps: -1,
        because: `${countText(row.neighbours)} other sources of the same network work here too`,
      },
      sharedStep(row, values),
      asideStep(row),
    ),
  };
}

export function lateralWeighs(row: AccessRow, values: AccessValues, context: Context): Weighing {
  const habit = isMovingHabit(row, values);
  const days = (context.to - context.from) / 86_400;
  const many = row.fanOutBurst >= 2 * values.lateralTargets;
  return {
    base: 'low',
    most: 'critical',
    steps: said(
      !habit &&
        row.fanOutBurst >= values.lateralTargets && {
          steps: many ? 2 : 1,
          because: `${hosts(row.fanOutBurst)} were new to it within one hour`,
        },
      !habit &&
        days < values.habitDays && {
          steps: -1,
          because: `the logs span ${spanText(context.to - context.from)}: whether it does so every day cannot be known`,
        },
      row.breachedBy !== null && {
        steps: 2,
        because: `${row.breachedBy} guessed its way into this host before`,
      },
      habit && {
        steps: -1,
        because: `it works on admin ports in ${times(row.fanOutHours, 'different hour')} on ${times(row.fanOutDays, 'day')}: a habit, as of a bastion`,
      },
    ),
  };
}

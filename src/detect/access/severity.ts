import type { Context } from '../detector.ts';
import { type Severity, type SeverityStep, severities, shifted } from '../finding.ts';
import { isBeyond, isKnownService, sequels } from './follow.ts';
import type { AccessRow } from './row.ts';
import { isHabit, isMovingHabit } from './score.ts';
import { bytesText, countText, hosts, spanText, times } from './sentences.ts';
import { databaseOnly } from './sessions.ts';
import type { AccessValues } from './settings.ts';

/** A severity to begin with, what moves it, and how high and low it may go. */
export interface Weighing {
  readonly base: Severity;
  readonly most: Severity;
  /** How low it may go; default `info`. */
  readonly least?: Severity;
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
  const lack = severities.indexOf(weighing.least ?? 'info') - severities.indexOf(severity);
  if (lack > 0)
    return {
      severity: shifted(severity, lack),
      steps: [
        ...steps,
        { steps: lack, because: `whatever speaks against it, it is told as ${weighing.least}` },
      ],
    };
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

/**
 * Sessions that carry more than refusals do may be logins. What a refusal can carry says the service itself, where
 * unrelated networks call on it; else the published bound must do.
 */
function largeShortsStep(row: AccessRow, values: AccessValues, most: number): Maybe {
  const typical = row.typical ?? 0;
  const loginBytes = row.loginBytes ?? 0;
  const known = isKnownService(row, values);
  if (known && typical > (row.given ?? 0))
    return {
      steps: -most,
      because: `the short sessions carry ${bytesText(typical)} in the middle, more than several networks ever got from this service (${bytesText(row.given ?? 0)}): they may be logins themselves`,
    };
  // What several networks get is a refusal with long keys, unless the service is one on which most carry so much.
  return (
    typical > loginBytes &&
    (!known || (most > 1 && (row.usual ?? 0) > loginBytes)) && {
      steps: known ? -1 : -most,
      because: `the short sessions carry ${bytesText(typical)} in the middle, more than a refusal takes as a rule (${bytesText(loginBytes)}): they may be logins themselves`,
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

/** Guessing from the Internet; above low only where few others get the same. */
function outsideWeighs(row: AccessRow, values: AccessValues): Weighing {
  const ups = said(
    row.attempts >= values.manyAttempts && {
      steps: 1,
      because: `${values.manyAttempts} sessions or more were answered: nothing turned them away`,
    },
    row.attemptTargets >= values.sprayTargets && {
      steps: 1,
      because: `${hosts(row.attemptTargets)} were tried: it follows a list`,
    },
  );
  return {
    base: 'low',
    most: 'medium',
    steps: said(
      ...ups,
      ups.length > 0 &&
        row.otherGuessers >= values.weatherSources && {
          steps: -ups.length,
          because: `${countText(row.otherGuessers)} other sources guess on this port too: it is what every address on the Internet gets`,
        },
      (ups.length > 0 || isSteady(row)) && databaseStep(row, values, -1),
      largeShortsStep(row, values, 1),
    ),
  };
}

export function guessingWeighs(row: AccessRow, values: AccessValues): Weighing {
  if (row.class === 'inbound') return outsideWeighs(row, values);
  return {
    base: 'medium',
    most: 'high',
    steps: said(
      row.busiestHour >= values.insideAttempts && {
        steps: 1,
        because: `${values.insideAttempts} or more within an hour: faster than people mistype`,
      },
      steadyStep(row, -1),
      row.attemptDays >= values.habitDays && {
        steps: -1,
        because: `it does so on ${times(row.attemptDays, 'day')}: scripts do, and nobody minded`,
      },
      largeShortsStep(row, values, 1),
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

/** A crowd is the weather of the Internet: it is told, once. */
export const crowdWeighs: Weighing = { base: 'low', most: 'low', steps: [] };

/** A session that no refused login reaches is high; critical takes what followed on the host. */
export function letInWeighs(row: AccessRow, values: AccessValues, context: Context): Weighing {
  const share = row.attempts > 0 ? row.attemptsBefore / row.attempts : 0;
  return {
    base: 'high',
    most: 'critical',
    least: 'low',
    steps: said(
      followedStep(row, values, context),
      !isBeyond(row, values) && {
        steps: -2,
        because: `several of the ${countText(row.networks)} networks that call on this service get ${bytesText(row.given ?? 0)} in one short session: the server answers so, or lets many in`,
      },
      databaseStep(row, values, -2),
      row.attemptsBefore < values.insideAttempts && {
        steps: -1,
        because: `fewer than ${values.insideAttempts} short sessions came before it: a person or a script that mistypes makes as many`,
      },
      share < 0.5 && {
        steps: -1,
        because: 'most of the short sessions came after it: the guessing did not end with it',
      },
      row.activeBefore > 0 && {
        steps: -2,
        because: `${times(row.activeBefore, 'session')} did something before there was any guessing to speak of: the source could log in`,
      },
      isHabit(row, values) && habitStep(row),
      steadyStep(row, -1),
      largeShortsStep(row, values, 2),
      sharedStep(row, values),
    ),
  };
}

export function oddWeighs(row: AccessRow, values: AccessValues, context: Context): Weighing {
  return {
    base: 'high',
    most: 'critical',
    least: 'low',
    steps: said(
      followedStep(row, values, context),
      row.class === 'inbound' && {
        steps: -1,
        because:
          'no session is larger or longer than the others, and lists that end without success look so too',
      },
      steadyStep(row, -1),
      largeShortsStep(row, values, 1),
    ),
  };
}

function followedStep(row: AccessRow, values: AccessValues, context: Context): Maybe {
  const names = sequels(row, values, context).map(({ name }) => name);
  return names.length > 0 && { steps: 1, because: `what followed on the host: ${names.join(', ')}` };
}

function habitStep(row: AccessRow): SeverityStep {
  return {
    steps: -1,
    because: `the source works here on ${times(row.activeDays, 'day')}, in ${times(row.activeHours, 'different hour')}: a habit`,
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
      habit && habitStep(row),
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

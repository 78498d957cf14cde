import { greatestOf, quantile } from '../../sql/dialect.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import type { C2Values } from './settings.ts';

/**
 * Steps that lead to `paces`: the pace of the starts of each talk. Starts closer than one window (tries at the same
 * time, and what one window cannot tell apart) are one beat; where many gaps are far shorter than the longer ones,
 * tries that follow each other more slowly are put together too (`dead_seconds` says below which gap). The period is
 * the mean of the gaps around the median: where starts are stamped by their windows, the median is a whole number of
 * windows and the period need not be. A gap is folded to the nearest multiple of the period, so that a missed beat is a
 * gap of two periods and not a broken rhythm; a silence of many beats ends a bout, within which the pace is judged.
 */
export function paces(settings: C2Values): readonly Step[] {
  const { minStarts } = settings;
  return [...visitSteps(minStarts), ...foldSteps(settings)];
}

function visitSteps(minStarts: number): readonly Step[] {
  const gap = sql`start - lag(start) OVER (PARTITION BY talk ORDER BY start) AS gap`;
  return [
    {
      name: 'spaced',
      about: 'Starts with the seconds since the one before.',
      reads: ['starts'],
      sql: sql`SELECT talk, start, window_seconds, ${gap} FROM starts`,
    },
    {
      name: 'first_visits',
      about: 'Those that one window can tell apart.',
      reads: ['spaced'],
      sql: sql`SELECT talk, start, window_seconds, ${gap} FROM spaced WHERE gap IS NULL OR gap >= window_seconds`,
    },
    {
      name: 'long_gaps',
      about: 'What a long gap of a talk is.',
      reads: ['first_visits'],
      sql: sql`
    SELECT talk, ${quantile(sql`gap`, 0.8)} AS long_gap FROM first_visits GROUP BY talk HAVING count(*) >= ${minStarts}`,
    },
    {
      name: 'merging',
      about: 'Below which gap starts are tries of one beat.',
      reads: ['first_visits', 'long_gaps'],
      sql: sql`
    SELECT v.talk, CASE WHEN sum(CASE WHEN v.gap < 0.25e0 * l.long_gap THEN 1 ELSE 0 END) > 0.15e0 * count(v.gap)
        THEN greatest(max(v.window_seconds), 0.25e0 * max(l.long_gap)) ELSE max(v.window_seconds) END AS dead_seconds
    FROM first_visits AS v
    JOIN long_gaps AS l ON l.talk = v.talk
    GROUP BY v.talk`,
    },
    {
      name: 'visits',
      about: 'Beats that came, with the seconds since the one before.',
      reads: ['first_visits', 'merging'],
      sql: sql`
    SELECT talk, start, dead_seconds, window_seconds, ${gap}
    FROM (
      SELECT v.talk, v.start, m.dead_seconds, v.window_seconds
      FROM first_visits AS v
      JOIN merging AS m ON m.talk = v.talk
      WHERE v.gap IS NULL OR v.gap >= m.dead_seconds
    ) AS w`,
    },
    {
      name: 'periods',
      about: 'The mean of the gaps around the median.',
      reads: ['visits'],
      sql: sql`
    SELECT v.talk, avg(v.gap) AS period
    FROM visits AS v
    JOIN (
      SELECT talk, ${quantile(sql`gap`, 0.5)} AS base FROM visits GROUP BY talk HAVING count(gap) >= ${minStarts - 1}
    ) AS b ON b.talk = v.talk
    WHERE v.gap BETWEEN 0.5e0 * b.base AND 1.4e0 * b.base + 0.6e0 * v.window_seconds
    GROUP BY v.talk`,
    },
  ];
}

function foldSteps({ boutBeats, minStarts }: C2Values): readonly Step[] {
  const beats = greatestOf(1, sql`round(v.gap / p.period)`);
  // What stands within the beat of a bout: gaps between bouts say nothing of its pace.
  const near = (tolerance: number, which: Sql) =>
    sql`sum(CASE WHEN is_break = 0 AND ${which} AND astray <= ${tolerance} * period THEN 1 ELSE 0 END)`;
  const inside = sql`CASE WHEN is_break = 0 THEN gap END`;
  const onGrid = sql`${inside} % window_seconds IN (0, 1, window_seconds - 1)`;
  return [
    {
      name: 'folded',
      about: 'Gaps as multiples of the period, and how far they lie astray.',
      reads: ['visits', 'periods'],
      sql: sql`
    SELECT v.talk, v.start, v.gap, p.period, v.dead_seconds, v.window_seconds, coalesce(${beats}, 1) AS beats,
      abs(v.gap - ${beats} * p.period) AS astray,
      CASE WHEN round(v.gap / p.period) > ${boutBeats} THEN 1 ELSE 0 END AS is_break
    FROM visits AS v
    JOIN periods AS p ON p.talk = v.talk`,
    },
    {
      name: 'bouts',
      about: 'Stretches without a long silence.',
      reads: ['folded'],
      sql: sql`
    SELECT talk, bout, count(*) AS visits, min(start) AS since, max(start) AS until
    FROM (
      SELECT talk, start, sum(is_break) OVER (PARTITION BY talk ORDER BY start ROWS UNBOUNDED PRECEDING) AS bout
      FROM folded
    ) AS f
    GROUP BY talk, bout`,
    },
    {
      name: 'bout_sums',
      about: 'How many bouts are long enough to show a pace, and how much they hold.',
      reads: ['bouts'],
      sql: sql`
    SELECT talk, sum(CASE WHEN visits >= ${minStarts} THEN 1 ELSE 0 END) AS bouts, max(visits) AS longest_bout,
      max_by(since, visits) AS bout_since, max_by(until, visits) AS bout_until,
      sum(CASE WHEN visits >= ${minStarts} THEN visits ELSE 0 END) AS bout_visits,
      sum(CASE WHEN visits >= ${minStarts} THEN until - since ELSE 0 END) AS active_seconds
    FROM bouts
    GROUP BY talk`,
    },
    {
      name: 'paces',
      about: 'What the starts of a talk show, within its bouts.',
      reads: ['folded', 'bout_sums'],
      sql: sql`
    SELECT f.*, b.bouts, b.longest_bout, b.bout_since, b.bout_until, b.bout_visits, b.active_seconds
    FROM (
      SELECT talk, max(period) AS period, max(dead_seconds) AS dead_seconds, count(*) AS visits,
        count(gap) - sum(is_break) AS gaps, min(start) AS first_start, max(start) AS last_start,
        sum(CASE WHEN gap < 0.65e0 * period THEN 1 ELSE 0 END) AS early,
        sum(CASE WHEN ${onGrid} THEN 1 ELSE 0 END) AS on_grid, ${near(0.1, sql`beats = 1`)} AS near_10,
        ${near(0.2, sql`beats = 1`)} AS near_20, ${near(0.35, sql`beats = 1`)} AS near_35, ${near(0.35, sql`beats > 1`)} AS skipped_on_beat,
        sum(CASE WHEN is_break = 1 THEN 1 ELSE beats END) AS beats_due,
        max(CASE WHEN is_break = 1 THEN 1 ELSE beats END) AS longest_hole,
        ${quantile(sql`CASE WHEN beats = 1 THEN astray END`, 0.5)} AS typical_astray,
        stddev_pop(CASE WHEN beats = 1 THEN gap END) AS gap_spread
      FROM folded
      GROUP BY talk
    ) AS f
    JOIN bout_sums AS b ON b.talk = f.talk`,
    },
  ];
}

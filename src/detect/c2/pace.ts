import { type Sql, sql } from '../../sql/sql.ts';

/**
 * CTE `paces`: the pace of the starts of each talk. Starts closer than one window (tries at the same time, and what
 * one window cannot tell apart) are one beat; where many gaps are far shorter than the longer ones, tries that follow
 * each other more slowly are put together too (`dead_seconds` says below which gap). The period is the mean of the gaps around the median: where starts are
 * stamped by their windows, the median is a whole number of windows and the period need not be. A gap is folded to the nearest
 * multiple of the period, so that a missed beat is a gap of two periods and not a broken rhythm.
 */
export function paces(minStarts: number): Sql {
  return sql`
    spaced AS (
      SELECT talk, start, window_seconds, start - lag(start) OVER (PARTITION BY talk ORDER BY start) AS gap
      FROM starts
    ),
    first_visits AS (
      SELECT talk, start, window_seconds, start - lag(start) OVER (PARTITION BY talk ORDER BY start) AS gap
      FROM spaced
      WHERE gap IS NULL OR gap >= window_seconds
    ),
    merging AS (
      SELECT talk, CASE WHEN count(*) FILTER (WHERE gap < 0.25 * long_gap) > 0.15 * count(gap)
        THEN greatest(max(window_seconds), 0.25 * max(long_gap)) ELSE max(window_seconds) END AS dead_seconds,
        max(window_seconds) AS window_seconds
      FROM (SELECT talk, quantile_cont(gap, 0.8) AS long_gap FROM first_visits GROUP BY talk)
      JOIN first_visits USING (talk)
      GROUP BY talk
      HAVING count(*) >= ${minStarts}
    ),
    visits AS (
      SELECT talk, start, dead_seconds, merging.window_seconds, start - lag(start) OVER (PARTITION BY talk ORDER BY start) AS gap
      FROM first_visits
      JOIN merging USING (talk)
      WHERE gap IS NULL OR gap >= dead_seconds
    ),
    bases AS (SELECT talk, quantile_cont(gap, 0.5) AS base FROM visits GROUP BY talk HAVING count(gap) >= ${minStarts - 1}),
    periods AS (
      SELECT talk, avg(gap) AS period
      FROM visits
      JOIN bases USING (talk)
      WHERE gap BETWEEN 0.5 * base AND 1.4 * base + 0.6 * window_seconds
      GROUP BY talk
    ),
    folded AS (
      SELECT talk, start, gap, period, dead_seconds, window_seconds, coalesce(greatest(1, round(gap / period)), 1) AS beats,
        abs(gap - greatest(1, round(gap / period)) * period) AS astray
      FROM visits
      JOIN periods USING (talk)
    ),
    paces AS (
      SELECT talk, max(period) AS period, max(dead_seconds) AS dead_seconds, count(*) AS visits, count(gap) AS gaps,
        min(start) AS first_start, max(start) AS last_start,
        count(*) FILTER (WHERE gap < 0.65 * period) AS early,
        count(*) FILTER (WHERE gap % window_seconds IN (0, 1, window_seconds - 1)) AS on_grid,
        count(*) FILTER (WHERE beats = 1 AND astray <= 0.1 * period) AS near_10,
        count(*) FILTER (WHERE beats = 1 AND astray <= 0.2 * period) AS near_20,
        count(*) FILTER (WHERE beats = 1 AND astray <= 0.35 * period) AS near_35,
        count(*) FILTER (WHERE beats > 1 AND astray <= 0.35 * period) AS skipped_on_beat,
        sum(beats) AS beats_due, max(beats) AS longest_hole,
        quantile_cont(astray, 0.5) FILTER (WHERE beats = 1) AS typical_astray,
        stddev_pop(gap) FILTER (WHERE beats = 1) AS gap_spread
      FROM folded
      GROUP BY talk
    )`;
}

import { quantile } from '../../sql/dialect.ts';
import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import type { C2Values } from './settings.ts';

/**
 * Steps that lead to `counts`: new sessions in each window, of talks that start many of them. A silence of many windows
 * ends a bout; the first and the last window of each are cut off by the capture or the malware, and left out of the
 * mean and the variance.
 */
export function counts({ minSeriesSessions, boutBeats }: C2Values): readonly Step[] {
  return [
    {
      name: 'slots',
      about: 'New sessions in each window.',
      reads: ['starts', 'talks'],
      sql: sql`
    SELECT s.talk, CAST(floor(1e0 * (s.start - t.first_seen) / t.window_seconds) AS BIGINT) AS slot, count(*) AS started
    FROM starts AS s
    JOIN talks AS t ON t.talk = s.talk
    WHERE t.sessions >= ${minSeriesSessions} AND t.shape <> 'mesh'
    GROUP BY 1, 2`,
    },
    {
      name: 'slot_bouts',
      about: 'The same with the bout that a window belongs to.',
      reads: ['slots'],
      sql: sql`
    SELECT talk, slot, started, sum(is_break) OVER (PARTITION BY talk ORDER BY slot ROWS UNBOUNDED PRECEDING) AS bout
    FROM (
      SELECT talk, slot, started,
        CASE WHEN slot - lag(slot) OVER (PARTITION BY talk ORDER BY slot) > ${boutBeats} THEN 1 ELSE 0 END AS is_break
      FROM slots
    ) AS s`,
    },
    {
      name: 'slot_ends',
      about: 'First and last window of each bout.',
      reads: ['slot_bouts'],
      sql: sql`
    SELECT talk, bout, min(slot) AS first_slot, max(slot) AS last_slot
    FROM slot_bouts
    GROUP BY talk, bout
    HAVING max(slot) - min(slot) >= 2`,
    },
    {
      name: 'counts',
      about: 'How even the counts are, over the bouts.',
      reads: ['slot_bouts', 'slot_ends'],
      sql: sql`
    SELECT c.talk, d.slots, d.slot_bouts, c.active_slots, c.slot_sum, c.slot_squares, c.started_low, c.started_mid,
      c.started_high
    FROM (
      SELECT s.talk, count(*) AS active_slots, sum(s.started) AS slot_sum, sum(s.started * s.started) AS slot_squares,
        ${quantile(sql`s.started`, 0.1)} AS started_low, ${quantile(sql`s.started`, 0.5)} AS started_mid,
        ${quantile(sql`s.started`, 0.9)} AS started_high
      FROM slot_bouts AS s
      JOIN slot_ends AS e ON e.talk = s.talk AND e.bout = s.bout
      WHERE s.slot > e.first_slot AND s.slot < e.last_slot
      GROUP BY s.talk
    ) AS c
    JOIN (
      SELECT talk, sum(last_slot - first_slot - 1) AS slots, count(*) AS slot_bouts FROM slot_ends GROUP BY talk
    ) AS d ON d.talk = c.talk`,
    },
  ];
}

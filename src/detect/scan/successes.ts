import { list, sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { kinds } from './contacts.ts';
import type { ScanValues } from './settings.ts';

/**
 * What came of it: of the conversations that go on after the first miss and in which both ends said something, the one
 * with the largest session, those on admin ports first. Inside and outward only those that begin after it and with a
 * target, because a scanner has its everyday traffic too.
 */
export function successes(settings: ScanValues): Step {
  return {
    name: 'successes',
    about: 'The conversation that came of a scan.',
    reads: ['walk_steps', 'totals'],
    sql: sql`
    SELECT kind, source, target, service_port, answered, largest, is_admin FROM (
      SELECT s.*, row_number() OVER (PARTITION BY kind, source ORDER BY is_admin DESC, largest DESC, target, service_port)
        AS nth
      FROM (
        SELECT w.kind, w.source, w.target, w.service_port, w.answered, w.largest,
          w.service_port IN (${list([-1, ...settings.adminPorts])})
            AND w.protocol = 6 AND w.largest >= ${settings.sessionBytes} AS is_admin
        FROM walk_steps AS w
        JOIN totals AS t ON t.kind = w.kind AND t.source = w.source
        LEFT JOIN (
          SELECT kind, source, target FROM walk_steps
          WHERE kind <> ${kinds.inbound} AND in_vain AND service_port IS NOT NULL
          GROUP BY 1, 2, 3
        ) AS x ON x.kind = w.kind AND x.source = w.source AND x.target = w.target
        WHERE w.hit > 0 AND w.spoken > 0 AND (w.kind = ${kinds.inbound} AND w.last_seen > t.first_miss
          OR w.first_seen > t.first_miss AND x.target IS NOT NULL)
      ) AS s
    ) AS ranked
    WHERE nth = 1`,
  };
}

import { id, list, sql } from '../../sql/sql.ts';
import { total } from '../../traffic/total.ts';

/** The numbers of conversations, put together. */
export const groupSums = list([
  ...['sessions', 'answered', 'rejected', 'flows', 'packets_out', 'bytes_out', 'packets_in', 'bytes_in'].map(
    (name) => sql`${total(id(name))} AS ${id(name)}`,
  ),
  sql`min(first_seen) AS first_seen, max(last_seen) AS last_seen, max(longest) AS longest,
      max(window_seconds) AS window_seconds`,
]);

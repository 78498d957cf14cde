import { type Columns, columnsOf } from '../filter/columns.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { isNoise } from '../traffic/noise.ts';
import type { NoiseRule } from '../traffic/noise-rules.ts';
import { during, type Period } from '../traffic/period.ts';
import type { TopGroup } from '../traffic/top.ts';

/** What a record with data is, as a number: the pictures of traffic are made of these five. */
export const kinds = { rejected: 1, noise: 2, outbound: 3, inbound: 4, eastWest: 5 } as const;

/**
 * Where the numbers of a picture come from: the records, or sums of them that were kept. The relation has the columns
 * kind, src, dst, local, peer (addresses, or their numbers), dst_port, protocol, account_id, interface_id, action, flows,
 * packets, bytes.
 */
export interface Facts {
  readonly basis: 'cube' | 'records';
  readonly relation: Sql;
  readonly columns: Columns;
  /** True where account, interface and action stand behind one number, `place`, of `workbench_places`. */
  readonly byPlace: boolean;
  /**
   * For groupings of the sums of all times, the condition on a row that shares the keys of the grouping, and the
   * destination, with no other row: nearly all are like that, and a filter leaves them so.
   */
  readonly alone: { readonly [group in TopGroup]?: Sql };
  during(period: Period): Sql;
  /** The start of the bucket that a row belongs to, in Unix seconds. */
  bucket(seconds: number): Sql;
}

/** What a record is, over the columns of `labelled_flows`; NULL without data. */
export function kindOfRecord(rules: readonly NoiseRule[]): Sql {
  return sql`CAST(CASE
    WHEN coalesce(log_status, 'OK') <> 'OK' THEN NULL
    WHEN coalesce(action, 'ACCEPT') <> 'ACCEPT' THEN ${kinds.rejected}
    WHEN peer IS NULL THEN ${kinds.eastWest}
    WHEN ${isNoise(rules)} THEN ${kinds.noise}
    WHEN dst_scope = 'internet' THEN ${kinds.outbound}
    ELSE ${kinds.inbound} END AS TINYINT)`;
}

/** The records themselves, which know everything, and take as long as there are many. */
export function recordFacts(rules: readonly NoiseRule[]): Facts {
  return {
    basis: 'records',
    relation: sql`(SELECT *, ${kindOfRecord(rules)} AS kind, srcaddr AS src, dstaddr AS dst, dstport AS dst_port, 1 AS flows
      FROM labelled_flows)`,
    columns: columnsOf.flows,
    byPlace: false,
    alone: {},
    during,
    bucket: (seconds) => sql`start // ${seconds} * ${seconds}`,
  };
}

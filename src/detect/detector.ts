import type { Query } from '../sql/query.ts';
import { type Sql, sql } from '../sql/sql.ts';
import type { Judgement, Question } from './finding.ts';

/** What is known of the data as a whole when a detector judges; all of it is shown where it weighs. */
export interface Context {
  /** First start and last end of all records, in Unix seconds. */
  readonly from: number;
  readonly to: number;
  /** Distinct local addresses that started or answered a session. */
  readonly localHosts: number;
  /** Longest aggregation window among the interfaces, in seconds. */
  readonly windowSeconds: number;
  /** True where records carry tcp-flags. */
  readonly hasTcpFlags: boolean;
  /** True where sessions with both directions exist; a one-sided capture cannot tell answered from unanswered. */
  readonly hasBothDirections: boolean;
  /** Share of the interface-minutes between first and last record that records speak of, from 0 to 1. */
  readonly covered: number;
  /** Share of the interface-minutes whose records AWS says it lost. */
  readonly skipped: number;
}

/** Which traffic to look at: all of it, or only what one address is part of. */
export interface Focus {
  readonly address?: string;
}

/**
 * A detector asks one question of the traffic. `candidates` selects with a chain of steps over `numbered_sessions`,
 * `numbered_conversations`, `numbered_peers` and `addresses` the few subjects worth judging and counts for each what
 * `judge` needs; `judge` is a pure function of those numbers.
 */
export interface Detector<Row, Settings> {
  readonly question: Question;
  candidates(settings: Settings, context: Context, focus: Focus): Query<Row>;
  judge(row: Row, settings: Settings, context: Context): Judgement;
  /** Puts together what is one thing, of all that was judged; `judgements` are those of the rows, in their order. */
  gather?(rows: readonly Row[], judgements: readonly Judgement[]): Judgement[];
}

/** The number of an address, for conditions on `local_id` and `peer_id`; NULL where no record has it. */
export function numberOf(address: string): Sql {
  return sql`(SELECT max(address_id) FROM addresses WHERE address = ${address})`;
}

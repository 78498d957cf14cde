import { list, type Sql } from '../../sql/sql.ts';
import type { Context, Focus } from '../detector.ts';
import type { C2Values } from './settings.ts';

/** What the steps are written for. */
export interface Inputs {
  readonly settings: C2Values;
  readonly context: Context;
  readonly focus: Focus;
}

/** The largest number of hosts that is few. */
export function fewHosts(settings: C2Values, context: Context): number {
  return Math.max(settings.rareHosts, Math.floor(settings.rareShare * context.localHosts));
}

/** Numbers or texts for an IN; one that nothing has stands for none. */
export function anyOf(values: readonly number[]): Sql {
  return list([-1, ...values]);
}

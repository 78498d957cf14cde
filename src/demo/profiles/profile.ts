import type { Connection } from '../connection.ts';
import type { Estate, Host } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import type { Random } from '../random.ts';
import type { Rhythm } from '../rhythm.ts';

/** What every kind of traffic may look at. */
export interface Setting {
  readonly plan: DemoPlan;
  readonly estate: Estate;
}

/** Traffic that comes whenever somebody wants something; it fills what the budget of records leaves. */
export interface CrowdProfile {
  readonly kind: 'crowd';
  readonly name: string;
  /** Its part of the records of all crowds. */
  readonly share: number;
  readonly rhythm: Rhythm;
  readonly connect: (setting: Setting, random: Random, at: number) => Connection;
}

/** Traffic that a machine starts by the clock; how much there is, the clock decides. */
export interface ClockProfile {
  readonly kind: 'clock';
  readonly name: string;
  readonly actors: (setting: Setting) => readonly Host[];
  readonly periodSeconds: (setting: Setting, host: Host) => number;
  /** Where in the period it starts, counted from the Unix epoch. Absent: anywhere, by host. */
  readonly offsetSeconds?: (setting: Setting, host: Host) => number;
  /** How far a start may stray, as a share of the period. */
  readonly jitter: number;
  /** How long before the capture a connection may have started and still be there. */
  readonly warmUpSeconds?: number;
  readonly connect: (setting: Setting, random: Random, host: Host, at: number, beat: number) => Connection;
}

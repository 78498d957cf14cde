import type { Connection } from './connection.ts';
import { cut } from './connection.ts';
import type { Host, NetworkInterface } from './hosts.ts';
import type { Planting } from './plant/planting.ts';
import { clockwork, crowds } from './profiles/all.ts';
import type { ClockProfile, CrowdProfile, Setting } from './profiles/profile.ts';
import { mixUnit, Random } from './random.ts';
import { busySeconds } from './rhythm.ts';

/** How much of each kind of traffic makes the wanted number of records. */
export interface Budget {
  /** Connections per busy second. */
  readonly crowds: readonly { readonly profile: CrowdProfile; readonly perBusySecond: number }[];
  readonly clockwork: readonly { readonly profile: ClockProfile; readonly actors: readonly Host[] }[];
  /** Idle interfaces exist from here on; earlier, they would fill the logs with NODATA. */
  readonly idleFrom: number;
  /** Windows that AWS loses, over the whole capture. */
  readonly skipped: number;
}

// What runs by the clock may take at most this share; with fewer records, fewer hosts have agents.
const mostClockwork = 0.42;
const mostIdle = 0.03;
const sampleSize = 1500;

/** Works out the budget by cutting a sample of each profile's connections. */
export function shareOut(setting: Setting, plantings: readonly Planting[]): Budget {
  const { plan, estate } = setting;
  const seconds = plan.to - plan.from;
  const windows = estate.byRole.idle.reduce((sum, { nic }) => sum + seconds / nic.windowSeconds, 0);
  const idleShare = Math.min(1, (plan.records * mostIdle) / windows);
  const skipped = Math.max(2, Math.round(plan.records / 60_000));
  const planted = plantings.reduce(
    (sum, { connections }) => sum + connections.reduce((part, one) => part + recordsOf(setting, one), 0),
    0,
  );
  const free = Math.max(plan.records * 0.1, plan.records - planted - skipped - windows * idleShare);

  const regular = clockwork.map((profile) => costOf(setting, profile));
  const wanted = regular.reduce((sum, { records }) => sum + records, 0);
  const share = Math.min(1, (mostClockwork * free) / wanted);
  const kept = regular.map((cost) => fitting(cost, share));

  const left = Math.max(free * 0.05, free - kept.reduce((sum, { records }) => sum + records, 0));
  const shares = crowds.reduce((sum, { share: part }) => sum + part, 0);
  return {
    crowds: crowds.map((profile) => {
      const connections = ((profile.share / shares) * left) / meanRecords(setting, profile);
      return { profile, perBusySecond: connections / busySeconds(profile.rhythm, plan.from, plan.to) };
    }),
    clockwork: kept,
    idleFrom: plan.to - Math.ceil(seconds * idleShare),
    skipped,
  };
}

interface ClockCost {
  readonly profile: ClockProfile;
  readonly actors: readonly Host[];
  readonly perHost: readonly number[];
  readonly records: number;
}

function costOf(setting: Setting, profile: ClockProfile): ClockCost {
  const { plan } = setting;
  const actors = profile.actors(setting);
  const perHost = actors.map((host) => {
    const beats = (plan.to - plan.from) / profile.periodSeconds(setting, host);
    const samples = 4;
    let records = 0;
    for (let sample = 0; sample < samples; sample++) {
      const random = new Random(plan.seed, 'sample', profile.name, host.index, sample);
      const at = Math.floor(plan.from + random.unit() * (plan.to - plan.from));
      records += recordsOf(setting, profile.connect(setting, random, host, at, sample), true);
    }
    return (beats * records) / samples;
  });
  return { profile, actors, perHost, records: perHost.reduce((sum, records) => sum + records, 0) };
}

function fitting(
  cost: ClockCost,
  share: number,
): { profile: ClockProfile; actors: readonly Host[]; records: number } {
  const limit = cost.records * share;
  const actors: Host[] = [];
  let records = 0;
  for (const [at, host] of cost.actors.entries()) {
    const more = cost.perHost[at] ?? 0;
    if (share < 1 && records + more > limit * 1.0001) continue;
    actors.push(host);
    records += more;
  }
  return { profile: cost.profile, actors, records };
}

function meanRecords(setting: Setting, profile: CrowdProfile): number {
  const { plan } = setting;
  const random = new Random(plan.seed, 'sample', profile.name);
  let records = 0;
  for (let sample = 0; sample < sampleSize; sample++) {
    const at = Math.floor(plan.from + mixUnit(plan.seed, 'at', sample) * (plan.to - plan.from));
    records += recordsOf(setting, profile.connect(setting, random, at));
  }
  return records / sampleSize;
}

// `whole`: as if the capture never ended, for what is cut at one end as often as it is carried over at the other.
function recordsOf({ plan }: Setting, connection: Connection, whole = false): number {
  const capture = whole ? { from: connection.start - 600, to: connection.end + 1200 } : plan;
  let records = 0;
  const count = (nic: NetworkInterface) =>
    cut(connection, nic, capture, capture.from, capture.to, () => {
      records++;
    });
  count(connection.localInterface);
  if (connection.peerInterface !== undefined) count(connection.peerInterface);
  return records;
}

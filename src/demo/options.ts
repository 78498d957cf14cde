import { HuntError } from '../errors.ts';

/** The four threats that a demo shows, one for each question. */
export const threatNames = ['beacon', 'exfil', 'scan', 'access'] as const;

/** What can be planted: the four, and circumstances that are mistaken for them or that hide them. */
export const plantNames = [
  ...threatNames,
  'exposed',
  'office',
  'rotation',
  'dead-server',
  'web-shell',
] as const;

export type PlantName = (typeof plantNames)[number];

/** Aggregation windows that AWS knows, and both in one account. */
type DemoWindow = 60 | 600 | 'mixed';

/** Both are met in real flow logs. */
type DemoStamps = 'packets' | 'windows';

/** One beacon to plant; the accuracy matrix asks for many at once. */
export interface BeaconPlan {
  readonly periodSeconds: number;
  /** By how much of the period each gap strays at most, evenly to both sides: 0.1 is ±10 %. */
  readonly jitter: number;
  /** Share of the beats that do not happen. */
  readonly missed: number;
}

export interface DemoOptions {
  /** Folder that receives `logs/`, `truth.json` and `connections.ndjson.gz`. */
  readonly out: string;
  /** About how many records to write; the summary says the exact number. Default 200,000. */
  readonly records?: number;
  /** Default 7. The same options give the same bytes. */
  readonly seed?: number;
  /** Default: all. */
  readonly plants?: readonly PlantName[];
  /** Beacons to plant instead of the one that the seed chooses. Needs `beacon` among the plants. */
  readonly beacons?: readonly BeaconPlan[];
  /** Default: as many as hold 20,000 records each, at least 12. */
  readonly files?: number;
  /** Default: 1 to 7, growing with the records. */
  readonly days?: number;
  /** First instant of the capture in Unix seconds. Default: Monday 1 June 2026, 00:00 UTC. */
  readonly from?: number;
  /** Aggregation window; `mixed`: an interface has one or the other. Default 60. */
  readonly windowSeconds?: DemoWindow;
  /** What start and end of a record are: its first and last packet, or its whole window. Default `packets`. */
  readonly stamps?: DemoStamps;
  /** Default: 25 for 200,000 records, 500 for 10 million. The exposed host and the office come on top. */
  readonly hosts?: number;
  /** Write the DNS query logs of the hosts too: beside the flow logs, which stay as they are. */
  readonly dns?: boolean;
  /** Replace an earlier demo in `out`. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DemoProgress) => void;
}

interface DemoProgress {
  readonly filesTotal: number;
  readonly filesDone: number;
  readonly records: number;
}

/** The options that decide what is written, with every default filled in. */
export interface DemoPlan {
  readonly records: number;
  readonly seed: number;
  readonly plants: readonly PlantName[];
  readonly beacons: readonly BeaconPlan[] | undefined;
  readonly files: number;
  readonly days: number;
  readonly from: number;
  /** First second after the capture. */
  readonly to: number;
  readonly windowSeconds: DemoWindow;
  readonly stamps: DemoStamps;
  readonly hosts: number;
  readonly dns?: true;
}

const fewestHosts = 12;
const mostHosts = 4000;
const monday = Date.UTC(2026, 5, 1) / 1000;

/** Fills in the defaults and refuses values that no capture can have. */
export function planDemo(options: DemoOptions): DemoPlan {
  const records = whole('records', options.records ?? 200_000, 1000, 1e9);
  const days = whole('days', options.days ?? defaultDays(records), 1, 60);
  const from = whole('from', options.from ?? monday, 0, 4_000_000_000);
  const windowSeconds = options.windowSeconds ?? 60;
  const stamps = options.stamps ?? 'packets';
  oneOf('windowSeconds', windowSeconds, [60, 600, 'mixed']);
  oneOf('stamps', stamps, ['packets', 'windows']);
  return {
    records,
    seed: whole('seed', options.seed ?? 7, 0, 4294967295),
    plants: plantNames.filter((name) => knownPlants(options.plants).includes(name)),
    beacons: options.beacons?.map(checkedBeacon),
    files: whole('files', options.files ?? Math.max(12, Math.ceil(records / 20_000)), 1, days * 1440),
    days,
    from,
    to: from + days * 86_400,
    windowSeconds,
    stamps,
    hosts: whole('hosts', options.hosts ?? defaultHosts(records, days), fewestHosts, mostHosts),
    ...(options.dns === true ? { dns: true } : {}),
  };
}

function defaultDays(records: number): number {
  return Math.min(7, Math.max(1, Math.round(2 * (records / 200_000) ** 0.32)));
}

// 25 hosts for 200,000 records in 2 days, 500 for 10 million in 7: about two records a host and minute.
function defaultHosts(records: number, days: number): number {
  const perHostAndDay = 4000 * (days / 2) ** -0.27;
  const hosts = records / days / perHostAndDay;
  const rounded = hosts < 100 ? Math.round(hosts) : Math.round(hosts / 10) * 10;
  return Math.min(mostHosts, Math.max(fewestHosts, rounded));
}

function knownPlants(names: readonly string[] = plantNames): readonly string[] {
  for (const name of names)
    if (!plantNames.some((known) => known === name))
      throw new HuntError('usage.value', `Nothing called "${name}" can be planted`, {
        hint: `Choose from ${plantNames.join(', ')}.`,
      });
  return names;
}

function checkedBeacon(beacon: BeaconPlan): BeaconPlan {
  const sound =
    beacon.periodSeconds >= 1 &&
    beacon.periodSeconds <= 86_400 &&
    beacon.jitter >= 0 &&
    beacon.jitter <= 0.5 &&
    beacon.missed >= 0 &&
    beacon.missed < 1;
  if (!sound)
    throw new HuntError('usage.value', `No beacon can be planted from ${JSON.stringify(beacon)}`, {
      hint: 'The period is 1 to 86400 seconds, the jitter 0 to 0.5, the missed share 0 to below 1.',
    });
  return beacon;
}

function oneOf(name: string, value: unknown, choices: readonly (string | number)[]): void {
  if (!choices.some((choice) => choice === value))
    throw new HuntError('usage.value', `${name} is ${value}, but must be one of ${choices.join(', ')}`);
}

function whole(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new HuntError(
      'usage.value',
      `${name} is ${value}, but must be a whole number of ${least} to ${most}`,
    );
  return value;
}

import type { DemoPlan } from './options.ts';
import { mix, mixUnit, Random } from './random.ts';

type Role = 'web' | 'worker' | 'database' | 'bastion' | 'build' | 'idle' | 'exposed' | 'desktop';

/** A network interface, as AWS captures it. */
export interface NetworkInterface {
  readonly id: string;
  /** Windows of this interface start at multiples of the window plus this many seconds. */
  readonly phaseSeconds: number;
  readonly windowSeconds: number;
}

export interface Host {
  readonly index: number;
  readonly name: string;
  readonly role: Role;
  readonly address: string;
  readonly address6: string;
  readonly nic: NetworkInterface;
  /** Has an Internet address of its own, so that the Internet's scanners reach it. */
  readonly isPublic: boolean;
}

/** Who lives in the simulated account. */
export interface Estate {
  readonly account: string;
  readonly region: string;
  readonly flowLog: string;
  readonly hosts: readonly Host[];
  /** Every host of the service: neither idle, nor exposed, nor an office's. */
  readonly busy: readonly Host[];
  readonly byRole: Readonly<Record<Role, readonly Host[]>>;
  readonly reachable: readonly Host[];
  /** The estate's own ranges; its IPv6 range is made of Internet addresses, as in any VPC. */
  readonly ranges: readonly string[];
}

const vpc6 = '2a05:d014:1a2b:3c';

/** The hosts of the account by role, the same for the same seed and number of hosts. */
export function buildEstate(plan: DemoPlan): Estate {
  const { seed } = plan;
  const hosts = [...roles(plan.hosts), ...additions(plan)].map((role, index) => buildHost(plan, role, index));
  const ofRole = (role: Role) => hosts.filter((host) => host.role === role);
  return {
    account: String(200_000_000_000 + Math.floor(mixUnit(seed, 'account') * 700_000_000_000)),
    region: 'eu-central-1',
    flowLog: `fl-0${hex(16, seed, 'flow-log')}`,
    hosts,
    busy: hosts.filter(({ role }) => role !== 'idle' && role !== 'exposed' && role !== 'desktop'),
    byRole: {
      web: ofRole('web'),
      worker: ofRole('worker'),
      database: ofRole('database'),
      bastion: ofRole('bastion'),
      build: ofRole('build'),
      idle: ofRole('idle'),
      exposed: ofRole('exposed'),
      desktop: ofRole('desktop'),
    },
    reachable: hosts.filter((host) => host.isPublic),
    ranges: ['10.20.0.0/16', `${vpc6}00::/56`],
  };
}

function roles(count: number): Role[] {
  const idle = Math.max(1, Math.round(count * 0.04));
  const build = Math.max(1, Math.round(count * 0.03));
  const bastion = Math.max(1, Math.round(count * 0.004));
  const database = Math.max(2, Math.round(count * 0.15));
  const web = Math.max(3, Math.round(count * 0.22));
  const worker = count - idle - build - bastion - database - web;
  const counts: readonly (readonly [Role, number])[] = [
    ['bastion', bastion],
    ['web', web],
    ['worker', worker],
    ['database', database],
    ['build', build],
    ['idle', idle],
  ];
  return counts.flatMap(([role, number]) => Array.from({ length: number }, () => role));
}

// Hosts of circumstances come after the others, so that these are the same with and without them.
function additions({ plants, records }: DemoPlan): Role[] {
  const desktops = plants.includes('office') ? (records < 100_000 ? 3 : 6) : 0;
  return [
    ...Array.from({ length: plants.includes('exposed') ? 1 : 0 }, (): Role => 'exposed'),
    ...Array.from({ length: desktops }, (): Role => 'desktop'),
  ];
}

// One /20 of 10.20.0.0/16 per kind of subnet, spread over it as an autoscaled fleet is.
const subnets: Readonly<Record<Role, number>> = {
  bastion: 0,
  web: 16,
  worker: 48,
  database: 96,
  build: 128,
  idle: 144,
  exposed: 160,
  desktop: 176,
};

function buildHost(plan: DemoPlan, role: Role, index: number): Host {
  const { seed } = plan;
  const mixed = mixUnit(seed, 'window', index) < 0.5 ? 60 : 600;
  const windowSeconds = plan.windowSeconds === 'mixed' ? mixed : plan.windowSeconds;
  // 4,093 is prime and all of a /20 but its first and last addresses: no two indexes below it share a place.
  const place = 2 + ((index * 1979 + Math.floor(mixUnit(seed, 'place', role) * 4093)) % 4093);
  return {
    index,
    name: `${role}-${index}`,
    role,
    address: `10.20.${subnets[role] + (place >> 8)}.${place & 255}`,
    address6: `${vpc6}0${(subnets[role] >> 4).toString(16)}::${(place + 0x1000).toString(16)}`,
    nic: {
      id: `eni-0${hex(16, seed, 'nic', index)}`,
      phaseSeconds: Math.floor(mixUnit(seed, 'phase', index) * windowSeconds),
      windowSeconds,
    },
    isPublic: role === 'web' || role === 'bastion' || (role === 'worker' && index % 2 === 0),
  };
}

/** Hexadecimal digits, at most 32, that belong to the key. */
export function hex(digits: number, ...key: readonly (string | number)[]): string {
  const random = new Random('hex', ...key);
  let text = '';
  while (text.length < digits) text += mix(random.integer(0, 4294967295)).toString(16).padStart(8, '0');
  return text.slice(0, digits);
}

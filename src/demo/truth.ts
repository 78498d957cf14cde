import type { Connection } from './connection.ts';
import type { Estate } from './hosts.ts';
import { type DemoPlan, type PlantName, threatNames } from './options.ts';
import type { Planted } from './plant/all.ts';
import type { Planting, Question } from './plant/planting.ts';
import { administrators } from './profiles/administration.ts';
import { plantedName } from './query-log.ts';
import type { RecordTotals } from './record-lines.ts';

/** A planted thing as `truth.json` tells it. Times are Unix seconds, bytes as the local end sees them. */
interface PlantedTruth extends Omit<Planting, 'connections'> {
  readonly plant: PlantName;
  readonly connections: number;
  /** Distinct hosts of the estate at the other end of `peer`. */
  readonly locals: number;
  /** Distinct ports that were asked for. */
  readonly servicePorts: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly firstStart: number | null;
  readonly lastStart: number | null;
  /** With query logs: the name that the local end asked DNS for; null where none did. */
  readonly name?: string | null;
}

/** What `truth.json` holds: how the demo was made, what is planted in it, and what the records add up to. */
export interface DemoTruth {
  readonly seed: number;
  readonly options: DemoPlan;
  /** The estate's own ranges. The IPv6 one is made of Internet addresses: declare it local to see it so. */
  readonly ownRanges: readonly string[];
  readonly hosts: readonly {
    readonly name: string;
    readonly role: string;
    readonly address: string;
    readonly interfaceId: string;
  }[];
  /** Who may log in by SSH from the Internet. */
  readonly administrators: readonly string[];
  /** The threats of the four questions. */
  readonly planted: readonly (PlantedTruth & { readonly question: Question })[];
  /** Circumstances that hide a threat or are mistaken for one: of each, what it is and how loud it may be at most. */
  readonly circumstances: readonly PlantedTruth[];
  readonly totals: RecordTotals;
  readonly files: number;
  /** What was written of DNS query logs; absent where none were asked for. */
  readonly dns?: { readonly queries: number };
}

/** Sums up what was planted and written. */
export function demoTruth(
  plan: DemoPlan,
  estate: Estate,
  plantings: readonly Planted[],
  totals: RecordTotals,
  queries: number | undefined,
): DemoTruth {
  const all = plantings.map((planting) => ({
    ...summed(planting),
    ...(queries === undefined ? {} : { name: plantedName(plan, planting) }),
  }));
  return {
    seed: plan.seed,
    options: plan,
    ownRanges: estate.ranges,
    hosts: estate.hosts.map(({ name, role, address, nic }) => ({ name, role, address, interfaceId: nic.id })),
    administrators: administrators(plan.seed),
    planted: all.flatMap((one) => (isThreat(one) ? [one] : [])),
    circumstances: all.filter((one) => !isThreat(one)),
    totals,
    files: plan.files,
    ...(queries === undefined ? {} : { dns: { queries } }),
  };
}

function isThreat(one: PlantedTruth): one is PlantedTruth & { readonly question: Question } {
  return one.question !== null && threatNames.some((name) => name === one.plant);
}

function summed({ connections, ...facts }: Planted): PlantedTruth {
  // Between two hosts the scanner is the local end, and its targets are the other one.
  const locals = connections.map((one) => (one.local === facts.peer ? one.peer : one.local));
  const ports = connections.map((one) => (one.initiator === 'local' ? one.peerPort : one.localPort));
  return {
    ...facts,
    connections: connections.length,
    locals: new Set(locals).size,
    servicePorts: new Set(ports).size,
    bytesOut: connections.reduce((sum, { bytesOut }) => sum + bytesOut, 0),
    bytesIn: connections.reduce((sum, { bytesIn }) => sum + bytesIn, 0),
    firstStart: connections[0]?.start ?? null,
    lastStart: connections.at(-1)?.start ?? null,
  };
}

/** One line of `connections.ndjson.gz`: a planted connection as it truly was, before AWS cut it into records. */
export function connectionLine(question: Question | null, kind: string, connection: Connection): string {
  const { start, end, local, localPort, peer, peerPort, protocol } = connection;
  const { packetsOut, bytesOut, packetsIn, bytesIn, initiator, rejectedBy = null } = connection;
  const line = {
    question,
    kind,
    start,
    end,
    local,
    localPort,
    peer,
    peerPort,
    protocol,
    packetsOut,
    bytesOut,
    packetsIn,
    bytesIn,
    initiator,
    rejectedBy,
  };
  return `${JSON.stringify(line)}\n`;
}

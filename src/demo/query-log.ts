import { join } from 'node:path';
import type { Connection } from './connection.ts';
import { type Estate, type Host, hex } from './hosts.ts';
import type { DemoPlan } from './options.ts';
import type { Planting } from './plant/planting.ts';
import { mix, mixUnit } from './random.ts';
import { inventedName, serverName } from './server-names.ts';

/** Ports to which nobody connects by a name: DNS itself, and clocks. */
const nameless = new Set([0, 53, 123]);
/** How long an answer may be kept, by the name. */
const lifetimes = [60, 300, 300, 3600];

/** The name by which the hosts of the estate know the other end of a planted thing; null where none asked. */
export function plantedName({ seed }: DemoPlan, { question, direction, peer }: Planting): string | null {
  if (direction !== 'outbound' || (question !== 'c2' && question !== 'exfil')) return null;
  return inventedName(question === 'c2' ? 'status' : 'upload', seed, question, peer);
}

/**
 * What the Resolver of the estate's VPC logs: before a host connects to a server on the Internet it asks for its name,
 * unless it has the answer still. The flow logs stay as they are: no random number is drawn for it.
 */
export class QueryLog {
  readonly #plan: DemoPlan;
  readonly #estate: Estate;
  readonly #hosts: ReadonlyMap<string, Host>;
  readonly #instances: ReadonlyMap<string, string>;
  readonly #planted: ReadonlyMap<string, string>;
  readonly #vpc: string;
  readonly #keptUntil = new Map<string, number>();
  #lines: { readonly at: number; readonly text: string }[] = [];
  /** Queries so far. */
  queries = 0;

  constructor(plan: DemoPlan, estate: Estate, plantings: readonly Planting[]) {
    this.#plan = plan;
    this.#estate = estate;
    this.#hosts = new Map(estate.hosts.map((host) => [host.nic.id, host]));
    this.#vpc = `vpc-0${hex(16, plan.seed, 'vpc')}`;
    this.#instances = new Map(
      estate.hosts.map(({ nic, index }) => [nic.id, `i-0${hex(16, plan.seed, 'instance', index)}`]),
    );
    const named = plantings.map((planting) => [planting.peer, plantedName(plan, planting)] as const);
    this.#planted = new Map(named.flatMap(([peer, name]) => (name === null ? [] : [[peer, name]])));
  }

  /** Notes what a host asks before a connection that it starts. */
  add({ initiator, peerInterface, peerPort, peer, start, localInterface }: Connection): void {
    const host = this.#hosts.get(localInterface.id);
    if (initiator !== 'local' || peerInterface !== undefined || nameless.has(peerPort) || !host) return;
    const { seed, from } = this.#plan;
    const name = this.#planted.get(peer) ?? serverName(seed, peer, host.index);
    const key = `${host.index} ${peer} ${name}`;
    if ((this.#keptUntil.get(key) ?? 0) > start) return;
    const lifetime = lifetimes[mix(seed, 'lifetime', name) % lifetimes.length] ?? 300;
    const at = Math.max(from, start - Math.floor(2 * mixUnit(seed, 'asks', host.index, peer, start)));
    this.#keptUntil.set(key, at + lifetime);
    this.#lines.push({ at, text: this.#record(host, name, peer, at) });
    this.queries += 1;
  }

  /** The lines since the last call, in the order of time. */
  text(upTo: number): Buffer {
    const lines = this.#lines.sort((a, b) => a.at - b.at || (a.text < b.text ? -1 : 1));
    this.#lines = [];
    for (const [key, until] of this.#keptUntil) if (until < upTo) this.#keptUntil.delete(key);
    return Buffer.from(lines.map(({ text }) => text).join(''));
  }

  /** Where AWS would deliver the queries of the slice that begins at `from`. */
  file(from: number): string {
    const { account } = this.#estate;
    const stamp = new Date(from * 1000).toISOString();
    const [year = '', month = '', day = ''] = stamp.slice(0, 10).split('-');
    const time = `${year}${month}${day}T${stamp.slice(11, 13)}${stamp.slice(14, 16)}Z`;
    const name = `${this.#vpc}_vpcdnsquerylogs_${account}_${time}_${hex(8, this.#plan.seed, 'queries', from)}.log.gz`;
    return join('AWSLogs', account, 'vpcdnsquerylogs', this.#vpc, year, month, day, name);
  }

  #record({ index, address, nic }: Host, name: string, peer: string, at: number): string {
    const { account, region } = this.#estate;
    const { seed } = this.#plan;
    const type = peer.includes(':') ? 'AAAA' : 'A';
    const record = {
      version: '1.100000',
      account_id: account,
      region,
      vpc_id: this.#vpc,
      query_timestamp: `${new Date(at * 1000).toISOString().slice(0, 19)}Z`,
      query_name: `${name}.`,
      query_type: type,
      query_class: 'IN',
      rcode: 'NOERROR',
      answers: [{ Rdata: peer, Type: type, Class: 'IN' }],
      srcaddr: address,
      srcport: String(32_768 + (mix(seed, 'query port', index, peer, at) % 28_000)),
      transport: 'UDP',
      srcids: { instance: this.#instances.get(nic.id) },
    };
    return `${JSON.stringify(record)}\n`;
  }
}

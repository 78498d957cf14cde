import { type Connection, cut } from './connection.ts';
import type { Estate, NetworkInterface } from './hosts.ts';
import { LineSorter } from './line-sorter.ts';
import type { DemoPlan } from './options.ts';

/** What the written records are, counted as the funnel counts them (without any range declared local). */
export interface RecordTotals {
  records: number;
  accepted: number;
  rejected: number;
  noData: number;
  skipData: number;
  eastWest: number;
  northSouth: number;
  /** North/south records that the NTP rule matches. */
  ntp: number;
  toInternet: number;
  fromInternet: number;
  bytesToInternet: number;
  /** Among `toInternet`: replies to the estate's own IPv6 addresses, which are Internet addresses too. */
  toOwnIpv6: number;
}

/** Totals of no records. */
export function noRecords(): RecordTotals {
  return {
    records: 0,
    accepted: 0,
    rejected: 0,
    noData: 0,
    skipData: 0,
    eastWest: 0,
    northSouth: 0,
    ntp: 0,
    toInternet: 0,
    fromInternet: 0,
    bytesToInternet: 0,
    toOwnIpv6: 0,
  };
}

/** The default format of AWS, as the header line of every file names it. */
export const header =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/** The lines of one slice of the capture: records whose window ends in (after, upTo], minute by minute. */
export class RecordLines {
  readonly #lines: LineSorter;
  readonly #account: string;
  readonly #plan: DemoPlan;
  readonly #after: number;
  readonly #upTo: number;
  readonly #totals: RecordTotals;

  constructor(estate: Estate, plan: DemoPlan, after: number, upTo: number, totals: RecordTotals) {
    this.#account = estate.account;
    this.#plan = plan;
    this.#after = after;
    this.#upTo = upTo;
    this.#totals = totals;
    this.#lines = new LineSorter(Math.ceil((upTo - after) / 60));
  }

  /** Writes what falls into the slice, at both ends' interfaces; returns whether more comes later. */
  addConnection(connection: Connection): boolean {
    const { peerInterface } = connection;
    const laterHere = this.#addSide(connection, connection.localInterface, connection.rejectedBy === 'local');
    if (peerInterface === undefined) return laterHere;
    return this.#addSide(connection, peerInterface, connection.rejectedBy === 'peer') || laterHere;
  }

  /** The window until `end`, in which the interface saw nothing, or in which AWS lost what it saw. */
  addGap(nic: NetworkInterface, end: number, status: 'NODATA' | 'SKIPDATA'): void {
    const start = Math.max(this.#plan.from, end - nic.windowSeconds);
    this.#totals.records++;
    if (status === 'NODATA') this.#totals.noData++;
    else this.#totals.skipData++;
    this.#append(end, `2 ${this.#account} ${nic.id} - - - - - - - ${start} ${end - 1} - ${status}`);
  }

  /** The slice's text, header first. */
  text(): Buffer {
    return this.#lines.text(header);
  }

  #addSide(connection: Connection, nic: NetworkInterface, isRejected: boolean): boolean {
    const { local, localPort, peer, peerPort, protocol } = connection;
    const outHead = `2 ${this.#account} ${nic.id} ${local} ${peer} ${localPort} ${peerPort} ${protocol} `;
    const inHead = `2 ${this.#account} ${nic.id} ${peer} ${local} ${peerPort} ${localPort} ${protocol} `;
    const { from, stamps } = this.#plan;
    const wholeWindows = stamps === 'windows';
    const tail = isRejected ? ' REJECT OK' : ' ACCEPT OK';
    return cut(
      connection,
      nic,
      this.#plan,
      this.#after,
      this.#upTo,
      (outbound, packets, bytes, first, last, windowEnd) => {
        this.#count(connection, isRejected, outbound, packets, bytes);
        const start = wholeWindows ? Math.max(from, windowEnd - nic.windowSeconds) : first;
        const end = wholeWindows ? windowEnd - 1 : last;
        this.#append(windowEnd, `${outbound ? outHead : inHead}${packets} ${bytes} ${start} ${end}${tail}`);
      },
    );
  }

  #append(windowEnd: number, line: string): void {
    this.#lines.add(Math.floor((windowEnd - 1 - this.#after) / 60), line);
  }

  #count(
    connection: Connection,
    isRejected: boolean,
    outbound: boolean,
    packets: number,
    bytes: number,
  ): void {
    const totals = this.#totals;
    totals.records++;
    if (isRejected) {
      totals.rejected++;
      return;
    }
    totals.accepted++;
    if (connection.peerInterface !== undefined) {
      totals.eastWest++;
      return;
    }
    totals.northSouth++;
    const servicePort = outbound ? connection.peerPort : connection.localPort;
    if (connection.protocol === 17 && servicePort === 123 && packets === 1 && bytes === 76) {
      totals.ntp++;
      return;
    }
    const toOwnIpv6 = !outbound && connection.local.includes(':');
    if (outbound || toOwnIpv6) {
      totals.toInternet++;
      totals.bytesToInternet += bytes;
    } else totals.fromInternet++;
    if (toOwnIpv6) totals.toOwnIpv6++;
  }
}

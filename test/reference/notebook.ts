// The independent reference: the notebook's steps as the product defines them, slow and line by line.
// It shares no code with the engine; the two must agree on every input.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { type ReferenceScope, scopeOf } from './addresses.ts';
import { type ReferenceRecord, readLines } from './lines.ts';

export interface ReferenceOptions {
  /** Count records that are identical to an earlier one again, as the notebook does. */
  readonly keepDuplicates?: boolean;
  /** Rows of each top; default 1000. */
  readonly limit?: number;
}

/** The funnel of the product as far as it needs no labels; every value counts records. */
interface ReferenceFunnel {
  records: number;
  unreadable: number;
  duplicate: number;
  noData: number;
  skipData: number;
  rejected: number;
  accepted: number;
  eastWest: number;
  northSouth: number;
  noise: number;
  noiseByRule: { ntp: number };
  kept: number;
  toInternet: number;
  fromInternet: number;
}

/** Lines of the flow logs read: lines = headers + blank + funnel.records. */
interface ReferenceLines {
  lines: number;
  headers: number;
  blank: number;
}

interface ReferenceFiles {
  files: number;
  /** Without a line that is not blank. */
  emptyFiles: number;
  /** Cut or corrupt gzip: of a cut file what lies before the cut is read, of a corrupt one nothing. */
  failedFiles: string[];
  /** Neither header nor default format; none of their lines is counted. */
  notFlowLogs: string[];
}

interface ReferenceReject {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** One group of the records to the Internet by the notebook's seven keys. */
export interface ReferenceGroup {
  readonly accountId: string | null;
  readonly interfaceId: string | null;
  readonly srcAddr: string | null;
  readonly dstAddr: string;
  readonly dstPort: number | null;
  readonly protocol: number | null;
  readonly action: string | null;
  flows: number;
  bytes: bigint;
  packets: bigint;
}

type ReferenceOrder = 'flows' | 'bytes' | 'packets';

export interface Reference {
  readonly files: ReferenceFiles;
  readonly lines: ReferenceLines;
  readonly funnel: ReferenceFunnel;
  readonly toInternetBytes: bigint;
  readonly rejects: readonly ReferenceReject[];
  /** Every group, ordered by its keys. */
  readonly groups: readonly ReferenceGroup[];
  readonly top: Readonly<Record<ReferenceOrder, readonly ReferenceGroup[]>>;
}

/** Reads every file under the folder, plain or gzip, and takes the notebook's steps. */
export function runReference(folder: string, options: ReferenceOptions = {}): Reference {
  const files: ReferenceFiles = { files: 0, emptyFiles: 0, failedFiles: [], notFlowLogs: [] };
  const lines: ReferenceLines = { lines: 0, headers: 0, blank: 0 };
  const funnel = emptyFunnel();
  const rejects: ReferenceReject[] = [];
  const groups = new Map<string, ReferenceGroup>();
  const seen = new Set<string>();

  for (const file of filesUnder(folder)) {
    files.files++;
    const { bytes, whole } = unpacked(readFileSync(join(folder, file)));
    if (!whole) files.failedFiles.push(file);
    const read = readLines(bytes);
    if (read.kind === 'empty' && whole) files.emptyFiles++;
    if (read.kind === 'not-a-flow-log') files.notFlowLogs.push(file);
    for (const [index, line] of read.lines.entries()) {
      lines.lines++;
      if (line.kind === 'blank') lines.blank++;
      if (line.kind === 'header') lines.headers++;
      if (line.kind === 'unreadable') {
        funnel.records++;
        funnel.unreadable++;
        rejects.push({ file, line: index + 1, reason: line.reason });
      }
      if (line.kind === 'record') {
        funnel.records++;
        const identity = identityOf(line.record);
        if (seen.has(identity) && options.keepDuplicates !== true) funnel.duplicate++;
        else countRecord(line.record, funnel, groups);
        seen.add(identity);
      }
    }
  }
  const sorted = [...groups.values()].sort(byKeys);
  const top = (order: ReferenceOrder) =>
    [...sorted]
      .sort((a, b) => descending(a[order], b[order]) || byKeys(a, b))
      .slice(0, options.limit ?? 1000);
  return {
    files,
    lines,
    funnel,
    toInternetBytes: sorted.reduce((sum, group) => sum + group.bytes, 0n),
    rejects,
    groups: sorted,
    top: { flows: top('flows'), bytes: top('bytes'), packets: top('packets') },
  };
}

/** What does not add up, by the identities of the product; empty when all is well. */
export function unreconciled({ lines, funnel: f }: Pick<Reference, 'lines' | 'funnel'>): string[] {
  const identities: readonly (readonly [string, number, number])[] = [
    ['lines = headers + blank + records', lines.lines, lines.headers + lines.blank + f.records],
    [
      'records = unreadable + duplicate + noData + skipData + rejected + accepted',
      f.records,
      f.unreadable + f.duplicate + f.noData + f.skipData + f.rejected + f.accepted,
    ],
    ['accepted = eastWest + northSouth', f.accepted, f.eastWest + f.northSouth],
    ['northSouth = noise + kept', f.northSouth, f.noise + f.kept],
    ['noise = its one rule', f.noise, f.noiseByRule.ntp],
    ['kept = toInternet + fromInternet', f.kept, f.toInternet + f.fromInternet],
  ];
  return identities.filter(([, left, right]) => left !== right).map(([name, l, r]) => `${name}: ${l}, ${r}`);
}

/** One record's way down the funnel. */
function countRecord(
  { status, values }: ReferenceRecord,
  funnel: ReferenceFunnel,
  groups: Map<string, ReferenceGroup>,
): void {
  if (status === 'NODATA') {
    funnel.noData++;
    return;
  }
  if (status === 'SKIPDATA') {
    funnel.skipData++;
    return;
  }
  if (values.get('action') === 'REJECT') {
    funnel.rejected++;
    return;
  }
  funnel.accepted++;
  const src = scope(values.get('srcaddr'));
  const dst = scope(values.get('dstaddr'));
  if (src !== 'internet' && dst !== 'internet') {
    funnel.eastWest++;
    return;
  }
  funnel.northSouth++;
  if (isNtp(values)) {
    funnel.noise++;
    funnel.noiseByRule.ntp++;
    return;
  }
  funnel.kept++;
  if (dst !== 'internet') {
    funnel.fromInternet++;
    return;
  }
  funnel.toInternet++;
  addToGroup(values, groups);
}

function isNtp(values: ReadonlyMap<string, string>): boolean {
  return (
    values.get('dstport') === '123' &&
    values.get('protocol') === '17' &&
    values.get('packets') === '1' &&
    values.get('bytes') === '76'
  );
}

const keyNames = ['account-id', 'interface-id', 'srcaddr', 'dstaddr', 'dstport', 'protocol', 'action'];

function addToGroup(values: ReadonlyMap<string, string>, groups: Map<string, ReferenceGroup>): void {
  const key = JSON.stringify(keyNames.map((name) => values.get(name) ?? null));
  let group = groups.get(key);
  if (group === undefined) {
    group = {
      accountId: values.get('account-id') ?? null,
      interfaceId: values.get('interface-id') ?? null,
      srcAddr: values.get('srcaddr') ?? null,
      dstAddr: values.get('dstaddr') ?? '',
      dstPort: numberOrNull(values.get('dstport')),
      protocol: numberOrNull(values.get('protocol')),
      action: values.get('action') ?? null,
      flows: 0,
      bytes: 0n,
      packets: 0n,
    };
    groups.set(key, group);
  }
  group.flows++;
  group.bytes += BigInt(values.get('bytes') ?? '0');
  group.packets += BigInt(values.get('packets') ?? '0');
}

/** Equal exactly for records that are identical field by field. */
function identityOf({ values }: ReferenceRecord): string {
  return JSON.stringify([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function byKeys(a: ReferenceGroup, b: ReferenceGroup): number {
  return (
    ascending(a.accountId, b.accountId) ||
    ascending(a.interfaceId, b.interfaceId) ||
    ascending(a.srcAddr, b.srcAddr) ||
    ascending(a.dstAddr, b.dstAddr) ||
    ascending(a.dstPort, b.dstPort) ||
    ascending(a.protocol, b.protocol) ||
    ascending(a.action, b.action)
  );
}

/** Null first, numbers by value, text by code point (which is the order of its UTF-8 bytes). */
function ascending<T extends string | number>(a: T | null, b: T | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

function descending(a: number | bigint, b: number | bigint): number {
  return a > b ? -1 : a < b ? 1 : 0;
}

function scope(address: string | undefined): ReferenceScope | undefined {
  return address === undefined ? undefined : scopeOf(address);
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** The bytes as they are, or unpacked when they begin as gzip does. */
function unpacked(bytes: Buffer): { readonly bytes: Buffer; readonly whole: boolean } {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { bytes, whole: true };
  try {
    return { bytes: gunzipSync(bytes), whole: true };
  } catch {
    return { bytes: beforeTheCut(bytes), whole: false };
  }
}

function beforeTheCut(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

function emptyFunnel(): ReferenceFunnel {
  return {
    records: 0,
    unreadable: 0,
    duplicate: 0,
    noData: 0,
    skipData: 0,
    rejected: 0,
    accepted: 0,
    eastWest: 0,
    northSouth: 0,
    noise: 0,
    noiseByRule: { ntp: 0 },
    kept: 0,
    toInternet: 0,
    fromInternet: 0,
  };
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Finding, openWorkspace, type Workspace } from '../../src/index.ts';

// Small traffic by hand, for what is known of peers apart from their traffic.

export const monday = 1_780_272_000;
export const hour = 3600;
export const day = 24 * hour;

export const beaconPeer = '185.220.101.5';
export const amazonPeer = '52.94.236.248';
export const quietPeer = '45.76.93.13';
export const host = '10.0.0.5';

interface Talk {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly at: number;
  readonly up?: number;
  readonly down?: number;
  readonly refused?: boolean;
}

let nextPort = 20_000;

/** The records of one TCP session in one window of 60 s; one record where it is refused. */
function session({ from, to, port, at, up = 400, down = 900, refused }: Talk): string[] {
  nextPort = nextPort >= 60_000 ? 20_000 : nextPort + 1;
  const line = (src: string, srcPort: number, dst: string, dstPort: number, bytes: number) =>
    `2 123456789012 eni-1 ${src} ${dst} ${srcPort} ${dstPort} 6 5 ${bytes} ${at} ${at + 20} ${refused ? 'REJECT' : 'ACCEPT'} OK`;
  const asking = line(from, nextPort, to, port, up);
  return refused ? [asking] : [asking, line(to, port, from, nextPort, down)];
}

export const repeat = (count: number, talk: (index: number) => Talk) =>
  Array.from({ length: count }, (_, index) => talk(index)).flatMap(session);

/** A host that calls its peer every five minutes for more than a day: a beacon. */
export const beacon = (to: string, at = monday) =>
  repeat(288, (index) => ({ from: host, to, port: 443, at: at + index * 305 }));

const scratch = mkdtempSync(join(tmpdir(), 'northsouth-known-'));
let made = 0;

export function removeScratchAfterwards(): void {
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
}

/** A path that nothing lies at. */
export function place(name: string): string {
  made += 1;
  return join(scratch, `${made}-${name}`);
}

/** A file with the text, for what reads files. */
export function fileOf(name: string, text: string | Uint8Array): string {
  const path = place(name);
  writeFileSync(path, text);
  return path;
}

/** A new workspace with the records in it. */
export async function workspaceOf(...parts: readonly string[][]): Promise<Workspace> {
  const workspace = await openWorkspace({ workspace: place('workspace'), create: true, threads: 2 });
  await workspace.load([fileOf('flows.log', `${parts.flat().join('\n')}\n`)]);
  return workspace;
}

/** The first finding about a peer. */
export const about = (findings: readonly Finding[], peer: string): Finding | undefined =>
  findings.find((one) => one.peer === peer);

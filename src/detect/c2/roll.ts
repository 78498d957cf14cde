import type { Member } from '../finding.ts';
import type { C2Row } from './row.ts';

/** The peers that a row or a mesh consists of, each with its bout, in the order of those; none of a single pair. */
export function peersOf(row: C2Row): Member[] {
  const { peerNames, peerSince, peerUntil, peerSessions, peerNetworks, peerCountries } = row;
  return (peerNames ?? []).map((peer, at) => ({
    peer: String(peer),
    firstSeen: Number(peerSince?.[at] ?? row.firstSeen),
    lastSeen: Number(peerUntil?.[at] ?? row.lastSeen),
    sessions: Number(peerSessions?.[at] ?? 0),
    network: textOf(peerNetworks?.[at]),
    country: textOf(peerCountries?.[at]),
  }));
}

/** A pair as a member of what stands for it. */
export function memberOf({ peer, firstSeen, lastSeen, sessions, network, country }: C2Row): Member {
  return { peer, firstSeen, lastSeen, sessions, network, country };
}

function textOf(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

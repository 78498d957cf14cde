import type { CircumstancesOf } from '../detect/circumstances.ts';
import type { Finding, ListedPeer } from '../detect/results.ts';
import { type IntelValues, listedCircumstance } from '../detect/threat-lists.ts';
import type { Engine } from '../engine/engine.ts';
import type { Hit } from '../intel/list.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { hitsOf, listedTraffic } from '../traffic/listed.ts';
import { isoTime, type Period } from '../traffic/period.ts';

/** What lists say of each of the addresses, by `intel` or rows like those. */
export async function hitsByAddress(
  engine: Engine,
  addresses: Sql,
  signal: AbortSignal | undefined,
  listed?: Sql,
): Promise<Map<string, Hit[]>> {
  const hits = new Map<string, Hit[]>();
  for (const { address, ...hit } of await engine.ask(hitsOf(addresses, listed), signal)) {
    const own = hits.get(address);
    if (own === undefined) hits.set(address, [hit]);
    else own.push(hit);
  }
  return hits;
}

/** What lists say of the peer of each finding. */
export function listCircumstances(
  hits: ReadonlyMap<string, readonly Hit[]>,
  values: IntelValues,
): CircumstancesOf {
  return ({ peer, servicePort }) => {
    const own = hits.get(peer);
    return own === undefined ? [] : [listedCircumstance(own, servicePort, values)];
  };
}

/**
 * The peers on threat lists with their traffic, those first that deserve a look first: reported at the very port, then
 * what got through, then what is not known to be good, then what own hosts started, then by lists and bytes.
 */
export async function listedPeers(
  engine: Engine,
  source: 'sessions' | 'flows',
  period: Period,
  findings: readonly Finding[] | undefined,
  signal: AbortSignal | undefined,
): Promise<ListedPeer[]> {
  const traffic = await engine.ask(listedTraffic(source, period), signal);
  if (traffic.length === 0) return [];
  const threats = sql`SELECT address FROM intel WHERE kind = 'threat'`;
  const hits = await hitsByAddress(engine, threats, signal);
  const found = new Map<string, number>();
  for (const { peer } of findings ?? []) found.set(peer, (found.get(peer) ?? 0) + 1);
  const peers = traffic.map(({ firstSeen, lastSeen, ...row }): ListedPeer => {
    const own = hits.get(row.peer) ?? [];
    const lists = own.filter(({ kind }) => kind === 'threat');
    return {
      ...row,
      firstSeen: isoTime(firstSeen),
      lastSeen: isoTime(lastSeen),
      portMatches: lists.some(({ port }) => port !== null && row.ports.includes(port)),
      lists,
      knownGood: own.filter(({ kind }) => kind === 'known-good'),
      findings: findings === undefined ? null : (found.get(row.peer) ?? 0),
    };
  });
  return peers.sort(compareListedPeers);
}

function compareListedPeers(a: ListedPeer, b: ListedPeer): number {
  const [ranksOfA, ranksOfB] = [ranksOf(a), ranksOf(b)];
  const place = ranksOfA.findIndex((rank, index) => rank !== ranksOfB[index]);
  if (place >= 0) return (ranksOfB[place] ?? 0) - (ranksOfA[place] ?? 0);
  return a.peer < b.peer ? -1 : 1;
}

function ranksOf({ portMatches, accepted, knownGood, directions, lists, bytesOut, bytesIn }: ListedPeer) {
  return [
    Number(portMatches && accepted > 0),
    Number(accepted > 0),
    Number(knownGood.length === 0),
    Number(directions.includes('outbound')),
    new Set(lists.map(({ list }) => list)).size,
    bytesOut + bytesIn,
  ];
}

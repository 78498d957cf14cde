import { list, sql } from '../../sql/sql.ts';
import { compareFindings, type Judgement, severities } from '../finding.ts';
import { hasSubscribers } from './company.ts';
import { memberOf } from './roll.ts';
import type { C2Row } from './row.ts';
import { amount } from './words.ts';

/** A candidate with what was judged of it. */
type Judged = readonly [C2Row, Judgement];

/**
 * One finding for what is one thing: a row of peers or a mesh stands for its members, and the strongest of the addresses
 * of one service for the others. It names all of them; a member that is more severe by itself keeps its own finding.
 */
export function gathered(rows: readonly C2Row[], judgements: readonly Judgement[]): Judgement[] {
  const judged = rows.flatMap((row, at): Judged[] => {
    const judgement = judgements[at];
    return judgement === undefined ? [] : [[row, judgement]];
  });
  const groups = chosenGroups(judged.filter(([row, { answer }]) => row.shape !== 'pair' && answer === 'yes'));
  const singles = judged.filter(([row, own]) => row.shape === 'pair' && !standIns(groups, row, own));
  return [...groups.map(([, judgement]) => judgement), ...services(singles)];
}

/** Bands of sizes overlap: of rows that share most of their peers the strongest stands. */
function chosenGroups(found: readonly Judged[]): Judged[] {
  const chosen: Judged[] = [];
  for (const group of [...found].sort(byStrength)) {
    const isToldAlready = chosen.some(
      ([row, own]) => isOfOneKind(row, group[0]) && overlap(own, group[1]) >= 0.5,
    );
    if (!isToldAlready) chosen.push(group);
  }
  return chosen;
}

function byStrength([, a]: Judged, [, b]: Judged): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    size(b) - size(a) ||
    compareFindings(a, b)
  );
}

function size({ peers }: Judgement): number {
  return peers?.length ?? 0;
}

function isOfOneKind(a: C2Row, b: C2Row): boolean {
  return (
    a.shape === b.shape && a.local === b.local && a.servicePort === b.servicePort && a.protocol === b.protocol
  );
}

function overlap(a: Judgement, b: Judgement): number {
  if (a.subject.peer === b.subject.peer) return 1;
  const names = new Set(a.peers?.map(({ peer }) => peer));
  return (b.peers ?? []).filter(({ peer }) => names.has(peer)).length / Math.max(1, size(b));
}

/** Whether a group names the peer of a single pair and is at least as severe. */
function standIns(groups: readonly Judged[], row: C2Row, own: Judgement): boolean {
  return groups.some(
    ([group, judgement]) =>
      group.local === row.local &&
      group.protocol === row.protocol &&
      (group.shape === 'mesh' || group.servicePort === row.servicePort) &&
      severities.indexOf(judgement.severity) >= severities.indexOf(own.severity) &&
      judgement.peers?.some(({ peer }) => peer === row.peer) === true,
  );
}

/**
 * Addresses of one network to which a host keeps one pace on one port are one service: the strongest stands for them.
 * Subscribers of an access provider have nothing in common but who sells them their lines.
 */
function services(singles: readonly Judged[]): Judgement[] {
  const byService = new Map<string, Judged[]>();
  for (const one of singles) {
    const [row, { answer }] = one;
    const { asn, pitch, local, servicePort, protocol, way } = row;
    const isOne =
      answer === 'yes' && asn !== null && pitch !== null && !hasSubscribers(row.network, row.provider);
    const key = isOne
      ? JSON.stringify([way, local, asn, servicePort, protocol, pitch])
      : `alone ${byService.size}`;
    byService.set(key, [...(byService.get(key) ?? []), one]);
  }
  return [...byService.values()].map(standing);
}

function standing(those: readonly Judged[]): Judgement {
  const [first, ...others] = [...those].sort(([, a], [, b]) => compareFindings(a, b));
  if (first === undefined) throw new Error('a service without an address');
  const [row, judgement] = first;
  if (others.length === 0) return judgement;
  const members = [row, ...others.map(([other]) => other)].map(memberOf);
  const names = members.map(({ peer }) => peer);
  const same = sql`local = ${row.local} AND peer IN (${list(names)}) AND service_port = ${row.servicePort}`;
  return {
    ...judgement,
    peers: members.sort((a, b) => a.firstSeen - b.firstSeen || (a.peer < b.peer ? -1 : 1)),
    evidence: [
      ...judgement.evidence,
      `${amount(members.length)} addresses of ${row.network ?? 'one network'} ${row.way === 'in' ? 'call' : 'are called'} at the same pace: this finding is about all of them`,
    ],
    firstSeen: Math.min(...members.map(({ firstSeen }) => firstSeen)),
    lastSeen: Math.max(...members.map(({ lastSeen }) => lastSeen)),
    bytes: those.reduce((sum, [, { bytes }]) => sum + bytes, 0),
    records: sql`SELECT * FROM sessions WHERE ${same} ORDER BY start, peer, local_port, peer_port`,
  };
}

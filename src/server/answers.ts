import type { Finding } from '../detect/results.ts';
import type { Identified } from '../snapshot/snapshot.ts';
import type { FindingLine } from './api.ts';

/** A finding as a line of a list. */
export function lineOf({ id, finding }: Identified): FindingLine {
  const { question, kind, answer, severity, score, firstSeen, lastSeen, bytes, coverage, evidence } = finding;
  return {
    ...{ id, question, kind, answer, severity, score },
    ...subjectOf(finding),
    peersTotal: Math.max(1, finding.peers.length),
    ...{ firstSeen, lastSeen, bytes, coverage },
    reason: evidence[0] ?? null,
    mark: finding.mark,
    threatLists: [...finding.threatLists],
    names: finding.names.map(({ name }) => name),
  };
}

function subjectOf({ peer, local, servicePort, protocol, direction, ...rest }: Finding) {
  const { asn, network, country, city, provider, service, region, setAside } = rest;
  return {
    ...{ peer, local, servicePort, protocol, direction },
    ...{ asn, network, country, city, provider, service, region, setAside },
  };
}

type Sort = 'severity' | 'score' | 'lastSeen' | 'firstSeen' | 'bytes' | 'peer';

/** Findings in another order than the one they come in, the most severe first. */
export function sorted(found: readonly Identified[], sort: Sort): readonly Identified[] {
  if (sort === 'severity') return found;
  const compare = (a: Finding, b: Finding): number => {
    if (sort === 'score' || sort === 'bytes') return b[sort] - a[sort];
    const [left, right] = [a[sort] ?? '', b[sort] ?? ''];
    if (left === right) return 0;
    return (left < right ? -1 : 1) * (sort === 'peer' ? 1 : -1);
  };
  return [...found].sort((a, b) => compare(a.finding, b.finding));
}

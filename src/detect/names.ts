import type { NameStanding } from '../traffic/names-of-address.ts';
import { isoTime } from '../traffic/period.ts';
import type { Finding, FindingName } from './results.ts';

const hourSeconds = 3600;
/** No answer of DNS stays in a cache for longer in practice. */
const longestCache = 86_400;
const leastShare = 0.5;

/** The finding with the names of its peer, or, where query logs could have told one, that nobody asked for any. */
export function named<Some extends Finding>(finding: Some, standings: readonly NameStanding[]): Some {
  const names: FindingName[] = standings.flatMap(({ name, firstSeen, lastSeen, isOwn }) =>
    name === null
      ? []
      : [{ name, firstSeen: isoTime(firstSeen), lastSeen: isoTime(lastSeen), askedByLocal: isOwn === true }],
  );
  const [first] = standings;
  const silence = first !== undefined && names.length === 0 ? unasked(finding, first) : undefined;
  return {
    ...finding,
    names,
    namesTotal: first?.names ?? 0,
    ...(silence === undefined ? {} : { evidence: [...finding.evidence, silence] }),
  };
}

/**
 * That no host asked DNS for the peer, where query logs speak of the local end during the traffic and of the time
 * before it, in which it would have asked; undefined where they cannot tell.
 */
function unasked(finding: Finding, { hours, hoursAsked, logsFrom }: NameStanding): string | undefined {
  const { question, direction, local, firstSeen, lastSeen, answer } = finding;
  if (answer === 'no' || direction !== 'outbound' || local === null || logsFrom === null) return undefined;
  if (question !== 'c2' && question !== 'exfil') return undefined;
  const [since, until] = [firstSeen, lastSeen].map((text) => Date.parse(text ?? '') / 1000);
  if (since === undefined || until === undefined) return undefined;
  const isBefore = logsFrom <= since - hourSeconds;
  const isLong = until - Math.max(since, logsFrom) >= longestCache;
  if (!(isBefore || isLong) || hours === 0 || hoursAsked / hours < leastShare) return undefined;
  return `no host asked DNS for a name of it: the query logs have none, and speak of ${local} in ${hoursAsked} of the ${hours} hours of this traffic and the one before`;
}

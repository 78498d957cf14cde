import type { Context } from '../detector.ts';
import { weightedScore } from '../finding.ts';
import { boutsText, isAboveFloor, pacedOf, paceParts, paceText, spanPart } from './by-starts.ts';
import { isUnusualPort } from './context.ts';
import type { Reading } from './reading.ts';
import type { C2Row } from './row.ts';
import { part } from './score.ts';
import type { C2Values } from './settings.ts';
import { alikeness, sizeParts, sizes } from './sizes.ts';
import { amount, duration } from './words.ts';

/**
 * From here on the sessions of different peers are of one kind: on a port that no usual service has, and on one that
 * everybody uses, where much is needed to tell them from the web.
 */
const ofOneKind = { unusual: 0.3, usual: 0.7 };

/** Up to so many peers at a time on average, they are handed over from one to the next. */
const handedOver = 1.3;

/**
 * Reads several peers of one host on one port as one channel that changes its server: paced over all of them, or
 * sessions of one kind with peers of several networks.
 */
export function byRow(row: C2Row, settings: C2Values, context: Context): Reading {
  const { members, networks, memberSeconds, firstStart, lastStart } = row;
  const span = Math.max(1, (lastStart ?? row.lastSeen) - (firstStart ?? row.firstSeen));
  const atATime = (memberSeconds ?? 0) / span;
  const { pace, isPaced } = pacedOf(row, settings);
  const parts = [
    ...paceParts(row, pace),
    ...sizeParts(row),
    part('peers', members / 10, 1, `${amount(members)} peers; ten count in full`),
    part('networks', networks / members, 1, `in ${amount(networks)} networks`),
    spanPart(row, context),
  ];
  const rotates = isPaced && isAboveFloor(row, settings) && weightedScore(parts) >= settings.minScore;
  const sameKind = isUnusualPort(row, settings)
    ? alikeness(row) >= ofOneKind.unusual && 2 * networks >= members
    : alikeness(row) >= ofOneKind.usual &&
      members >= settings.usualRowPeers &&
      networks >= 0.8 * members &&
      row.sessions >= settings.shortBeats * members;
  const isHandedOver = atATime <= handedOver;
  const way = isHandedOver
    ? `one after the other (${atATime.toFixed(1)} at a time)`
    : `${atATime.toFixed(1)} of them at a time`;
  const told = `${amount(row.sessions)} sessions with ${amount(members)} peers of ${amount(networks)} networks on one port, ${way}, over ${duration(span)}`;
  return {
    kind: isHandedOver ? 'rotation' : 'several servers',
    verdict: rotates || sameKind ? 'yes' : 'no',
    base: rotates ? 'medium' : 'low',
    beats: rotates ? (row.boutVisits ?? 0) : row.sessions,
    seconds: rotates ? (row.activeSeconds ?? 0) : span,
    parts,
    evidence: [told, ...(isPaced ? [paceText(row, pace), ...boutsText(row)] : []), sizes(row)],
    counterEvidence: isPaced ? [] : ['over all of these peers together the starts keep no period'],
    missing: [],
  };
}

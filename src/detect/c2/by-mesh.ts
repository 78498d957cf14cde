import { weightedScore } from '../finding.ts';
import type { Reading } from './reading.ts';
import type { C2Row } from './row.ts';
import { part, smallness, within01 } from './score.ts';
import type { C2Values } from './settings.ts';
import { amount, duration, percent, size } from './words.ts';

/** Of memoryless gaps with the same median, so many lie between 0.65 and 1.35 of it: 2^-0.65 - 2^-1.35. */
const returnsByChance = 2 ** -0.65 - 2 ** -1.35;

/** A bot is up in nearly every hour of its life; whoever uses a program is not. */
const leastPresence = 0.7;

/**
 * Reads many peers on ports that no service has: a host that keeps up with hundreds of them, day and night alike, with
 * small sessions, as infected machines of a peer-to-peer botnet do.
 */
export function byMesh(row: C2Row, settings: C2Values): Reading {
  const { members, networks, keptUp, hours, hoursDue, hourLow, hourMid, hourHigh, exchangeMid } = row;
  const span = row.lastSeen - row.firstSeen;
  const presence = within01((hours ?? 0) / Math.max(1, hoursDue ?? 1));
  const evenHours = within01(1 - ((hourHigh ?? 0) - (hourLow ?? 0)) / Math.max(1, hourMid ?? 1));
  const near = (row.returnsNear ?? 0) / Math.max(1, row.returns ?? 1);
  const beyond = within01((near - returnsByChance) / (1 - returnsByChance));
  const parts = [
    part(
      'peers',
      (keptUp ?? 0) / 200,
      1,
      `${amount(keptUp ?? 0)} peers are met ${settings.minStarts} times or more; 200 count in full`,
    ),
    part('networks', networks / 50, 1, `in ${amount(networks)} networks; 50 count in full`),
    part('every hour', presence, 2, `active in ${amount(hours ?? 0)} of ${amount(hoursDue ?? 0)} hours`),
    part(
      'even hours',
      evenHours,
      2,
      `about ${amount(hourMid ?? 0)} sessions in each hour (middle half: ${amount(hourLow ?? 0)} to ${amount(hourHigh ?? 0)})`,
    ),
    part(
      'peers come back at a pace',
      beyond,
      2,
      `${percent(near)} of the times until a peer is met again lie around ${duration(row.returnMid ?? 0)}; chance gives ${percent(returnsByChance)}`,
    ),
    part(
      'small',
      smallness(exchangeMid ?? 0),
      1,
      `${size(exchangeMid ?? 0)} in a typical session, both ways`,
    ),
    part('life', span / 86_400, 1, `${duration(span)}; a day counts in full`),
  ];
  const yes =
    span >= settings.meshSeconds &&
    presence >= leastPresence &&
    (exchangeMid ?? 0) <= settings.bulkBytes &&
    weightedScore(parts) >= settings.minScore;
  return {
    kind: 'mesh',
    verdict: yes ? 'yes' : 'no',
    base: 'medium',
    beats: row.sessions,
    seconds: presence * span,
    parts,
    evidence: [
      `keeps up with ${amount(members)} peers of ${amount(networks)} networks on ports that no service has: ${amount(row.sessions)} sessions over ${duration(span)}, ${percent(1 - row.answered / Math.max(1, row.sessions))} of them in vain`,
    ],
    counterEvidence: ['file sharing, calls among strangers, games and blockchains are meshes too'],
    missing: ['what program on this host does it'],
  };
}

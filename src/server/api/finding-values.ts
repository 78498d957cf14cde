import * as v from 'valibot';
import { questions, severities } from '../../detect/finding.ts';
import { verdict } from './mark-values.ts';
import { anyTime, count, labels, listOf, number, share, text } from './values.ts';

export const question = v.picklist(questions);
export const severity = v.picklist(severities);
export const answer = v.picklist(['yes', 'no', 'cannot-tell']);

export const subject = {
  peer: v.string(),
  local: v.pipe(text, v.description('null where it is many')),
  servicePort: v.pipe(number, v.description('null where it is many or none')),
  protocol: number,
  direction: v.picklist(['outbound', 'inbound', 'internal']),
};

/** The peers of an answer that is about several. */
export const members = v.pipe(
  listOf(
    v.object({
      peer: v.string(),
      ...{ firstSeen: anyTime, lastSeen: anyTime, sessions: count, network: text, country: text },
    }),
  ),
  v.description('All peers in the order of their first session, where it is about several; else empty'),
);

const scorePart = v.object({
  name: v.string(),
  value: share,
  weight: v.number(),
  because: v.string(),
});

/** What raised or lowered a severity, and why. */
export const severityStep = v.object({ because: v.string(), steps: v.number() });

/** What every answer is made of, in the order in which it is shown. */
export const reasons = {
  evidence: listOf(v.string()),
  counterEvidence: listOf(v.string()),
  missing: listOf(v.string()),
  attack: listOf(v.string()),
  parts: listOf(scorePart),
  severitySteps: listOf(severityStep),
};

/** One line of a list of findings. */
export const findingLine = v.object({
  id: v.pipe(v.string(), v.description('The same for the same subject and kind, whenever it is computed')),
  question,
  kind: v.string(),
  answer,
  severity,
  score: share,
  ...subject,
  peersTotal: v.pipe(count, v.description('How many peers it is about')),
  ...labels,
  firstSeen: anyTime,
  lastSeen: anyTime,
  bytes: count,
  coverage: v.pipe(share, v.description('Share of the minutes of its period that records speak of')),
  reason: v.pipe(text, v.description('The first evidence')),
  mark: v.pipe(v.nullable(verdict), v.description('What the hunter said of the peer')),
  threatLists: v.pipe(listOf(v.string()), v.description('Threat lists that the peer is on')),
  names: v.pipe(listOf(v.string()), v.description('The best names of the peer that DNS query logs give')),
});

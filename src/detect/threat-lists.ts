import { type Hit, hitText } from '../intel/list.ts';
import type { Circumstance } from './circumstances.ts';
import { defineSettings, type ValuesOf } from './settings.ts';

/** How much threat lists weigh. */
export const intelSettings = defineSettings({
  hitSteps: {
    value: 1,
    unit: 'steps',
    from: 0,
    to: 4,
    reason:
      'Steps that a peer on a threat list raises a severity by; addresses are reused, so that a list alone proves little.',
  },
  portSteps: {
    value: 2,
    unit: 'steps',
    from: 0,
    to: 4,
    reason: 'The same where the list names the port of the finding too: the service itself was reported.',
  },
  knownGoodSteps: {
    value: 1,
    unit: 'steps',
    from: 0,
    to: 4,
    reason:
      'Steps that a known-good list takes back of those of threat lists; public resolvers are reported all the time.',
  },
});

export type IntelValues = ValuesOf<typeof intelSettings>;

const mostNamed = 5;

/**
 * What the lists that a peer is on add to a finding at this service port. However many threat lists there are, the
 * strongest one weighs; known-good lists only take back what threat lists added.
 */
export function listedCircumstance(
  hits: readonly Hit[],
  servicePort: number | null,
  values: IntelValues,
): Circumstance {
  const threats = hits.filter(({ kind }) => kind === 'threat');
  const good = hits.filter(({ kind }) => kind === 'known-good');
  const lists = [...new Set(threats.map(({ list }) => list))].sort();
  const counterEvidence = sentences(good, 'known-good list');
  if (threats.length === 0) return { counterEvidence };
  const atPort = threats.find(({ port }) => port !== null && port === servicePort);
  const steps = atPort === undefined ? values.hitSteps : Math.max(values.hitSteps, values.portSteps);
  const named = `${lists.slice(0, mostNamed).join(', ')}${lists.length > mostNamed ? ', ...' : ''}`;
  const because =
    atPort === undefined
      ? `the peer is on ${lists.length === 1 ? 'the threat list' : 'threat lists'} ${named}`
      : `the peer is on ${atPort.list} with this port, ${atPort.port}`;
  const tempered = Math.min(steps, values.knownGoodSteps);
  const [known] = good;
  return {
    evidence: sentences(threats, 'list'),
    counterEvidence,
    steps: [
      { because, steps },
      ...(known === undefined
        ? []
        : [{ because: `it is on the known-good list ${known.list} too`, steps: -tempered }]),
    ],
    labels: { threatLists: lists },
  };
}

function sentences(hits: readonly Hit[], what: string): string[] {
  const said = hits.slice(0, mostNamed).map((hit) => `on ${what} ${hitText(hit)}`);
  const more = hits.length - mostNamed;
  return more > 0 ? [...said, `${more} more entries of lists hold it`] : said;
}

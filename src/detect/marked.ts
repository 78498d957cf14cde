import type { Mark, MarkShown } from '../marks/mark.ts';
import { subjectText } from '../marks/mark.ts';
import type { Circumstance } from './circumstances.ts';
import { defineSettings, type ValuesOf } from './settings.ts';

/** How much marks weigh. */
export const markSettings = defineSettings({
  benignSteps: {
    value: 2,
    unit: 'steps',
    from: 0,
    to: 4,
    reason: 'Steps that a benign mark lowers a severity by, to low at most: what was explained stays listed.',
  },
  suspiciousSteps: {
    value: 1,
    unit: 'steps',
    from: 0,
    to: 4,
    reason: 'Steps that a suspicious mark raises a severity by: the hunter has a doubt, not a proof.',
  },
  maliciousSteps: {
    value: 2,
    unit: 'steps',
    from: 0,
    to: 4,
    reason:
      'Steps that a malicious mark raises a severity by: whatever else this peer does deserves a look soon.',
  },
  volumeFactor: {
    value: 10,
    unit: 'times',
    from: 2,
    to: 1000,
    reason:
      'So many times the bytes or records of the busiest day are another character; days differ by 2 to 5.',
  },
  leastBytesPerDay: {
    value: 1_000_000,
    unit: 'bytes a day',
    from: 0,
    to: 1e15,
    reason: 'Below this a tenfold volume is a few more requests.',
  },
});

export type MarkValues = ValuesOf<typeof markSettings>;

/** What the marks that hold for a finding add to it; only the first, the most specific one, has a weight. */
export function markedCircumstance(marks: readonly MarkShown[], values: MarkValues): Circumstance {
  const [counting] = marks;
  if (counting === undefined) return {};
  const { verdict, changes } = counting;
  const said = saidText(counting);
  const labels = { mark: verdict, marks };
  if (verdict === 'benign' && changes.length > 0) {
    const changed = `${said}, but its traffic changed since it was marked: ${changes.join('; ')}`;
    const because = 'marked benign, which lowers nothing: the traffic changed since it was marked';
    return { labels, evidence: [changed], steps: [{ because, steps: 0 }] };
  }
  const because = `marked ${verdict}: ${subjectText(counting)}`;
  if (verdict === 'benign') {
    return { labels, counterEvidence: [said], steps: [{ because, steps: -values.benignSteps }] };
  }
  const steps = verdict === 'malicious' ? values.maliciousSteps : values.suspiciousSteps;
  return { labels, evidence: [said], steps: [{ because, steps }] };
}

/** Who said what, when and why: `marked benign by alice on 2026-11-24 (AS15169): our resolver`. */
function saidText(mark: Omit<Mark, 'seen'>): string {
  const note = mark.note === null ? '' : `: ${mark.note}`;
  return `marked ${mark.verdict} by ${mark.by} on ${mark.at.slice(0, 10)} (${subjectText(mark)})${note}`;
}

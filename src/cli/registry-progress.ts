import type { InquiryProgress } from '../registries/outcome.ts';
import { plainText } from '../report/plain-text.ts';
import { countText, durationText } from '../report/units.ts';
import { barBefore, displayOf, type ProgressDisplay, type ProgressLines } from './progress.ts';
import type { Output } from './terminal.ts';

const verb = 'Asking registries';

/** The display of an inquiry at registries. */
export function registryDisplay(output: Output, now?: () => number): ProgressDisplay<InquiryProgress> {
  const lines: ProgressLines<InquiryProgress> = {
    bar: (progress, _, width) => barBefore(`  ${facts(progress).join('  ')}`, verb, share(progress), width),
    plain: (progress) => `${verb}: ${facts(progress).join(', ')}`,
  };
  return displayOf(output, lines, now);
}

function share({ total, answered, failed, fromCache }: InquiryProgress): number {
  return total === 0 ? 1 : Math.min(1, (answered + failed + fromCache) / total);
}

/** `43 of 200`, `1 min 15 s left`, `14 asked`, `12 answered`, `30 in known blocks`, `1 failed`, `waiting for lacnic`. */
function facts(progress: InquiryProgress): string[] {
  const { total, answered, failed, fromCache, asked, waitingFor, secondsLeft } = progress;
  const some = (count: number, what: string): string[] =>
    count === 0 ? [] : [`${countText(count)} ${what}`];
  const left = secondsLeft < 60 ? `${Math.ceil(secondsLeft)} s` : durationText(secondsLeft);
  return [
    `${countText(answered + failed + fromCache)} of ${countText(total)}`,
    ...(secondsLeft < 1 ? [] : [`${left} left`]),
    `${countText(asked)} asked`,
    ...some(answered, 'answered'),
    ...some(fromCache, 'in known blocks'),
    ...some(failed, 'failed'),
    ...(waitingFor === null ? [] : [`waiting for ${plainText(waitingFor)}`]),
  ];
}

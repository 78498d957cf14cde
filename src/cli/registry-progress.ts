import type { InquiryProgress } from '../registries/outcome.ts';
import { plainText } from '../report/plain-text.ts';
import { counted, countText, durationText } from '../report/units.ts';
import { barBefore, displayOf, type ProgressDisplay } from './progress.ts';
import type { Output } from './terminal.ts';

const verb = 'Asking registries';

/** The display of an inquiry at registries. */
export function registryDisplay(output: Output): ProgressDisplay<InquiryProgress> {
  return displayOf<InquiryProgress>(output, {
    bar: (progress, _, width) => barBefore(['', ...facts(progress)].join('  '), verb, share(progress), width),
    plain: (progress) => `${verb}: ${facts(progress).join(', ')}`,
  });
}

function share({ total, answered, failed, fromCache }: InquiryProgress): number {
  return total === 0 ? 1 : Math.min(1, (answered + failed + fromCache) / total);
}

/** `12 of 200`, `30 questions`, `8 answered`, `3 known before`, `1 failed`, `waiting for lacnic`, `2 min left`. */
function facts(progress: InquiryProgress): string[] {
  const { total, answered, failed, fromCache, asked, waitingFor, secondsLeft } = progress;
  const some = (count: number, what: string): string[] =>
    count === 0 ? [] : [`${countText(count)} ${what}`];
  return [
    `${countText(answered + failed + fromCache)} of ${counted(total, 'address', 'addresses')}`,
    counted(asked, 'question'),
    ...some(answered, 'answered'),
    ...some(fromCache, 'known before'),
    ...some(failed, 'failed'),
    ...(waitingFor === null ? [] : [`waiting for ${plainText(waitingFor)}`]),
    ...(secondsLeft < 1
      ? []
      : [`${secondsLeft < 60 ? `${Math.ceil(secondsLeft)} s` : durationText(secondsLeft)} left`]),
  ];
}

import { useEffect, useState } from 'preact/hooks';
import { underWay } from '../ask.ts';
import { counted, moment } from '../format.ts';
import { isHelpOpen } from './keys.ts';
import { isLost, status, workGoingOn } from './status.ts';
import { nextTheme, theme } from './theme.ts';

/** One line below the navigation: what is open, what is being worked out, and a sign while something is asked. */
export function StatusLine() {
  const now = status.value;
  const isSlow = useSlow(underWay.value > 0, 150);
  return (
    <div class="status">
      <div class={isSlow ? 'progress running' : 'progress'} aria-hidden="true" />
      <span class="workspace" title={now?.workspace}>
        {now?.workspace ?? ''}
      </span>
      {now === undefined || now.records === 0 ? null : (
        <span>
          {counted(now.records)} records of {counted(now.files)} files
          <span class="period">
            , {moment(now.period.from)} to {moment(now.period.to)} UTC
          </span>
        </span>
      )}
      <span role="status" class="doing">
        {doing(isSlow)}
      </span>
      <span class="keys">
        <button type="button" class="quiet" onClick={nextTheme}>
          colours: {theme.value}
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            isHelpOpen.value = true;
          }}
        >
          <kbd>?</kbd> keys
        </button>
      </span>
    </div>
  );
}

function doing(isSlow: boolean): string {
  const now = status.value;
  if (isLost.value) return 'The server does not answer: is "northsouth serve" still running?';
  if (now?.state === 'failed') return `${now.failed?.message ?? 'Failed'} ${now.failed?.hint ?? ''}`;
  const work = workGoingOn(now);
  if (work !== undefined) return work;
  if (now?.state === 'empty') return 'Nothing is loaded yet.';
  return isSlow ? 'Asking …' : '';
}

/** True once something has been going on for a while, so that quick answers do not flicker. */
function useSlow(isOn: boolean, ms: number): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isOn) {
      setSlow(false);
      return;
    }
    const timer = setTimeout(() => setSlow(true), ms);
    return () => clearTimeout(timer);
  }, [isOn, ms]);
  return isSlow;
}

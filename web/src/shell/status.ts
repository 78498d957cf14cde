import { batch, computed, signal } from '@preact/signals';
import type { Status } from '../../../src/server/api.ts';
import { counted } from '../format.ts';

/** What the server says of itself; undefined before its first word. */
export const status = signal<Status | undefined>(undefined);
export const isLost = signal(false);

/**
 * Changes whenever answers may have changed; undefined until the server says what is open: what is asked earlier would
 * be asked twice.
 */
export const revision = computed(() => {
  const { revision = '', state } = status.value ?? {};
  return revision === '' && state !== 'failed' ? undefined : revision;
});

/** How often answers changed in this visit: a state that comes back is another one to whoever waits for a change. */
export const statesSeen = signal(0);

/** What the server is loading or working out, in words. */
export function workGoingOn(now: Status | undefined): string | undefined {
  if (now?.load?.state === 'running') return `Loading: ${counted(now.load.progress.records)} records …`;
  if (now?.preparing == null) return undefined;
  const { step, percent } = now.preparing;
  return `Preparing: ${step}${percent === null ? '' : ` ${Math.round(percent)} %`} …`;
}

/** Listens to the server for as long as the page is open. */
export function followStatus(): () => void {
  const events = new EventSource('/api/events');
  events.addEventListener('status', (event) => {
    const now = JSON.parse((event as MessageEvent<string>).data) as Status;
    batch(() => {
      isLost.value = false;
      if (now.revision !== status.value?.revision) statesSeen.value++;
      status.value = now;
    });
  });
  events.addEventListener('error', () => {
    isLost.value = true;
  });
  return () => events.close();
}

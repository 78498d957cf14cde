import { computed, signal } from '@preact/signals';
import type { Status } from '../../../src/server/api.ts';

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

/** Listens to the server for as long as the page is open. */
export function followStatus(): () => void {
  const events = new EventSource('/api/events');
  events.addEventListener('status', (event) => {
    isLost.value = false;
    status.value = JSON.parse((event as MessageEvent<string>).data) as Status;
  });
  events.addEventListener('error', () => {
    isLost.value = true;
  });
  return () => events.close();
}

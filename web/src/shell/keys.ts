import { signal } from '@preact/signals';
import { go, type PageName } from '../route.ts';

export const isHelpOpen = signal(false);

/** Letters behind g. */
export const pageKeys: Readonly<Record<string, PageName>> = {
  o: 'overview',
  d: 'destinations',
  f: 'findings',
  a: 'address',
  t: 'data',
  s: 'sql',
};

type Handler = () => void;
const handlers: Map<string, Handler>[] = [];

/** Lets a part of the page take keys while it is shown; the last one to ask gets them. */
export function takeKeys(keys: Readonly<Record<string, Handler>>): () => void {
  const taken = new Map(Object.entries(keys));
  handlers.push(taken);
  return () => {
    handlers.splice(handlers.indexOf(taken), 1);
  };
}

let waitsForPage = false;

/** One key, anywhere on the page but where text is written. */
export function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.target as HTMLElement;
  if (target.closest('input, textarea, select, dialog') !== null) return;
  const { key } = event;
  const page = waitsForPage ? pageKeys[key] : undefined;
  waitsForPage = key === 'g';
  if (page !== undefined) {
    event.preventDefault();
    go(page);
  } else if (key === '/') {
    event.preventDefault();
    document.getElementById('filter')?.focus();
  } else if (key === '?') {
    isHelpOpen.value = true;
  } else {
    // Enter and space on a link or button are its own.
    if ((key === 'Enter' || key === ' ') && target.closest('a, button, summary') !== null) return;
    const handler = handlers.findLast((each) => each.has(key))?.get(key);
    if (handler === undefined) return;
    event.preventDefault();
    handler();
  }
}

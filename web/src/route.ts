import { computed, signal } from '@preact/signals';

const pages = ['overview', 'destinations', 'findings', 'address', 'data', 'sql'] as const;
export type PageName = (typeof pages)[number];
type Params = Readonly<Record<string, string | undefined>>;

/** Where the hunter is: all of it stands in the URL. */
interface Place {
  readonly page: PageName;
  readonly params: Params;
}

const read = (): Place => {
  const name = location.pathname.slice(1);
  const page = pages.find((each) => each === name) ?? 'overview';
  return { page, params: Object.fromEntries(new URLSearchParams(location.search)) };
};

export const place = signal<Place>(read());
addEventListener('popstate', () => {
  place.value = read();
});

/** What narrows everything: kept from page to page. */
const kept = ['where', 'from', 'to'] as const;

export const narrowed = computed(() => {
  const { where, from, to } = place.value.params;
  return { where, from, to };
});

/** The URL of a page; filter and time range stay unless they are given. */
export function urlOf(page: PageName, params: Params = {}): string {
  const now = place.value.params;
  const all = { ...Object.fromEntries(kept.map((key) => [key, now[key]])), ...params };
  const pairs = Object.entries(all).filter((pair): pair is [string, string] => !!pair[1]);
  const query = new URLSearchParams(pairs).toString();
  return `/${page === 'overview' ? '' : page}${query === '' ? '' : `?${query}`}`;
}

/** Goes to a page of the workbench. */
export function go(page: PageName, params: Params = {}, { replace = false } = {}): void {
  visit(urlOf(page, params), replace);
}

/** Changes what the URL says of the page that is open. */
export function change(params: Params, options: { readonly replace?: boolean } = {}): void {
  const { page, params: now } = place.value;
  go(page, { ...now, ...params }, options);
}

function visit(url: string, replace: boolean): void {
  if (url === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  place.value = read();
}

/** Follows links of the page without loading it again. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey)
    return;
  const link = (event.target as Element).closest('a');
  if (link === null || link.origin !== location.origin) return;
  if (link.target !== '' || link.hasAttribute('download') || link.pathname.startsWith('/api/')) return;
  event.preventDefault();
  visit(link.pathname + link.search, false);
}

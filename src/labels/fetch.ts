import { join } from 'node:path';
import { download } from '../net/download.ts';
import { request } from '../net/request.ts';
import type { PlacedPublisher } from './publisher-urls.ts';
import { notTheList } from './publishers/publisher.ts';
import type { SourceAbout } from './source-files.ts';

type Validators = SourceAbout['validators'];

/** The parts of a list as files; `parts` is empty where nothing has changed since the validators were given. */
export interface Fetched {
  readonly parts: readonly string[];
  readonly validators: Validators;
}

const pageBytes = 5_000_000;

/** Fetches a list into the folder, unless its publisher says that it is the one that the validators are of. */
export async function fetchList(
  publisher: PlacedPublisher,
  folder: string,
  known: Validators,
  signal?: AbortSignal,
): Promise<Fetched> {
  const trust = publisher.isOwn ? ('typed' as const) : ('found' as const);
  const { urls, trustedHosts } = await placesOf(publisher, trust, signal);
  const options = {
    ...{ trust, trustedHosts, maxBytes: publisher.maxBytes },
    ...(signal === undefined ? {} : { signal }),
  };
  const isKnown = urls.every((url) => known.some((one) => one.url === url));
  const fetchAll = async (conditional: boolean): Promise<Fetched & { readonly unchanged: number }> => {
    const parts: string[] = [];
    const validators: Validators[number][] = [];
    let unchanged = 0;
    for (const [index, url] of urls.entries()) {
      const before = known.find((one) => one.url === url);
      const headers = conditional && before !== undefined ? conditions(before) : {};
      const file = join(folder, `part-${index}`);
      const answer = await download(url, file, { ...options, headers });
      if (!answer.modified) unchanged += 1;
      parts.push(file);
      const { etag = null, 'last-modified': lastModified = null } = answer.headers;
      validators.push(
        answer.modified ? { url, etag, lastModified } : (before ?? { url, etag, lastModified }),
      );
    }
    return { parts, validators, unchanged };
  };
  const first = await fetchAll(isKnown);
  if (first.unchanged === urls.length) return { parts: [], validators: first.validators };
  return first.unchanged === 0 ? first : fetchAll(false);
}

/** Where the list is today; some publishers give it a new name every week, and a page that tells it. */
async function placesOf(
  publisher: PlacedPublisher,
  trust: 'typed' | 'found',
  signal: AbortSignal | undefined,
): Promise<{ readonly urls: readonly string[]; readonly trustedHosts: ReadonlySet<string> }> {
  const { name, urls, link } = publisher;
  const [page = ''] = urls;
  // What the user named may be the list itself.
  if (link === undefined || /\.json($|\?)/.test(page)) return { urls, trustedHosts: new Set() };
  const options = { trust, maxBytes: pageBytes, ...(signal === undefined ? {} : { signal }) };
  const { body, url } = await request(page, { ...options, headers: { accept: 'text/html' } });
  const found = link.text.exec(body.toString('utf8'))?.[0];
  if (found === undefined) throw notTheList(name, 'its page has no link to it; download it and use --file');
  const place = new URL(found, url);
  // A link is text that a page chose.
  const own = new URL(page).host;
  if (place.host !== own && !link.host.test(place.hostname)) {
    throw notTheList(name, `its page leads to ${place.host}`);
  }
  return { urls: [place.href], trustedHosts: new Set(trust === 'typed' && place.host === own ? [own] : []) };
}

function conditions({ etag, lastModified }: Validators[number]): Record<string, string> {
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  };
}

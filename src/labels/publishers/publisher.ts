import * as v from 'valibot';
import type { LabelKind } from '../../addresses/label-source.ts';
import { HuntError } from '../../errors.ts';
import type { Entry } from '../list-text.ts';

/** What a publisher's own list says. */
interface PublishedList {
  /** Day of the list as YYYY-MM-DD; null where it does not say. */
  readonly date: string | null;
  readonly entries: Iterable<Entry>;
}

/** Somebody who publishes ranges that anyone may fetch. */
export interface Publisher {
  readonly name: string;
  readonly kind: LabelKind;
  /** Where the list is, in parts that belong together. */
  readonly urls: readonly string[];
  readonly holds: string;
  readonly licence: string;
  readonly attribution: string;
  /** Fewer ranges than this are not the list. */
  readonly leastRanges: number;
  /** Bytes that a part may have, unpacked. */
  readonly maxBytes: number;
  /** Reads the parts; left out where the list is a table that the engine reads. */
  readonly parse?: (parts: readonly string[]) => PublishedList;
  /** The URL is that of a page with a link to the list: what the link looks like, and the hosts that it may lead to. */
  readonly link?: { readonly text: RegExp; readonly host: RegExp };
}

/** The licence of lists that providers publish for their customers' firewalls. */
export const forCustomers = 'published for use in filters; no licence stated';

/** The JSON of a part, checked. An error page with status 200 ends here. */
export function jsonOf<Shape extends v.GenericSchema>(
  name: string,
  text: string,
  shape: Shape,
): v.InferOutput<Shape> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notTheList(name, `it is no JSON, it starts with "${text.trimStart().slice(0, 60)}"`, error);
  }
  const parsed = v.safeParse(shape, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = (issue.path ?? []).map(({ key }) => String(key)).join('.');
  throw notTheList(name, `${path === '' ? 'the document' : path} is not as expected`);
}

/** What was fetched is not the list. */
export function notTheList(name: string, why: string, cause?: unknown): HuntError {
  return new HuntError('label.unreadable', `What the publisher of ${name} sent is not its list: ${why}.`, {
    hint: `What was there before stays in use. Where the list has moved, name its place in labels/sources.yaml.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A day as YYYY-MM-DD from a text that starts with one; null where it does not. */
export function dayOf(text: string | null | undefined): string | null {
  const day = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text ?? '');
  if (day === null) return null;
  const date = `${day[1]}-${day[2]}-${day[3]}`;
  return Number.isNaN(Date.parse(date)) ? null : date;
}

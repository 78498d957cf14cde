import * as v from 'valibot';

/** Whether to be on the list speaks against an address or for it. */
const listKinds = ['threat', 'known-good'] as const;
export type ListKind = (typeof listKinds)[number];

const text = v.pipe(v.string(), v.maxLength(2000));
const optionalText = v.nullable(text);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const listShape = v.object({
  format: v.literal(1),
  name: text,
  kind: v.picklist(listKinds),
  /** Where it came from; a refresh asks there again. */
  origin: v.object({ kind: v.picklist(['url', 'file']), location: text }),
  /** The day that the list says it is of, else when its origin last changed, else when it was fetched. */
  date: text,
  fetched: text,
  form: text,
  entries: count,
  /** Entries that are AS numbers. */
  asns: count,
  /** Entries outside the Internet's ranges, which no peer can be in. */
  outside: count,
  /** Lines that are nothing, and entries that the list itself takes back. */
  skipped: count,
  withdrawn: count,
  /** Whether some entries have an end, so that what they match depends on the day. */
  expiring: v.boolean(),
  bytes: count,
  licence: optionalText,
  notes: optionalText,
  /** What the server says of this copy, for the next question. */
  etag: optionalText,
  modified: optionalText,
  /** Name of the Parquet file of its entries, beside list.json. */
  file: v.pipe(v.string(), v.regex(/^entries-[0-9a-f]{16}\.parquet$/)),
});

/** A list in a workspace, as its `list.json` describes it. */
export type IntelList = Readonly<v.InferOutput<typeof listShape>>;

/** That an address is on a list, and what the list says of it. */
export interface Hit {
  readonly list: string;
  readonly kind: ListKind;
  /** The day of the list. */
  readonly date: string;
  /** The entry that holds the address: itself, a network, an AS number. */
  readonly entry: string;
  readonly port: number | null;
  readonly context: string | null;
}

/** What a list says of an address: `feodo (2026-11-20): Emotet (203.0.113.7 port 443)`. */
export function hitText({ list, date, entry, port, context }: Hit): string {
  const place = `${entry}${port === null ? '' : ` port ${port}`}`;
  return `${list} (${date.slice(0, 10)}): ${context === null ? place : `${context} (${place})`}`;
}

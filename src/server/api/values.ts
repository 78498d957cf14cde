import * as v from 'valibot';

/** A list that whoever receives it does not change. */
export function listOf<Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.array(item), v.readonly());
}

export const text = v.nullable(v.string());
export const number = v.nullable(v.number());
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
export const time = v.pipe(v.string(), v.description('ISO time in UTC, such as 2026-05-28T20:26:40Z'));
export const anyTime = v.nullable(time);
export const period = v.object({ from: anyTime, to: anyTime });

/** What is known of an address without a network. */
export const labels = {
  asn: number,
  network: text,
  country: text,
  city: text,
  provider: text,
  service: text,
  region: text,
  setAside: v.pipe(text, v.description('The set-aside that the address belongs to')),
};

/** What traffic is measured by; flows are records. */
export const sums = { flows: count, packets: count, bytes: count };

/** A query parameter that holds a whole number, with the number that stands for an absent one. */
export function wholeNumber(least: number, most: number, standard: number) {
  return v.optional(boundedNumber(least, most), standard);
}

/** A whole number in a query, as a number or as digits. */
export function boundedNumber(least: number, most: number) {
  return v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'a whole number'), v.transform(Number))]),
    v.integer('a whole number'),
    v.minValue(least, `a number from ${least} to ${most}`),
    v.maxValue(most, `a number from ${least} to ${most}`),
  );
}

/** A query parameter that is yes or no, and no where it is absent. */
export const flag = v.optional(
  v.pipe(
    v.union([
      v.boolean(),
      v.pipe(
        v.picklist(['true', 'false']),
        v.transform((written) => written === 'true'),
      ),
    ]),
    v.boolean(),
  ),
  false,
);

const someTime = v.pipe(v.string(), v.maxLength(40), v.description('ISO time; without a zone it is UTC'));

/** What narrows an answer: a time range [from, to) and a filter. The same for everything the page shows. */
export const narrowed = {
  from: v.optional(someTime),
  to: v.optional(someTime),
  where: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(2000),
      v.description('A filter, such as peer:203.0.113.0/24 bytes>1GB: docs/reference/filter.md'),
    ),
  ),
};

/** Which rows of a long list: `offset` are passed over, `limit` are given. */
export const window = (standard: number, most: number) => ({
  offset: wholeNumber(0, 1_000_000_000, 0),
  limit: wholeNumber(0, most, standard),
});

/**
 * What an answer was counted from: `cube` the sums by hour that are kept for this, `records` the records themselves,
 * which takes longer, because the filter or the time range asks for more than the sums know.
 */
export const basis = v.picklist(['cube', 'records']);

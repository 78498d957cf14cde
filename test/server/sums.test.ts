import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { destinationsOf } from '../../src/snapshot/destinations.ts';
import { overviewOf } from '../../src/snapshot/overview.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { begin, hours, locals, peers, prepareRandom } from './random-records.ts';

let prepared: Awaited<ReturnType<typeof prepareRandom>>;
let snapshot: Snapshot;

beforeAll(async () => {
  // Of some pairs and ports there is one sum, of others several.
  prepared = await prepareRandom(1200);
  snapshot = prepared.snapshot;
});
afterAll(() => prepared?.close());

const signal = new AbortController().signal;
/** True of every record, and nothing that sums know. */
const ofRecords = 'duration>=0';

const term = fc.oneof(
  fc.constantFrom(...peers).map((peer) => `peer:${peer}`),
  fc.constantFrom(...locals).map((local) => `local:${local}`),
  fc.constantFrom('country:US', 'country:none', 'network:Cloudflare*', 'asn:15169', 'provider:Amazon,Google'),
  fc.constantFrom(
    'service:none',
    'set-aside:none',
    'port:443',
    'dst-port:53,80',
    'port:8443/tcp',
    'protocol:udp',
  ),
  fc.constantFrom(
    'action:accept',
    'traffic:to-internet',
    'interface:eni-1',
    'bytes>50kB',
    'flows>2',
    'packets<9',
  ),
);
const filter = fc
  .array(fc.tuple(fc.boolean(), term), { maxLength: 3 })
  .map((terms) => terms.map(([isNot, text]) => `${isNot ? '-' : ''}${text}`).join(' '));
const period = fc.option(
  fc.tuple(fc.nat({ max: hours - 2 }), fc.integer({ min: 1, max: hours })).map(([from, length]) => {
    const first = Math.floor(begin / 3600) * 3600 + from * 3600;
    return { from: first, to: first + length * 3600 };
  }),
  { nil: {} },
);

/** Rows that are equal in what they are sorted by stand in another order. */
function anyOrder(rows: readonly unknown[]): unknown {
  return rows.map((row) => JSON.stringify({ ...(row as object), rank: 0 })).sort();
}

async function listed(
  group: 'flow' | 'peer' | 'local' | 'asn' | 'country' | 'port',
  asked: object,
  where: string,
) {
  const window = { sort: 'bytes', descending: true, offset: 0, limit: 5000 };
  const made = { ...asked, group, ...window, ...(where === '' ? {} : { where }) };
  const { basis, seconds: _, rows, ...about } = await destinationsOf(snapshot, made as never, signal);
  return { basis, answer: { ...about, rows: anyOrder(rows) } };
}

test('lists are the same from the sums as from the records, whatever narrows them', async () => {
  let several = 0;
  await fc.assert(
    fc.asyncProperty(filter, period, fc.boolean(), async (where, within, asides) => {
      for (const group of ['flow', 'peer', 'local', 'asn', 'country', 'port'] as const) {
        const asked = { ...within, asides };
        const sums = await listed(group, asked, where);
        const records = await listed(group, asked, `${where} ${ofRecords}`.trim());
        expect([sums.basis, records.basis]).toEqual(['cube', 'records']);
        expect(sums.answer, `${group} ${where}`).toEqual(records.answer);
        several += sums.answer.total;
      }
    }),
    {
      numRuns: 25,
      examples: [
        ['', {}, false],
        ['', {}, true],
        ['-country:US', {}, false],
      ],
    },
  );
  expect(several).toBeGreaterThan(500);
});

/** Records show finer buckets; altogether they are the same. */
function sumsOfKinds(buckets: Awaited<ReturnType<typeof overviewOf>>['timeline']['buckets']) {
  const kinds = ['outbound', 'inbound', 'eastWest', 'noise', 'rejected'] as const;
  return kinds.map((kind) => [
    buckets.reduce((sum, bucket) => sum + bucket[kind].flows, 0),
    buckets.reduce((sum, bucket) => sum + bucket[kind].bytes, 0),
  ]);
}

test('the overview too', async () => {
  await fc.assert(
    fc.asyncProperty(filter, period, fc.boolean(), async (where, within, asides) => {
      const options = { ...within, by: 'bytes', asides, rows: 50 } as const;
      const answer = async (text: string) => {
        const found = await overviewOf(
          snapshot,
          { ...options, ...(text === '' ? {} : { where: text }) },
          signal,
        );
        const { networks, countries, ports, locals: hosts, totals, timeline } = found;
        const ranked = [networks, countries, ports, hosts].map(anyOrder);
        return { basis: found.basis, answer: { ranked, totals, kinds: sumsOfKinds(timeline.buckets) } };
      };
      const sums = await answer(where);
      const records = await answer(`${where} ${ofRecords}`.trim());
      expect([sums.basis, records.basis]).toEqual(['cube', 'records']);
      expect(sums.answer, where).toEqual(records.answer);
    }),
    {
      numRuns: 25,
      examples: [
        ['', {}, false],
        ['bytes>50kB', {}, false],
      ],
    },
  );
});

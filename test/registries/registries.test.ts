import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HuntError } from '../../src/errors.ts';
import { freshBootstrap } from '../../src/registries/bootstrap-file.ts';
import type { InquiryProgress } from '../../src/registries/outcome.ts';
import { askRegistries, type InquiryRequest, keptOutcomes } from '../../src/registries/registries.ts';
import { defaultRdap } from '../../src/registries/settings.ts';
import { around, entity, type FakeRegistry, fakeRegistry, homeWith, network, send } from './fake-registry.ts';

const fast: InquiryRequest = { values: { ...defaultRdap, other: 6000, timeoutSeconds: 1 }, env: {} };

let registries: FakeRegistry[] = [];
let home = '';

/** Five registries for five parts of the address space. */
beforeEach(async () => {
  registries = await Promise.all(
    ['arin', 'ripe', 'apnic', 'lacnic', 'afrinic'].map((name) =>
      fakeRegistry((address, response) =>
        send(response, network(...around(address), { name: `${name} ${address}` })),
      ),
    ),
  );
  const [arin, ripe, apnic, lacnic, afrinic] = registries.map(({ url }) => url);
  home = homeWith({
    '20.0.0.0/8': arin ?? '',
    '62.0.0.0/8': ripe ?? '',
    '2a00::/12': ripe ?? '',
    '103.0.0.0/8': apnic ?? '',
    '200.0.0.0/8': lacnic ?? '',
    '41.0.0.0/8': afrinic ?? '',
  });
});

afterEach(() => {
  for (const registry of registries) registry.close();
  rmSync(home, { recursive: true });
});

function registry(index: number): FakeRegistry {
  const found = registries[index];
  if (found === undefined) throw new Error('no such registry');
  return found;
}
const addressesAsked = (index: number): string[] => registry(index).asked.map(({ address }) => address);

describe('questions', () => {
  test('go to the registry of each block, and the answers are kept for its addresses', async () => {
    const addresses = [
      '20.1.2.3',
      '62.1.2.3',
      '2a00:1:2::3',
      '103.1.2.3',
      '200.1.2.3',
      '41.1.2.3',
      '62.1.2.99',
    ];
    const { outcomes, questions, notKept } = await askRegistries(addresses, home, fast);
    expect(registries.map(({ asked }) => asked.map(({ address }) => address))).toEqual([
      ['20.1.2.3'],
      ['62.1.2.3', '2a00:1:2::3'],
      ['103.1.2.3'],
      ['200.1.2.3'],
      ['41.1.2.3'],
    ]);
    expect(outcomes.get('2a00:1:2::3')).toMatchObject({
      registration: { first: '2a00:1:2::', cidrs: ['2a00:1:2::/48'], name: 'ripe 2a00:1:2::3' },
      failure: null,
      asked: [registry(1).host],
    });
    // The second address of a block is answered by the first.
    expect(outcomes.get('62.1.2.99')).toMatchObject({ registration: { name: 'ripe 62.1.2.3' }, asked: [] });
    expect(Object.values(questions)).toEqual([1, 2, 1, 1, 1]);
    expect(notKept).toBeNull();

    const kept = await keptOutcomes(['62.1.2.200', '62.1.3.1', 'nonsense'], home, 30);
    expect([...kept.values()].map(({ registration }) => registration?.name ?? null)).toEqual([
      'ripe 62.1.2.3',
      null,
      null,
    ]);
    const again = await askRegistries([...addresses, '20.1.2.77'], home, fast);
    expect(again.questions).toEqual({});
    expect(again.outcomes.get('20.1.2.77')?.registration?.name).toBe('arin 20.1.2.3');
  });

  test('follow redirects between registries, within the budget of each', async () => {
    registry(0).behave = (address, response) =>
      response.writeHead(302, { location: `${registry(1).url}ip/${address}` }).end();
    const { outcomes } = await askRegistries(['20.9.9.9'], home, fast);
    expect(outcomes.get('20.9.9.9')).toMatchObject({
      registration: { name: 'ripe 20.9.9.9', registry: registry(1).host },
      asked: [registry(0).host, registry(1).host],
    });
  });

  test('do not follow a redirect into the own network, nor in circles', async () => {
    const outside = await fakeRegistry((_, response) => response.end('secret'));
    registries.push(outside);
    registry(0).behave = (_, response) => response.writeHead(302, { location: `${outside.url}ip/1` }).end();
    registry(1).behave = (address, response) =>
      response.writeHead(301, { location: `${registry(1).url}ip/${address}` }).end();
    const { outcomes } = await askRegistries(['20.1.1.1', '62.1.1.1'], home, fast);
    expect(outcomes.get('20.1.1.1')?.failure?.reason).toBe('127.0.0.1 is no public address.');
    expect(outcomes.get('62.1.1.1')?.failure?.reason).toBe('It was redirected too often.');
    expect(outside.asked).toEqual([]);
    expect(registry(1).asked).toHaveLength(6);
  });

  test('wait as long as a registry asks, in seconds or as a date, and others go on meanwhile', async () => {
    const started = Date.now();
    const busyOnce =
      (status: number, after: () => string): FakeRegistry['behave'] =>
      (address, response) => {
        const isFirst = addressesAsked(0).length + addressesAsked(1).length <= 2;
        if (isFirst) response.writeHead(status, { 'retry-after': after() }).end();
        else send(response, network(...around(address), { name: 'now' }));
      };
    registry(0).behave = busyOnce(429, () => '1');
    // A date has whole seconds.
    registry(1).behave = busyOnce(503, () => new Date(started + 2000).toUTCString());
    const { outcomes } = await askRegistries(['20.1.1.1', '62.1.1.1', '103.1.1.1'], home, fast);
    expect([...outcomes.values()].map(({ registration }) => registration?.name)).toEqual([
      'now',
      'now',
      'apnic 103.1.1.1',
    ]);
    const [first, second] = registry(0).asked;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1000);
    const [, later] = registry(1).asked;
    expect(later?.at).toBeGreaterThanOrEqual(Math.floor((started + 2000) / 1000) * 1000);
    expect(registry(2).asked[0]?.at).toBeLessThan(started + 900);
  });

  test('are left for another run when a registry asks to wait too long; another run obeys too', async () => {
    registry(3).behave = (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end();
    const first = await askRegistries(['200.1.1.1', '200.2.1.1', '41.1.1.1'], home, fast);
    expect(first.outcomes.get('200.2.1.1')?.failure?.reason).toMatch(/asks not to be asked before .* UTC\.$/);
    expect(first.outcomes.get('41.1.1.1')?.registration).not.toBeNull();
    const questions = registry(3).asked.length;
    expect(questions).toBeLessThanOrEqual(2);
    const second = await askRegistries(['200.1.1.1'], home, fast);
    expect(second.outcomes.get('200.1.1.1')?.failure?.reason).toMatch(/asks not to be asked/);
    expect(registry(3).asked).toHaveLength(questions);
  });

  test('are spread over the minute as the budget has it', async () => {
    const values = { ...fast.values, other: 600 };
    await askRegistries(
      Array.from({ length: 6 }, (_, n) => `62.${n}.0.1`),
      home,
      { ...fast, values },
    );
    const times = registry(1).asked.map(({ at }) => at);
    // Five gaps of 100 ms; a late timer may be caught up by a quarter of a second.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(350);
  });

  test('are few at once, over all registries and at each', async () => {
    let open = 0;
    let most = 0;
    const mostAt = [0, 0, 0, 0, 0];
    registries.forEach((one, index) => {
      let own = 0;
      one.behave = (address, response) => {
        open += 1;
        own += 1;
        most = Math.max(most, open);
        mostAt[index] = Math.max(mostAt[index] ?? 0, own);
        setTimeout(() => {
          open -= 1;
          own -= 1;
          send(response, network(...around(address)));
        }, 100);
      };
    });
    const addresses = ['20', '62', '103', '200', '41'].flatMap((first) =>
      [1, 2, 3, 4].map((n) => `${first}.${n}.0.1`),
    );
    const values = { ...fast.values, atOnce: 3, atOncePerRegistry: 2 };
    await askRegistries(addresses, home, { ...fast, values });
    expect(most).toBe(3);
    expect(Math.max(...mostAt)).toBeLessThanOrEqual(2);
  });

  test('about neighbours wait for the answer that may settle them', async () => {
    registry(1).behave = (_, response) =>
      void setTimeout(() => send(response, network('62.8.0.0', '62.8.127.255', { name: 'half' })), 100);
    const { outcomes } = await askRegistries(['62.8.1.1', '62.8.2.2', '62.8.200.1', '62.8.3.3'], home, fast);
    expect(addressesAsked(1)).toEqual(['62.8.1.1', '62.8.200.1']);
    expect(outcomes.get('62.8.3.3')?.registration?.name).toBe('half');
  });

  test('stop when the caller gives up; what was answered is kept, and the next run goes on', async () => {
    const interrupt = new AbortController();
    registry(1).behave = (address, response) => {
      if (addressesAsked(1).length > 2) interrupt.abort(new HuntError('engine.cancelled', 'Interrupted'));
      else send(response, network(...around(address)));
    };
    const addresses = [1, 2, 3, 4, 5].map((n) => `62.${n}.0.1`);
    const values = { ...fast.values, atOncePerRegistry: 1 };
    const run = askRegistries(addresses, home, { ...fast, values, signal: interrupt.signal });
    await expect(run).rejects.toMatchObject({ code: 'engine.cancelled' });
    registry(1).behave = (address, response) => send(response, network(...around(address)));
    registry(1).asked.length = 0;
    await askRegistries(addresses, home, fast);
    expect(addressesAsked(1)).toEqual(['62.3.0.1', '62.4.0.1', '62.5.0.1']);
  });

  test('stop at a registry that cannot be reached', async () => {
    registry(4).close();
    const addresses = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `41.${n}.0.1`);
    const { outcomes, questions } = await askRegistries(addresses, home, fast);
    expect(Object.values(questions)[0]).toBeLessThanOrEqual(4);
    expect(outcomes.get('41.1.0.1')?.failure?.reason).toMatch(/cannot be reached \(ECONNREFUSED\)/);
    expect(outcomes.get('41.8.0.1')?.failure?.reason).toMatch(/cannot be reached; it was not asked/);
    // It may be our own connection: that is forgotten soon.
    const { at = '', until = '' } = outcomes.get('41.1.0.1')?.failure ?? {};
    expect(Date.parse(until) - Date.parse(at)).toBe(60_000);
  });

  test('go to nobody where no registry has the block', async () => {
    const { outcomes, questions } = await askRegistries(['9.9.9.9'], home, fast);
    expect(outcomes.get('9.9.9.9')?.failure?.reason).toBe('No registry is known for it.');
    expect(questions).toEqual({});
  });

  test('say how far they are', async () => {
    const seen: InquiryProgress[] = [];
    await askRegistries(['62.1.0.1', '62.2.0.1', '41.1.0.1'], home, {
      ...fast,
      onProgress: (one) => seen.push(one),
    });
    expect(seen[0]).toMatchObject({ total: 3, answered: 0, asked: 0 });
    expect(seen.at(-1)).toEqual({
      ...{ total: 3, fromCache: 0, answered: 3, failed: 0, asked: 3 },
      ...{ waitingFor: null, secondsLeft: 0 },
      questions: { [registry(1).host]: 2, [registry(4).host]: 1 },
    });
    registry(1).asked.length = 0;
    const again: InquiryProgress[] = [];
    await askRegistries(['62.1.0.1', '62.2.0.1'], home, { ...fast, onProgress: (one) => again.push(one) });
    expect(again.at(-1)).toMatchObject({ total: 2, fromCache: 2, asked: 0 });
  });
});

describe('answers that are none', () => {
  const oneOf = async (behave: FakeRegistry['behave']) => {
    registry(1).behave = behave;
    const { outcomes } = await askRegistries(['62.5.5.5'], home, fast);
    const outcome = outcomes.get('62.5.5.5');
    expect(outcome?.registration).toBeNull();
    expect(existsSync(join(home, 'rdap', 'answers'))).toBe(false);
    return outcome?.failure?.reason.replaceAll(registry(1).host, 'HOST');
  };

  test.each<[string, FakeRegistry['behave'], string]>([
    [
      'no JSON',
      (_, r) => r.writeHead(200, { 'content-type': 'application/rdap+json' }).end('{"startAddress": "62'),
      'The answer of HOST is no JSON.',
    ],
    [
      'a page',
      (_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      'The answer of HOST is text/html, not RDAP.',
    ],
    ['a list', (_, r) => send(r, []), 'The answer of HOST describes no block of addresses.'],
    [
      'no block',
      (_, r) => send(r, { objectClassName: 'ip network', startAddress: 7, endAddress: {} }),
      'The answer of HOST describes no block of addresses.',
    ],
    [
      'another block',
      (_, r) => send(r, network('62.5.6.0', '62.5.6.255')),
      'The answer of HOST is about another block of addresses.',
    ],
    [
      'the other family',
      (_, r) => send(r, network('2a00::', '2a00:ffff::')),
      'The answer of HOST is about another block of addresses.',
    ],
    [
      'all there is',
      (_, r) => send(r, network('0.0.0.0', '255.255.255.255')),
      'HOST knows no block of its own with it.',
    ],
    [
      'too much',
      (_, r) => send(r, network('62.5.5.0', '62.5.5.255', { name: 'a'.repeat(2_000_000) })),
      'The answer of HOST is larger than 1,000,000 bytes, and was dropped.',
    ],
    [
      'a bomb',
      (_, r) =>
        r
          .writeHead(200, { 'content-type': 'application/rdap+json', 'content-encoding': 'gzip' })
          .end(gzipSync(' '.repeat(5_000_000))),
      'The answer of HOST is larger than 1,000,000 bytes, and was dropped.',
    ],
    ['silence', () => undefined, 'HOST has not answered within 1 s.'],
    ['an error', (_, r) => r.writeHead(500).end(), 'HOST answers with status 500.'],
    ['not found', (_, r) => r.writeHead(404).end('{"errorCode":404}'), 'HOST knows no block with it.'],
  ])('%s', async (_, behave, reason) => {
    expect(await oneOf(behave)).toBe(reason);
  });

  test('are remembered for a while, so that nobody asks again at once', async () => {
    const [failed, missing] = ['62.5.5.5', '62.6.6.6'];
    registry(1).behave = (address, response) => response.writeHead(address === missing ? 404 : 500).end();
    const first = await askRegistries([failed, missing], home, fast);
    const minutes = (address: string) => {
      const { at = '', until = '' } = first.outcomes.get(address)?.failure ?? {};
      return (Date.parse(until) - Date.parse(at)) / 60_000;
    };
    expect([minutes(failed), minutes(missing)]).toEqual([10, 24 * 60]);
    const second = await askRegistries([failed, missing], home, fast);
    expect(second.questions).toEqual({});
    expect(second.outcomes.get(failed)?.failure).toEqual(first.outcomes.get(failed)?.failure);

    const file = join(home, 'rdap', 'failures', '4-3e050505.json');
    writeFileSync(
      file,
      JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), until: '2020-01-01T00:00:00Z' }),
    );
    const third = await askRegistries([failed, missing], home, fast);
    expect(Object.values(third.questions)).toEqual([1]);
  });
});

describe('what is kept', () => {
  const [name] = ['4-3e010200-3e0102ff.json'];
  const path = (): string => join(home, 'rdap', 'answers', name ?? '');

  test('is good for so many days', async () => {
    await askRegistries(['62.1.2.3'], home, fast);
    const kept = JSON.parse(readFileSync(path(), 'utf8'));
    const aged = (days: number): void => {
      kept.registration.askedAt = new Date(Date.now() - days * 86_400_000).toISOString();
      writeFileSync(path(), JSON.stringify(kept));
    };
    aged(29);
    expect((await askRegistries(['62.1.2.3'], home, fast)).questions).toEqual({});
    aged(31);
    expect((await keptOutcomes(['62.1.2.3'], home, 30)).get('62.1.2.3')?.registration).toBeNull();
    expect(Object.values((await askRegistries(['62.1.2.3'], home, fast)).questions)).toEqual([1]);
  });

  test('that is broken is asked for again, and foreign files are left alone', async () => {
    mkdirSync(join(home, 'rdap', 'answers'));
    writeFileSync(path(), '{"registration":');
    for (const foreign of ['4-0.json', '4-zz-zz.json', 'notes.txt']) {
      writeFileSync(join(home, 'rdap', 'answers', foreign), 'x');
    }
    const { outcomes } = await askRegistries(['62.1.2.3'], home, fast);
    expect(outcomes.get('62.1.2.3')?.registration?.name).toBe('ripe 62.1.2.3');
    expect(readdirSync(join(home, 'rdap', 'answers')).sort()).toEqual([
      '4-0.json',
      name,
      '4-zz-zz.json',
      'notes.txt',
    ]);
  });

  test('of several blocks around an address the smallest speaks', async () => {
    registry(1).behave = (address, response) =>
      send(
        response,
        address === '62.1.2.3'
          ? network('62.1.0.0', '62.2.255.255', { name: 'large' })
          : network(...around(address), { name: 'small' }),
      );
    await askRegistries(['62.1.9.1'], home, fast);
    await askRegistries(['62.1.2.3'], home, fast);
    const kept = await keptOutcomes(['62.1.9.7', '62.1.8.7', '62.2.0.1'], home, 30);
    expect([...kept.values()].map(({ registration }) => registration?.name)).toEqual([
      'small',
      'large',
      'large',
    ]);
  });

  test('of a block that is larger than what the registry was given counts for the one address', async () => {
    registry(1).behave = (_, response) =>
      send(response, network('60.0.0.0', '63.255.255.255', { name: 'wide' }));
    await askRegistries(['62.1.2.3'], home, fast);
    const kept = await keptOutcomes(['62.1.2.3', '62.1.2.4'], home, 30);
    expect([...kept.values()].map(({ registration }) => registration?.name ?? null)).toEqual(['wide', null]);
  });

  test('serves two runs at once', async () => {
    const addresses = Array.from({ length: 20 }, (_, n) => `62.${n}.0.1`);
    const both = await Promise.all([
      askRegistries(addresses, home, fast),
      askRegistries([...addresses].reverse(), home, fast),
    ]);
    for (const { outcomes } of both) {
      expect([...outcomes.values()].every(({ registration }) => registration !== null)).toBe(true);
    }
    const files = readdirSync(join(home, 'rdap', 'answers'));
    expect(files).toHaveLength(20);
    for (const file of files) JSON.parse(readFileSync(join(home, 'rdap', 'answers', file), 'utf8'));
  });

  test('in a folder that cannot be written is used once, and that is said', async () => {
    writeFileSync(join(home, 'rdap', 'answers'), 'a file in its place');
    const { outcomes, notKept } = await askRegistries(['62.1.2.3', '62.1.2.4'], home, fast);
    expect(outcomes.get('62.1.2.4')?.registration?.name).toBe('ripe 62.1.2.3');
    expect(notKept).toMatch(/EEXIST|ENOTDIR/);
  });
});

describe('the bootstrap file', () => {
  const old = (file: string): void => {
    const week = new Date(Date.now() - 8 * 86_400_000);
    utimesSync(file, week, week);
  };
  const file = (): string => join(home, 'rdap', 'ipv4.json');

  test('of a week ago is asked for again; what IANA does not change keeps its text', async () => {
    const iana = await fakeRegistry((_, response, request) => {
      if (request.headers['if-modified-since'] !== undefined && request.url === '/rdap/ipv6.json')
        response.writeHead(304).end();
      else
        send(response, {
          version: '1.0',
          publication: '2026-12-01T00:00:00Z',
          services: [[['7.0.0.0/8'], ['https://rdap.example/']]],
        });
    });
    registries.push(iana);
    let asked = 0;
    const options = { base: iana.url, env: {}, onAsk: () => (asked += 1) };
    expect(await freshBootstrap(join(home, 'rdap'), 'ipv4', options)).toMatchObject({
      publication: '2026-11-01T00:00:00Z',
    });
    expect(asked).toBe(0);
    old(file());
    old(join(home, 'rdap', 'ipv6.json'));
    const four = await freshBootstrap(join(home, 'rdap'), 'ipv4', options);
    const six = await freshBootstrap(join(home, 'rdap'), 'ipv6', options);
    expect(four).toMatchObject({
      source: 'downloaded',
      publication: '2026-12-01T00:00:00Z',
      entries: [{ url: 'https://rdap.example/' }],
    });
    expect(six.publication).toBe('2026-11-01T00:00:00Z');
    expect(Date.now() - Date.parse(six.confirmedAt ?? '')).toBeLessThan(60_000);
    await freshBootstrap(join(home, 'rdap'), 'ipv6', options);
    expect(asked).toBe(2);
  });

  test('that IANA does not give, or not properly, stays as it was; without one the shipped copy serves', async () => {
    const iana = await fakeRegistry((_, response) => send(response, { version: '2.0', services: 'none' }));
    registries.push(iana);
    old(file());
    const kept = await freshBootstrap(join(home, 'rdap'), 'ipv4', { base: iana.url, env: {} });
    expect(kept.publication).toBe('2026-11-01T00:00:00Z');
    rmSync(file());
    const shipped = await freshBootstrap(join(home, 'rdap'), 'ipv4', { base: iana.url, env: {} });
    expect(shipped).toMatchObject({ source: 'shipped', confirmedAt: null });
    expect(shipped.entries).toHaveLength(221);
    expect(existsSync(file())).toBe(false);
  });
});

test('hostile text arrives as text, cut to a line', async () => {
  const evil = '\u001b]0;owned\u0007<script>alert(1)</script>\u202e';
  registry(1).behave = (address, response) =>
    send(
      response,
      network(...around(address), {
        name: `${evil}\n\n${'x'.repeat(5000)}`,
        handle: { toString: 'no text' },
        country: '../../etc',
        entities: [entity(['registrant'], [['fn', {}, 'text', evil]]), null, 7, { roles: 'abuse' }],
        events: [{ eventAction: 'registration', eventDate: 'tomorrow' }],
      }),
    );
  const { outcomes } = await askRegistries(['62.5.5.5'], home, fast);
  const found = outcomes.get('62.5.5.5')?.registration;
  expect(found).toMatchObject({
    handle: null,
    country: null,
    organisation: evil,
    registered: null,
    abuse: null,
  });
  expect(found?.name).toHaveLength(200);
});

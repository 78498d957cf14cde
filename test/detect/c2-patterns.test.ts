import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/demo/random.ts';
import { c2Detector, c2Settings } from '../../src/detect/c2/index.ts';
import { compareFindings, type Judgement, severities } from '../../src/detect/finding.ts';
import { defaultsOf } from '../../src/detect/settings.ts';
import { analysed } from './analysed.ts';
import { browsing, day, type Exchange, paced, subscribers, unpaced, writeLog } from './traffic.ts';

const settings = defaultsOf(c2Settings);
const host = '10.0.0.5';
const second = '10.0.0.6';
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'northsouth-c2-patterns-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function judged(exchanges: readonly Exchange[]): Promise<Judgement[]> {
  const log = await writeLog(join(scratch, `${Math.random()}.log`), exchanges);
  const { engine, context, close } = await analysed([log]);
  try {
    const rows = await engine.ask(c2Detector.candidates(settings, context, {}));
    const judgements = rows.map((row) => c2Detector.judge(row, settings, context));
    return (c2Detector.gather?.(rows, judgements) ?? judgements).sort(compareFindings);
  } finally {
    await close();
  }
}

const found = (judgements: readonly Judgement[]) => judgements.filter(({ answer }) => answer === 'yes');
const rank = ({ severity }: Judgement) => severities.indexOf(severity);
const above = (severity: Judgement['severity'], judgements: readonly Judgement[]) =>
  found(judgements).filter((one) => rank(one) > severities.indexOf(severity));
const named = (judgements: readonly Judgement[]) =>
  new Set(
    found(judgements).flatMap(({ subject, peers = [] }) => [subject.peer, ...peers.map(({ peer }) => peer)]),
  );

/** The share of the peers with so many exchanges or more that some finding names. */
function namedShare(judgements: readonly Judgement[], exchanges: readonly Exchange[], least: number): number {
  const counts = new Map<string, number>();
  for (const { to } of exchanges) counts.set(to, (counts.get(to) ?? 0) + 1);
  const asked = [...counts].filter(([, count]) => count >= least).map(([peer]) => peer);
  const names = named(judgements);
  return asked.filter((peer) => names.has(peer)).length / asked.length;
}

const twoDesks = (random: Random, days: number) => [
  ...browsing(random, host, days),
  ...browsing(random, second, days),
];

describe('implants', () => {
  test('two infected hosts with a list of servers on four ports for a week: 95 % of the servers are named', {
    timeout: 60_000,
  }, async () => {
    const random = new Random(1, 'trickbot');
    const servers = subscribers(random, 24);
    const calls = [host, second].flatMap((from) =>
      servers.flatMap((to, n) => {
        // Each server is in use for some hours or a day, several at a time; every sixth is dead.
        const since = (n * 7 * day) / 26 + random.integer(0, 7200);
        const until = since + random.integer(4, 30) * 3600;
        const port = [443, 449, 447, 8082][n % 4] ?? 443;
        const times =
          n % 3 === 0 ? unpaced(random, since, until, 1500) : paced(random, since, until, 900, 0.25);
        return times.map((at) => ({
          ...{ at, from, to, port, out: random.integer(1100, 1500), seconds: 3 },
          back: n % 6 === 5 ? 0 : random.integer(2100, 3100),
        }));
      }),
    );
    const judgements = await judged([...calls, ...twoDesks(random, 7)]);
    expect(namedShare(judgements, calls, 12)).toBeGreaterThanOrEqual(0.95);
    // Nothing of what people read is loud.
    const servers24 = new Set(servers);
    expect(above('low', judgements).filter(({ subject }) => !servers24.has(subject.peer))).toEqual([]);
  });

  test('two infected hosts of a small office, each with a server of its own on one odd port, do not excuse each other', async () => {
    const random = new Random(5, 'pair');
    const calls = [host, second].flatMap((from, n) =>
      paced(random, 0, 3 * day, 900, 0.1).map((at) => ({
        ...{
          at,
          from,
          to: n === 0 ? '80.67.18.30' : '89.44.9.30',
          port: 447,
          out: 700,
          back: 900,
          seconds: 3,
        },
      })),
    );
    const loud = above('medium', await judged([...calls, ...twoDesks(random, 3)])).map(
      ({ subject }) => subject.peer,
    );
    expect(loud.toSorted()).toEqual(['80.67.18.30', '89.44.9.30']);
  });

  test('one check-in each quarter of an hour, each with the next of twelve servers, is one finding that names all', async () => {
    const random = new Random(2, 'rotation');
    const servers = subscribers(random, 12);
    const calls = paced(random, 0, 3 * day, 900, 0.1).map((at, n) => ({
      ...{ at, from: host, to: servers[Math.floor(n / 6) % 12] ?? '', port: 443 },
      ...{ out: random.integer(900, 1000), back: random.integer(700, 800) },
    }));
    const judgements = await judged([...calls, ...twoDesks(random, 3)]);
    const [first] = found(judgements);
    expect(first).toMatchObject({ severity: 'medium', subject: { local: host, servicePort: 443 } });
    expect(first?.peers?.map(({ peer }) => peer).sort()).toEqual([...servers].sort());
    expect(named(judgements)).toEqual(new Set(servers));
  });

  test('servers tried in turn until one answers: those with twelve tries or more are named', async () => {
    const random = new Random(3, 'emotet');
    const servers = subscribers(random, 30);
    const calls = paced(random, 0, 3 * day, 1200, 0.1).flatMap((at, n) => {
      const current = Math.floor(n / 24) % servers.length;
      return [current, current + 1].map((which, k) => ({
        ...{
          at: at - 30 * k,
          from: host,
          to: servers[which % 30] ?? '',
          port: [8080, 7080][which % 2] ?? 8080,
        },
        ...{ out: 1300, back: k === 0 ? 900 : 0 },
      }));
    });
    const judgements = await judged([...calls, ...twoDesks(random, 3)]);
    expect(namedShare(judgements, calls, 12)).toBeGreaterThanOrEqual(0.95);
  });

  test.each([
    ['443, sizes within 10 %', 443, 0.1],
    ['449, sizes within 60 %', 449, 0.6],
  ] as const)(
    'servers that are called whenever there is something to say, on port %s, are named',
    async (_, port, spread) => {
      const random = new Random(13, 'on demand', port);
      const sized = (middle: number) => Math.floor(middle * (1 + spread * (2 * random.unit() - 1)));
      const calls = subscribers(random, 12).flatMap((to, n) =>
        unpaced(random, n * 14_400, n * 14_400 + 14 * 3600, 2400).map((at) => ({
          ...{ at, from: host, to, port, out: sized(1300), back: sized(2600) },
        })),
      );
      const judgements = await judged([...calls, ...twoDesks(random, 3)]);
      expect(namedShare(judgements, calls, 12)).toBeGreaterThanOrEqual(0.95);
    },
  );

  test('a peer-to-peer bot keeps up with hundreds of peers on odd ports, day and night: one finding names them', {
    timeout: 60_000,
  }, async () => {
    const random = new Random(4, 'mesh');
    const peers = subscribers(random, 300).map((to) => ({ to, port: random.integer(1100, 60_000) }));
    const calls = peers.flatMap(({ to, port }, n) =>
      paced(random, 0, 3 * day, 2 * 3600, 0.4)
        .filter(() => random.chance(0.5))
        .map((at) => ({
          ...{ at, from: host, to, port, protocol: 17, ownPort: 16_471 },
          ...{ out: random.integer(80, 300), back: n % 3 === 0 ? 0 : random.integer(80, 500) },
        })),
    );
    const judgements = await judged([...calls, ...twoDesks(random, 3)]);
    const mesh = found(judgements).find(({ kind }) => kind === 'mesh');
    expect(mesh).toMatchObject({ severity: 'medium', subject: { local: host, servicePort: null } });
    expect(namedShare(judgements, calls, 4)).toBeGreaterThanOrEqual(0.95);
    expect(found(judgements)).toHaveLength(1);
  });

  test('a dead server that is called every 23 s for 45 minutes is a finding', async () => {
    const random = new Random(5, 'dead');
    const calls = paced(random, 3600, 3600 + 2700, 23).map((at) => ({
      ...{ at, from: host, to: '161.97.80.9', port: 443, out: 120, back: 0 },
    }));
    const [first] = found(await judged([...calls, ...twoDesks(random, 1)]));
    expect(first).toMatchObject({ kind: 'calls in vain', severity: 'low', subject: { peer: '161.97.80.9' } });
  });

  test('a server used in two bouts of three hours within a week is judged over the bouts', async () => {
    const random = new Random(6, 'bouts');
    const calls = [day, 5 * day].flatMap((since) =>
      paced(random, since, since + 3 * 3600, 240, 0.05).map((at) => ({
        ...{ at, from: host, to: '161.97.80.9', port: 443, out: 700, back: 500 },
      })),
    );
    const [first] = found(await judged([...calls, ...twoDesks(random, 7)]));
    expect(first).toMatchObject({ kind: 'beacon', severity: 'low', subject: { peer: '161.97.80.9' } });
    expect(first?.evidence.join()).toMatch(/judged over 2 bouts .* of 4\.1 days/);
  });

  test.each([
    ['a usual port', 443, 'medium'],
    ['an odd port', 8443, 'high'],
  ] as const)('a beacon to %s, three days long, in a network of two', async (_, port, severity) => {
    const random = new Random(7, 'beacon');
    const calls = paced(random, 0, 3 * day, 600, 0.2).map((at) => ({
      ...{ at, from: host, to: '161.97.80.9', port, out: random.integer(600, 700), back: 400 },
    }));
    const [first] = found(await judged([...calls, ...twoDesks(random, 3)]));
    expect(first).toMatchObject({ kind: 'beacon', severity, subject: { peer: '161.97.80.9' } });
  });

  test('two servers in one access network are two findings, two addresses of one hoster are one that names both', async () => {
    const random = new Random(8, 'networks');
    const peers = ['24.9.151.63', '24.9.160.17', '161.97.80.9', '161.97.80.10'];
    const calls = peers.flatMap((to) =>
      paced(random, 0, 2 * day, 900, 0.05).map((at) => ({ at, from: host, to, port: 443, out: 700 })),
    );
    const judgements = found(await judged(calls));
    expect(judgements).toHaveLength(3);
    expect(named(judgements)).toEqual(new Set(peers));
    const one = judgements.find(({ subject }) => subject.peer.startsWith('161.'));
    expect(one?.peers?.map(({ peer }) => peer).sort()).toEqual(['161.97.80.10', '161.97.80.9']);
  });
});

test('that one host of many does it raises no nine starts above low', async () => {
  const random = new Random(6, 'few');
  const calls = paced(random, 0, 0.75 * day, 7200, 0.02).map((at) => ({
    ...{ at, from: host, to: '80.67.18.31', port: 443, out: 700, back: 900, seconds: 3 },
  }));
  const log = await writeLog(join(scratch, 'few.log'), [...calls, ...twoDesks(random, 1)]);
  const { engine, context, close } = await analysed([log]);
  const rows = await engine.ask(c2Detector.candidates(settings, context, {}));
  await close();
  const judge = (localHosts: number) =>
    rows
      .filter(({ peer }) => peer === '80.67.18.31')
      .map((row) => c2Detector.judge(row, settings, { ...context, localHosts }).severity);
  expect(judge(500)).toEqual(['low']);
});

describe('calls from outside', () => {
  const visits = (random: Random, port: number) =>
    unpaced(random, 0, 3 * day, 900).map((at) => ({
      ...{ at, from: random.pick(subscribers(new Random(9, 'visitors'), 80)), to: '10.0.0.20', port },
      ...{ out: random.integer(500, 3000), back: random.integer(2000, 200_000) },
    }));
  const poll = (random: Random, port: number) =>
    paced(random, 0, 3 * day, 270, 0.33).map((at) => ({
      ...{ at, from: '161.97.80.9', to: '10.0.0.20', port, out: 350, back: 900 },
    }));

  test('a page of a public server that is polled is low, as a monitor is, and what would settle it is told', async () => {
    const random = new Random(10, 'shell');
    const [first] = found(await judged([...poll(random, 443), ...visits(random, 443)]));
    expect(first).toMatchObject({
      ...{ kind: 'paced inbound', severity: 'low' },
      subject: { peer: '161.97.80.9', local: '10.0.0.20', direction: 'inbound' },
    });
    expect(first?.missing.join()).toContain('whose the caller is');
    expect(first?.severitySteps[0]?.because).toContain('the service is public');
  });

  test('a port that answers nobody else is medium', async () => {
    const random = new Random(11, 'bind');
    const [first] = found(await judged([...poll(random, 8443), ...visits(random, 443)]));
    expect(first).toMatchObject({ kind: 'paced inbound', severity: 'medium' });
  });

  test('a monitor and phones that fetch mail are low at most', async () => {
    const random = new Random(12, 'monitor');
    const monitor = paced(random, 0, 3 * day, 300).map((at) => ({
      ...{ at, from: '146.70.9.205', to: '10.0.0.20', port: 443, out: 400, back: 5200 },
    }));
    const phones = subscribers(random, 6).flatMap((from) =>
      paced(random, 0, 3 * day, 900, 0.05).map((at) => ({ at, from, to: '10.0.0.20', port: 993, out: 900 })),
    );
    const judgements = await judged([...monitor, ...phones, ...visits(random, 443)]);
    expect(above('low', judgements)).toEqual([]);
    expect(found(judgements).map(({ subject }) => subject.peer)).toEqual(['146.70.9.205']);
  });
});

describe('an ordinary office is quiet: at most low', () => {
  const workdays = [0, 1, 2, 3, 4];
  const offices: Readonly<Record<string, (random: Random) => Exchange[]>> = {
    'mail every five minutes in office hours': (random) =>
      [host, second].flatMap((from) =>
        workdays.flatMap((n) =>
          paced(random, n * day + 8 * 3600, n * day + 17 * 3600, 300, 0.02).map((at) => ({
            ...{ at, from, to: '80.67.18.2', port: 993, out: 900, back: random.chance(0.1) ? 60_000 : 1400 },
          })),
        ),
      ),
    'update checks every two hours, now and then with an update': (random) =>
      paced(random, 0, 7 * day, 7200, 0.02).map((at) => ({
        ...{ at, from: host, to: '91.228.166.14', port: 80, out: random.integer(500, 900) },
        back: random.chance(0.4) ? random.integer(20_000, 90_000) : random.integer(300, 900),
      })),
    'telemetry of a vendor by way of a delivery network': (random) =>
      paced(random, 0, 7 * day, 1800, 0.05).map((at) => ({
        ...{ at, from: host, to: '104.16.132.229', port: 443, out: 2400, back: 900 },
      })),
    'presence of a messenger': (random) =>
      paced(random, 0, 7 * day, 300, 0.02).map((at) => ({
        ...{ at, from: host, to: '80.67.18.9', port: 5222, out: 240, back: 180 },
      })),
    'an open port that is asked for at a pace, with nothing said': (random) =>
      paced(random, 0, 7 * day, 1800, 0.05).map((at) => ({
        ...{ at, from: host, to: '80.67.18.7', port: 8443, out: 44, back: 44 },
      })),
    clocks: (random) =>
      [host, second].flatMap((from) =>
        paced(random, 0, 7 * day, 1024).map((at) => ({
          ...{ at, from, to: '80.67.18.20', port: 123, protocol: 17, ownPort: 123, out: 76, back: 76 },
        })),
      ),
    'a backup each hour': (random) =>
      paced(random, 0, 7 * day, 3600, 0.01).map((at) => ({
        ...{
          at,
          from: host,
          to: '80.67.18.30',
          port: 443,
          out: random.integer(2e6, 9e6),
          back: 40_000,
          seconds: 50,
        },
      })),
    'a page left open that asks for news while somebody works': (random) =>
      workdays.flatMap((n) =>
        paced(random, n * day + 8 * 3600, n * day + 12 * 3600, 120, 0.1).map((at) => ({
          ...{ at, from: host, to: '80.67.18.40', port: 443, out: 900, back: random.integer(900, 9000) },
        })),
      ),
    'a game in the evening': (random) =>
      workdays.flatMap((n) =>
        subscribers(random, 5).flatMap((to) =>
          unpaced(random, n * day + 19 * 3600, n * day + 22 * 3600, 900).map((at) => ({
            ...{ at, from: host, to, port: 27_015, protocol: 17, out: 400_000, back: 900_000, seconds: 400 },
          })),
        ),
      ),
    'file sharing for two days': (random) =>
      subscribers(random, 250).flatMap((to) => {
        const port = random.chance(0.3) ? 6881 : random.integer(10_000, 60_000);
        return unpaced(random, 0, 2 * day, 9 * 3600).map((at) => ({
          ...{ at, from: host, to, port, protocol: 17, ownPort: 51_413, out: random.integer(100, 30_000) },
          ...{ back: random.chance(0.2) ? random.integer(1e6, 2e7) : random.integer(100, 400), seconds: 40 },
        }));
      }),
  };

  test.each(Object.entries(offices))('%s', { timeout: 60_000 }, async (name, traffic) => {
    const random = new Random(20, name);
    const judgements = await judged([...traffic(random), ...twoDesks(random, 5)]);
    expect(above('low', judgements).map(({ kind, subject }) => [kind, subject])).toEqual([]);
  });
});

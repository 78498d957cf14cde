import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/demo/random.ts';
import { accessDetector, accessSettings } from '../../src/detect/access/index.ts';
import { compareFindings, type Judgement, severities } from '../../src/detect/finding.ts';
import { defaultsOf } from '../../src/detect/settings.ts';
import { guesses, refusal, strangers, type Talk, talkLines } from './access-lines.ts';
import { analysed } from './analysed.ts';

// Hosts that the Internet reaches, from seeds: what is refused, who is let in, and who works there anyway.

const scratch = mkdtempSync(join(tmpdir(), 'northsouth-exposed-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const values = defaultsOf(accessSettings);
const hour = 3600;
const day = 24 * hour;
const monday = 1_780_272_000;
const server = '10.0.0.5';
const attacker = '203.56.7.9';

let logs = 0;

async function judged(talks: readonly Talk[], address?: string): Promise<Judgement[]> {
  const file = join(scratch, `${++logs}.log`);
  writeFileSync(file, `${talkLines(talks).join('\n')}\n`);
  const { engine, context, close } = await analysed([file]);
  const rows = await engine.ask(
    accessDetector.candidates(values, context, address === undefined ? {} : { address }),
  );
  await close();
  return rows.map((row) => accessDetector.judge(row, values, context)).sort(compareFindings);
}

const isAbove = (severity: (typeof severities)[number]) => (one: Judgement) =>
  one.answer === 'yes' && severities.indexOf(one.severity) > severities.indexOf(severity);
const of = (found: readonly Judgement[], peer: string) => found.find(({ subject }) => subject.peer === peer);

/** 200 unrelated guessers on one server for three days, of which none gets in. */
function weather(random: Random, target = server): Talk[] {
  return strangers(random, 200).flatMap((from) =>
    guesses(random, from, target, random.integer(2, 60), monday + random.integer(0, 2 * day), 120),
  );
}

/** Traffic of the first and the last hour, so that the data span a week. */
const week: readonly Talk[] = [monday, monday + 7 * day].map((at) => ({
  ...{ from: '10.0.0.7', to: '10.0.0.8', port: 443, at },
  ...{ up: 900, down: 4000 },
}));

describe.each([1, 2])('seed %i', (seed) => {
  test('hundreds of guessers of which none gets in: each named, low, and nothing above', async () => {
    const talks = weather(new Random(seed, 'weather'));
    const found = await judged([...week, ...talks]);
    const counts = new Map<string, number>();
    for (const { from } of talks) counts.set(from, (counts.get(from) ?? 0) + 1);
    const guessers = [...counts].filter(([, sessions]) => sessions >= 10).map(([from]) => from);
    const named = guessers.filter((from) => of(found, from)?.severity === 'low');
    expect(named.length / guessers.length).toBeGreaterThanOrEqual(0.95);
    expect(found.filter(isAbove('low'))).toEqual([]);
    expect(found.map(({ kind }) => kind)).not.toContain('guessing followed by success');
  });

  test('one of them gets in and works for 20 minutes: high', async () => {
    const random = new Random(seed, 'works');
    const inside: Talk = {
      ...{ from: attacker, to: server, at: monday + 2 * day, seconds: 1200 },
      ...{ up: 15_000, down: 90_000 },
    };
    const found = await judged([
      ...week,
      ...weather(random),
      ...guesses(random, attacker, server, 60, inside.at - 2 * hour, 60),
      inside,
    ]);
    expect(found[0]).toMatchObject({
      ...{ kind: 'guessing followed by success', answer: 'yes', severity: 'high' },
      subject: { peer: attacker, local: server },
    });
    expect(found.filter(isAbove('low'))).toHaveLength(1);
  });

  test('it types little for 20 minutes: no server waits so long for a password', async () => {
    const random = new Random(seed, 'types');
    const [first] = await judged([
      ...week,
      ...guesses(random, attacker, server, 60, monday + day, 60),
      { from: attacker, to: server, at: monday + day + 4 * hour, seconds: 1500, up: 16_000, down: 22_000 },
    ]);
    expect(first).toMatchObject({ kind: 'guessing followed by success', severity: 'high' });
  });

  test('one gets in, calls a new peer at once and sends it a gigabyte: critical', async () => {
    const random = new Random(seed, 'sends');
    const at = monday + 2 * day;
    const found = await judged([
      ...week,
      ...weather(random),
      ...guesses(random, attacker, server, 60, at - 2 * hour, 60),
      { from: attacker, to: server, at, seconds: 700, up: 12_000, down: 40_000 },
      { from: server, to: '198.98.56.7', port: 443, at: at + 120, seconds: 600, up: 1e9, down: 4e6 },
    ]);
    expect(found[0]).toMatchObject({ kind: 'guessing followed by success', severity: 'critical' });
    expect(found[0]?.evidence.join()).toContain('198.98.56.7');
    expect(found[0]?.severitySteps[0]?.because).toContain('a new peer');
  });
});

describe('who works there anyway', () => {
  const random = new Random(7, 'work');
  const work = (from: string, at: number, up: number, down: number, seconds = 1200): Talk => ({
    ...{ from, to: server, at, seconds, up, down },
  });

  test('logins of administrators, uploads by scp, drops by SFTP, amid guessing: nothing above low', async () => {
    const found = await judged([
      ...week,
      ...weather(random),
      // An administrator every day, who mistypes now and then.
      ...[0, 1, 2, 3, 4].flatMap((nth) => [
        refusal(random, '62.153.64.9', server, monday + nth * day + 9 * hour, true),
        work('62.153.64.9', monday + nth * day + 9 * hour + 60, 40_000, 500_000),
        work('62.153.64.9', monday + nth * day + 11 * hour, 30_000_000, 60_000, 60),
      ]),
      // A partner who looks every ten minutes, and brings a file at night.
      ...Array.from({ length: 700 }, (_, nth): Talk => {
        return { from: '91.64.0.7', to: server, at: monday + nth * 600, up: 3300, down: 3900 };
      }),
      ...[0, 1, 2, 3, 4].map((nth) => work('91.64.0.7', monday + nth * day + 2 * hour, 9e6, 9000, 30)),
    ]);
    expect(found.filter(isAbove('low')).map(({ subject, kind }) => [subject.peer, kind])).toEqual([]);
  });

  test('version control by SSH: fetches of nothing, and whole copies, by a dozen people', async () => {
    const people = strangers(random, 12);
    const found = await judged([
      ...week,
      ...people.flatMap((from) =>
        Array.from({ length: 60 }, (_, nth): Talk => {
          const at = monday + Math.floor(nth / 12) * day + (8 + (nth % 12)) * hour + random.integer(0, 3000);
          const isCopy = nth > 8 && random.chance(0.1);
          return {
            from,
            to: server,
            at,
            up: 4200,
            down: isCopy ? 40_000_000 : 3300 + random.integer(0, 900),
          };
        }),
      ),
    ]);
    expect(found.filter(isAbove('low')).map(({ subject, kind }) => [subject.peer, kind])).toEqual([]);
  });

  test('a bastion, which reaches many hosts every day: nothing above low', async () => {
    const found = await judged([
      ...week,
      ...Array.from({ length: 120 }, (_, nth): Talk => {
        const at = monday + Math.floor(nth / 30) * day + (8 + (nth % 10)) * hour + random.integer(0, 3000);
        const to = `10.0.1.${random.integer(1, 40)}`;
        return { from: '10.0.0.9', to, at, seconds: 600, up: 20_000, down: 200_000 };
      }),
    ]);
    expect(found.filter(isAbove('low'))).toEqual([]);
  });
});

test.each([
  ['Remote Desktop', 3389, 900, 1600],
  ['VNC', 5900, 40, 60],
  ['SMB', 445, 700, 800],
  ['WinRM', 5985, 900, 700],
  ['telnet', 23, 60, 110],
] as const)('guessing on %s by many is named, low', async (name, port, up, down) => {
  const random = new Random(3, name);
  const sources = strangers(random, 30);
  const found = await judged([
    ...week,
    ...sources.flatMap((from) =>
      Array.from({ length: 15 }, (_, nth): Talk => {
        const at = monday + random.integer(0, day) + nth * 40;
        return {
          from,
          to: server,
          port,
          at,
          up: up + random.integer(0, 5),
          down: down + random.integer(0, 9),
        };
      }),
    ),
  ]);
  expect(found.map(({ severity }) => severity)).toEqual(sources.map(() => 'low'));
  expect(found[0]?.evidence[0]).toContain(name);
});

test('a port of yours on which SSH is spoken is told as SSH', async () => {
  const random = new Random(4, 'port');
  const talks = guesses(random, attacker, server, 40, monday, 30).map((talk) => ({ ...talk, port: 22_022 }));
  const file = join(scratch, 'moved.log');
  writeFileSync(file, `${talkLines(talks).join('\n')}\n`);
  const { engine, context, close } = await analysed([file]);
  const own = { ...values, adminPorts: [22_022] };
  const rows = await engine.ask(accessDetector.candidates(own, context, {}));
  await close();
  const [found] = rows.map((row) => accessDetector.judge(row, own, context));
  expect(found?.evidence[0]).toContain('SSH by its sizes (port 22022)');
});

test('a crowd of sources, each too seldom to be named, is one finding, also for each of them', async () => {
  const random = new Random(5, 'crowd');
  const sources = strangers(random, 60);
  const talks = sources.flatMap((from) =>
    guesses(random, from, server, 4, monday + random.integer(0, day), 600),
  );
  const [crowd, ...others] = await judged([...week, ...talks]);
  expect(others).toEqual([]);
  expect(crowd).toMatchObject({ kind: 'distributed guessing', answer: 'yes', severity: 'low' });
  expect(crowd?.subject.local).toBe(server);
  expect(crowd?.evidence[0]).toContain('60 sources made 240 short answered sessions');
  expect(crowd?.peers?.map(({ peer, sessions }) => [peer, sessions]).sort()).toEqual(
    sources.map((peer) => [peer, 4]).sort(),
  );
  const asked = await judged([...week, ...talks], sources[7]);
  expect(asked.map(({ kind }) => kind)).toContain('distributed guessing');
});

test('what several networks get from a server is its habit, however large', async () => {
  const random = new Random(6, 'habit');
  const sources = strangers(random, 20);
  const found = await judged([
    ...week,
    ...sources.flatMap((from, nth) => [
      ...guesses(random, from, server, 30, monday + nth * hour, 30),
      // A banner of forty kilobytes, once for each.
      { from, to: server, at: monday + nth * hour + 1200, up: 2000, down: 40_000 },
    ]),
  ]);
  expect(found.length).toBe(20);
  expect(found.filter(isAbove('low'))).toEqual([]);
});

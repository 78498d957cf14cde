// Measures on generated traffic, whose truth is known to the connection.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { everyFinding, inWorkspace, rowsOf } from './labelled.mjs';
import { rankOf } from './measure.mjs';
import { compareConnections } from './sessions.mjs';
import { isAtLeast, namesOf } from './verdict.mjs';

const day = 86_400;
const periods = [120, 300, 600, 1800, 3600, 7200, 14_400, 43_200];
const jitters = [0, 0.1, 0.3];
const misses = [0, 0.1, 0.2];

/** Fewest beats of a beacon that must be found, and how many windows its period must last. */
const fewestBeats = 12;
const floorWindows = 2;

/** The cells of the matrix: each is one capture with every mix of period, jitter and missed beats in it. */
export function cells(isFull) {
  const captures = isFull
    ? [1, 2, 7, 14].flatMap((days) => [60, 600].map((windowSeconds) => ({ days, windowSeconds, hosts: 500 })))
    : [
        { days: 1, windowSeconds: 60, hosts: 500 },
        { days: 1, windowSeconds: 600, hosts: 500 },
        { days: 7, windowSeconds: 60, hosts: 100 },
        { days: 14, windowSeconds: 600, hosts: 60 },
      ];
  return captures.map((capture) => ({ ...capture, records: capture.hosts * capture.days * 1500 }));
}

/** The beacons of one capture that can be asked for, and the others, which must at least do no harm. */
export function beaconsOf() {
  return periods.flatMap((periodSeconds) =>
    jitters.flatMap((jitter) => misses.map((missed) => ({ periodSeconds, jitter, missed }))),
  );
}

/** True where enough beats are expected and the windows can resolve the period. */
export function isAsked({ periodSeconds, missed }, { days, windowSeconds }) {
  const beats = ((days * day) / periodSeconds) * (1 - missed);
  return beats >= fewestBeats && periodSeconds > floorWindows * windowSeconds;
}

/** Recall of the planted beacons of one capture, and what C2 was found beside them. */
export async function evaluateBeacons(library, cell, seed) {
  const options = { ...cell, seed, plants: ['beacon'], beacons: beaconsOf() };
  return inDemo(library, options, async (workspace, { truth }) => {
    const all = await everyFinding(workspace);
    const findings = all.filter(({ question }) => question === 'c2');
    const yes = findings.filter(({ answer }) => answer === 'yes');
    const isNamed = (list) => (planted) =>
      list.some(
        (one) => namesOf(one).includes(planted.peer) && (one.local === null || one.local === planted.local),
      );
    const asked = truth.planted.filter((planted) => isAsked(planted, cell));
    const below = truth.planted.filter(
      (planted) => planted.periodSeconds <= floorWindows * cell.windowSeconds,
    );
    const peers = new Set(truth.planted.map(({ peer }) => peer));
    const isWrong = (one) =>
      one.answer === 'yes' && isAtLeast('medium', one) && !namesOf(one).some((name) => peers.has(name));
    const wrong = findings.filter(isWrong);
    // The Internet scans the demo all the time: those findings are true.
    const others = all.filter((one) => isWrong(one) && ['access', 'exfil'].includes(one.question));
    return {
      ...cell,
      asked: asked.length,
      found: asked.filter(isNamed(yes.filter((one) => isAtLeast('low', one)))).length,
      medium: asked.filter(isNamed(yes.filter((one) => isAtLeast('medium', one)))).length,
      missed: asked.filter((planted) => !isNamed(yes)(planted)),
      below: below.length,
      belowNo: below.filter((planted) => planted.connections >= fewestBeats && !isNamed(findings)(planted))
        .length,
      wrong: [...wrong, ...others],
      wrongC2: wrong.length,
      wrongRate: (wrong.length * 500) / cell.hosts / cell.days,
    };
  });
}

/** The four plantings of an ordinary demo: rank of each, what else was found, and sessions against connections. */
export async function evaluatePlants(library, seed, windowSeconds) {
  return inDemo(
    library,
    { records: 300_000, seed, windowSeconds },
    async (workspace, { truth, connections }) => {
      const findings = (await everyFinding(workspace)).filter(
        (one) => one.answer === 'yes' && isAtLeast('low', one),
      );
      const peers = new Set(truth.planted.flatMap(({ peer, local }) => [peer, local]));
      const sessions = await rowsOf(
        workspace,
        `SELECT local, local_port, peer, peer_port, protocol, initiator, start, "end" FROM sessions
       WHERE peer IN (${literals(peers)}) OR local IN (${literals(peers)})`,
      );
      return {
        seed,
        windowSeconds,
        planted: truth.planted.map(({ question, kind, peer }) => ({
          name: `${question} ${kind}`,
          rank: rankOf(
            peer,
            findings.filter((one) => one.question === question),
          ),
          severity:
            findings.find((one) => one.question === question && namesOf(one).includes(peer))?.severity ??
            null,
        })),
        wrong: findings.filter(
          (one) =>
            isAtLeast('medium', one) &&
            one.question !== 'scan' &&
            !namesOf(one).some((name) => peers.has(name)),
        ),
        agreement: compareConnections(connections, sessions),
      };
    },
  );
}

/** One TCP session that stays open for a day on keep-alives: what a window's records make look like a beacon. */
export async function evaluateKeepAlive(library, windowSeconds, everySeconds) {
  const folder = mkdtempSync(join(tmpdir(), 'northsouth-eval-'));
  try {
    const from = Date.UTC(2026, 5, 1) / 1000;
    const lines = [
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
    ];
    for (let at = from; at < from + day; at += everySeconds) {
      const tail = `${at} ${at + (everySeconds < windowSeconds * 2 ? windowSeconds - 1 : 1)} ACCEPT OK`;
      lines.push(`2 123456789012 eni-1 10.0.0.5 5.79.64.20 50000 443 6 2 135 ${tail}`);
      lines.push(`2 123456789012 eni-1 5.79.64.20 10.0.0.5 443 50000 6 1 83 ${tail}`);
    }
    const logs = join(folder, 'keep-alive.log');
    writeFileSync(logs, `${lines.join('\n')}\n`);
    return await inWorkspace(library, logs, [], async (workspace) => {
      const found = (await everyFinding(workspace)).filter(({ question }) => question === 'c2');
      const [best] = found;
      return {
        windowSeconds,
        everySeconds,
        answer: best === undefined ? 'no finding' : `${best.kind}, ${best.answer}, ${best.severity}`,
        holds: !found.some((one) => one.answer === 'yes' && /beacon/i.test(one.kind)),
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inDemo(library, options, work) {
  const out = mkdtempSync(join(tmpdir(), 'northsouth-eval-demo-'));
  try {
    const summary = await library.generateDemo({ ...options, out });
    const connections = gunzipSync(readFileSync(summary.connectionsFile))
      .toString('utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    return await inWorkspace(library, summary.logs, summary.truth.ownRanges, (workspace) =>
      work(workspace, { truth: summary.truth, connections }),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function literals(values) {
  return [...values]
    .filter((value) => value !== null)
    .map((value) => `'${String(value).replaceAll("'", "''")}'`)
    .join(', ');
}

// Measures on generated traffic, whose truth is known to the connection.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { connectionsOf, northsouthNames, ritaNames, serversOf } from './against-rita.mjs';
import { truthOfDemo } from './demo-truth.mjs';
import { everyFinding, inWorkspace, rowsOf } from './labelled.mjs';
import { falseAlarms, judged } from './measure.mjs';
import { compareConnections } from './sessions.mjs';
import { isAtLeast, namesOf } from './verdict.mjs';

const day = 86_400;
const circumstanceNames = ['exposed', 'office', 'rotation', 'dead-server', 'web-shell'];
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

/** Recall of the planted beacons of one capture, with all circumstances beside them, and what else was found. */
export async function evaluateBeacons(library, cell, seed) {
  const options = { ...cell, seed, plants: ['beacon', ...circumstanceNames], beacons: beaconsOf() };
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
    const wrong = falseAlarms(judged(truthOfDemo(truth), all));
    const wrongC2 = wrong.filter(({ question }) => question === 'c2').length;
    return {
      ...cell,
      asked: asked.length,
      found: asked.filter(isNamed(yes.filter((one) => isAtLeast('low', one)))).length,
      medium: asked.filter(isNamed(yes.filter((one) => isAtLeast('medium', one)))).length,
      missed: asked.filter((planted) => !isNamed(yes)(planted)),
      below: below.length,
      belowNo: below.filter((planted) => planted.connections >= fewestBeats && !isNamed(findings)(planted))
        .length,
      wrong,
      wrongC2,
      wrongRate: (wrongC2 * 500) / cell.hosts / cell.days,
    };
  });
}

/** An ordinary demo: who of all that is planted is named, what else is loud, sessions against connections, RITA. */
export async function evaluatePlants(library, seed, windowSeconds) {
  return inDemo(
    library,
    { records: 200_000, seed, windowSeconds },
    async (workspace, { truth, connections }) => {
      const rows = truthOfDemo(truth);
      const findings = await everyFinding(workspace);
      const verdicts = judged(rows, findings);
      const all = [...truth.planted, ...truth.circumstances];
      const ends = new Set(all.flatMap(({ peer, peers = [], local }) => [peer, local, ...peers]));
      const sessions = await rowsOf(
        workspace,
        `SELECT local, local_port, peer, peer_port, protocol, initiator, start, "end" FROM sessions
       WHERE peer IN (${literals(ends)}) OR local IN (${literals(ends)})`,
      );
      const own = new Set(truth.hosts.map(({ address }) => address));
      return {
        ...{ seed, windowSeconds, verdicts, planted: all.map((one) => plantedRow(one, verdicts)) },
        wrong: falseAlarms(verdicts),
        agreement: compareConnections(connections, sessions),
        beside: {
          name: `demo ${seed}, windows of ${windowSeconds}${windowSeconds === 'mixed' ? ' length' : ' s'}`,
          servers: serversOf(rows).length,
          northsouth: northsouthNames(findings, rows),
          rita: ritaNames(await connectionsOf(workspace), rows, (address) => own.has(address)),
          exact: null,
        },
      };
    },
  );
}

/** Of one planted thing: how many of its addresses are named by its question, and the most severe of what names them. */
function plantedRow({ plant, kind, question, loudest, peer, peers = [peer] }, verdicts) {
  const naming = verdicts.filter((one) => namesOf(one).some((name) => peers.includes(name)));
  const own = question === null ? naming : naming.filter((one) => one.question === question);
  const named = new Set(own.flatMap(namesOf));
  return {
    ...{
      plant,
      kind,
      question,
      loudest,
      addresses: peers.length,
      named: peers.filter((name) => named.has(name)).length,
    },
    severity: own[0]?.severity ?? null,
  };
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

export async function inDemo(library, options, work) {
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

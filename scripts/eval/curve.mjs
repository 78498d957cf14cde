// From how much traffic on a beacon is named: recall over beats, jitter and loss, and what else is named meanwhile.
import { connectionsOf, ritaNames } from './against-rita.mjs';
import { inDemo } from './demo.mjs';
import { truthOfDemo } from './demo-truth.mjs';
import { everyFinding } from './labelled.mjs';
import { isAtLeast, isYes, judge, labelsOf, namesOf } from './verdict.mjs';

export const beats = [4, 6, 8, 12, 16, 24, 36, 48];
export const jitters = [0, 0.1, 0.2, 0.3, 0.4, 0.5];
export const losses = [0, 0.1, 0.2, 0.3];
const seed = 31;
const day = 86_400;
const hosts = 60;
// Many hosts that keep one pace to one network are a vendor's agents: of each pace a capture has no more than three
// beacons, and each of these in a network of its own.
const ofEachPace = 3;

/** Every mix of beats in a day, jitter and loss, in traffic with an office and an exposed host in it. */
export async function measureCurve(library, windowSeconds, say) {
  const points = [];
  const alarms = { low: 0, medium: 0, rita: 0 };
  const strays = jitters.flatMap((jitter) => losses.map((missed) => ({ jitter, missed })));
  const captures = strays.length / ofEachPace;
  for (let capture = 0; capture < captures; capture++) {
    say(`Curve: windows of ${windowSeconds} s, capture ${capture + 1} of ${captures} ...`);
    const own = strays.slice(capture * ofEachPace, (capture + 1) * ofEachPace);
    const mixes = beats.flatMap((count) => own.map((stray) => ({ count, ...stray })));
    const beacons = mixes.map(({ count, ...stray }) => ({
      periodSeconds: Math.floor(day / count),
      ...stray,
    }));
    const options = {
      ...{ seed: seed + capture, windowSeconds, hosts, days: 1, records: 90_000 },
      ...{ beacons, plants: ['beacon', 'exposed', 'office'] },
    };
    await inDemo(library, options, async (workspace, { truth }) => {
      const rows = truthOfDemo(truth);
      const found = (await everyFinding(workspace)).filter((one) => one.question === 'c2' && isYes(one));
      const at = (severity) => new Set(found.filter((one) => isAtLeast(severity, one)).flatMap(namesOf));
      const [low, medium] = [at('low'), at('medium')];
      const inside = new Set(truth.hosts.map(({ address }) => address));
      const rita = ritaNames(await connectionsOf(workspace), rows, (address) => inside.has(address));
      for (const [place, { peer, local }] of truth.planted.entries())
        points.push({
          ...mixes[place],
          low: low.has(peer),
          medium: medium.has(peer),
          rita: rita.pairs.has(`${local} ${peer}`),
        });
      const labels = labelsOf(rows);
      const wrong = found.filter((one) => judge({ ...one, severity: 'medium' }, labels).verdict === 'false');
      alarms.low += wrong.filter((one) => isAtLeast('low', one)).length;
      alarms.medium += wrong.filter((one) => isAtLeast('medium', one)).length;
      alarms.rita += rita.medium.wrong;
    });
  }
  const hostDays = captures * hosts;
  const perHostWeek = Object.fromEntries(
    Object.entries(alarms).map(([name, count]) => [name, (7 * count) / hostDays]),
  );
  return { windowSeconds, points, alarms, perHostWeek };
}

/** The share of the points that `test` keeps whose beacon was named, at low or above unless said otherwise. */
export function recallOf(points, test, by = 'low') {
  const those = points.filter(test);
  return those.length === 0 ? null : those.filter((point) => point[by]).length / those.length;
}

/** The fewest beats from which on 95 % are named within these bounds, at that number and at each larger one; or null. */
export function enoughBeats(points, jitter, missed, by = 'low') {
  const isIn = (count) => (point) =>
    point.count === count && point.jitter <= jitter && point.missed <= missed;
  const reached = beats.map((count) => (recallOf(points, isIn(count), by) ?? 0) >= 0.95);
  const last = reached.lastIndexOf(false);
  return last === beats.length - 1 ? null : beats[last + 1];
}

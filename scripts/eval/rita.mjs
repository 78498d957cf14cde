// RITA 5's published arithmetic for beacons (analysis/beacons.go, analysis/analysis.go, viewer/results.go; thresholds
// of default_config.hjson), written once more as a reference to measure against. No part of the product.

const day = 86_400;
const round3 = (value) => Math.round(value * 1000) / 1000;
const sorted = (values) => [...values].sort((a, b) => a - b);

function median(ordered) {
  const half = ordered.length >> 1;
  if (ordered.length === 0) return 0;
  return ordered.length % 2 === 1 ? ordered[half] : (ordered[half - 1] + ordered[half]) / 2;
}

/** Quartiles by the median of the halves; of an odd number the middle one belongs to neither. */
export function quartiles(values) {
  const ordered = sorted(values);
  const half = ordered.length >> 1;
  return [
    median(ordered.slice(0, half)),
    median(ordered),
    median(ordered.slice(ordered.length % 2 === 0 ? half : half + 1)),
  ];
}

/** The mean of skew score and spread score; `without` stands for the spread where the median is below 1. */
export function evenness(values, without) {
  const [q1, q2, q3] = quartiles(values);
  const flat = q3 - q1 < 10 || q2 === q1 || q2 === q3;
  const skew = flat ? 0 : (q1 + q3 - 2 * q2) / (q3 - q1);
  const spread = median(sorted(values.map((value) => Math.abs(value - q2))));
  const spreadScore = Math.max(0, q2 < 1 ? without : (q2 - spread) / q2);
  return round3((1 - Math.abs(skew) + spreadScore) / 2);
}

/** Connections in each of the 24 equal bins of the window. */
export function bins(times, from, to) {
  const counts = Array(24).fill(0);
  for (const time of times) counts[Math.min(23, Math.floor((24 * (time - from)) / Math.max(1, to - from)))]++;
  return counts;
}

/** How evenly the bins are filled, or how well by two heights. */
export function histogramScore(counts) {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  const even = mean === 0 ? 0 : Math.max(0, 1 - Math.sqrt(variance) / mean);
  const filled = counts.filter((count) => count > 0);
  if (filled.length < 11) return round3(even);
  const width = Math.ceil(0.05 * Math.max(...filled));
  const heights = new Map();
  for (const count of filled) {
    const height = Math.floor(count / width) * width;
    heights.set(height, (heights.get(height) ?? 0) + 1);
  }
  const [largest = 0, second = 0] = [...heights.values()].sort((a, b) => b - a);
  return round3(Math.max(even, Math.min(1, (largest + second) / Math.max(filled.length - 1, 1))));
}

/** How much of the window the connections span, or the longest run of filled bins in twelfths, round the clock. */
export function durationScore(counts, first, last, from, to) {
  if (counts.filter((count) => count > 0).length < 6) return 0;
  const coverage = Math.min(1, Math.ceil((1000 * (last - first)) / Math.max(1, to - from)) / 1000);
  let [run, longest] = [0, 0];
  for (const count of [...counts, ...counts]) {
    run = count > 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return round3(Math.max(coverage, Math.min(1, Math.min(24, longest) / 12)));
}

/** The beacon score of one pair in [from, to], or null where it is not eligible. Connections are {time, bytes}. */
export function beaconScore(connections, from, to) {
  const times = sorted(connections.map(({ time }) => Math.floor(time)));
  const gaps = times
    .slice(1)
    .map((time, at) => time - times[at])
    .filter((gap) => gap > 0);
  if (new Set(times).size < 4 || gaps.length < 3 || connections.length >= day) return null;
  const counts = bins(times, from, to);
  const parts = [
    evenness(gaps, 1),
    evenness(
      connections.map(({ bytes }) => bytes),
      0,
    ),
    durationScore(counts, times[0], times.at(-1), from, to),
    histogramScore(counts),
  ];
  return round3(parts.reduce((sum, part) => sum + part / 4, 0));
}

/** A number on RITA's scale of threats: 0.2 to 0.4 from base to low, 0.4 to 0.6 to medium, 0.6 to 0.8 to high. */
export function bucket(value, [base, low, medium, high]) {
  const between = (least, most, from) => from + (0.2 * (value - least)) / (most - least);
  if (value < base) return 0;
  if (value < low) return between(base, low, 0.2);
  if (value < medium) return between(low, medium, 0.4);
  return value >= high ? 0.8 : between(medium, high, 0.6);
}

const beaconThresholds = [50, 70, 90, 100];
const hourThresholds = [1, 4, 8, 12];

/**
 * The threat score of a pair: the largest of beacon, long connection and strobe, moved by how many of the internal
 * hosts talk to the destination. `share` is that part of them.
 */
export function threatScore(connections, from, to, share) {
  const beacon = beaconScore(connections, from, to);
  const hours = connections.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
  const most = Math.max(
    beacon === null ? 0 : bucket(100 * beacon, beaconThresholds),
    bucket(hours, hourThresholds),
    connections.length >= day ? 0.8 : 0,
  );
  if (most === 0) return 0;
  return most + (share <= 0.02 ? 0.15 : share >= 0.5 ? -0.15 : 0);
}

/** RITA's word for a threat score. */
export function severityOf(score) {
  if (score > 0.8) return 'critical';
  if (score >= 0.6) return 'high';
  if (score >= 0.4) return 'medium';
  return score >= 0.2 ? 'low' : 'none';
}

/**
 * The most severe score of every pair over the days of a data set. Connections are {source, destination, time, seconds,
 * bytes}; the first window ends with the last connection, each other 24 h earlier.
 */
export function threats(connections) {
  const best = new Map();
  if (connections.length === 0) return best;
  const [first, last] = extremes(connections.map(({ time }) => time));
  const hosts = new Set(connections.map(({ source }) => source)).size;
  for (let to = last; to >= first; to -= day) {
    const from = Math.max(first, to - day);
    const pairs = new Map();
    const askers = new Map();
    for (const one of connections) {
      if (one.time > to || one.time < from || (from > first && one.time === from)) continue;
      const key = `${one.source} ${one.destination}`;
      const own = pairs.get(key);
      if (own === undefined) pairs.set(key, [one]);
      else own.push(one);
      askers.set(one.destination, (askers.get(one.destination) ?? new Set()).add(one.source));
    }
    for (const [key, own] of pairs) {
      const score = threatScore(own, from, to, (askers.get(own[0].destination)?.size ?? 1) / hosts);
      if (score > (best.get(key) ?? 0)) best.set(key, score);
    }
  }
  return best;
}

function extremes(values) {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return [least, most];
}

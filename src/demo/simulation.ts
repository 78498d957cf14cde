import type { Budget } from './budget.ts';
import type { Connection } from './connection.ts';
import type { Host, NetworkInterface } from './hosts.ts';
import type { Planting } from './plant/planting.ts';
import type { ClockProfile, CrowdProfile, Setting } from './profiles/profile.ts';
import { mix, mixUnit, Random } from './random.ts';
import { noRecords, RecordLines, type RecordTotals } from './record-lines.ts';
import { busyness, busySeconds } from './rhythm.ts';

/**
 * Runs the estate slice by slice. Between slices it holds only the connections that are still open,
 * and what a slice starts depends on the seed and the slice alone.
 */
export class Simulation {
  readonly #setting: Setting;
  readonly #budget: Budget;
  readonly #planted: readonly Connection[];
  readonly #totals: RecordTotals = noRecords();
  readonly #onStart: (connection: Connection) => void;
  #nextPlanted = 0;
  #open: Connection[] = [];

  /** `onStart` is told of each connection once, when it starts. */
  constructor(
    setting: Setting,
    budget: Budget,
    plantings: readonly Planting[],
    onStart: (connection: Connection) => void = () => undefined,
  ) {
    this.#onStart = onStart;
    this.#setting = setting;
    this.#budget = budget;
    this.#planted = plantings
      .flatMap(({ connections }) => connections)
      .sort((left, right) => left.start - right.start);
  }

  /** Of all slices so far. */
  get totals(): Readonly<RecordTotals> {
    return this.#totals;
  }

  /** The next slice, [from, to); slices follow each other without a gap, the first at the start of the capture. */
  advance(from: number, to: number): RecordLines {
    const { plan, estate } = this.#setting;
    const lines = new RecordLines(estate, plan, from, to, this.#totals);
    const before = this.#open;
    this.#open = [];
    const goOn = (connection: Connection) => {
      if (lines.addConnection(connection)) this.#open.push(connection);
    };
    const start = (connection: Connection) => {
      this.#onStart(connection);
      goOn(connection);
    };
    for (const connection of before) goOn(connection);
    for (; (this.#planted[this.#nextPlanted]?.start ?? to) < to; this.#nextPlanted++) {
      const connection = this.#planted[this.#nextPlanted];
      if (connection !== undefined) start(connection);
    }
    for (const { profile, actors } of this.#budget.clockwork)
      for (const host of actors) this.#tick(profile, host, from, to, start);
    for (const { profile, perBusySecond } of this.#budget.crowds)
      this.#crowd(profile, perBusySecond, from, to, start);
    this.#gaps(lines, from, to);
    return lines;
  }

  #tick(
    profile: ClockProfile,
    host: Host,
    from: number,
    to: number,
    start: (connection: Connection) => void,
  ): void {
    const { seed, from: captureFrom } = this.#setting.plan;
    const period = profile.periodSeconds(this.#setting, host);
    const offset =
      profile.offsetSeconds?.(this.#setting, host) ??
      Math.floor(mixUnit(seed, profile.name, host.index) * period);
    const since = from === captureFrom ? from - (profile.warmUpSeconds ?? 0) : from;
    const stray = profile.jitter * period;
    const lastBeat = Math.floor((to + stray - offset) / period);
    for (let beat = Math.ceil((since - stray - offset) / period); beat <= lastBeat; beat++) {
      const key = mix(seed, profile.name, host.index, beat);
      const at = Math.floor(offset + beat * period + stray * (2 * mixUnit(key, 'stray') - 1));
      if (at >= since && at < to) start(profile.connect(this.#setting, new Random(key), host, at, beat));
    }
  }

  #crowd(
    profile: CrowdProfile,
    perBusySecond: number,
    from: number,
    to: number,
    start: (connection: Connection) => void,
  ): void {
    const random = new Random(this.#setting.plan.seed, profile.name, from);
    const connections = random.poisson(perBusySecond * busySeconds(profile.rhythm, from, to));
    for (let made = 0; made < connections; ) {
      const at = from + Math.floor(random.unit() * (to - from));
      if (random.unit() >= busyness(profile.rhythm, at)) continue;
      start(profile.connect(this.#setting, random, at));
      made++;
    }
  }

  #gaps(lines: RecordLines, from: number, to: number): void {
    const { plan, estate } = this.#setting;
    for (const { nic } of estate.byRole.idle)
      for (const end of windowEnds(nic, Math.max(from, this.#budget.idleFrom), to))
        lines.addGap(nic, end, 'NODATA');
    const random = new Random(plan.seed, 'skipped', from);
    const skipped = random.poisson((this.#budget.skipped * (to - from)) / (plan.to - plan.from));
    for (let made = 0; made < skipped; made++) {
      const { nic } = random.pick(estate.busy);
      const ends = windowEnds(nic, from, to);
      if (ends.length > 0) lines.addGap(nic, random.pick(ends), 'SKIPDATA');
    }
  }
}

// Ends of the interface's windows in (from, to].
function windowEnds({ phaseSeconds, windowSeconds }: NetworkInterface, from: number, to: number): number[] {
  const ends: number[] = [];
  let end = (Math.floor((from - phaseSeconds) / windowSeconds) + 1) * windowSeconds + phaseSeconds;
  for (; end <= to; end += windowSeconds) ends.push(end);
  return ends;
}

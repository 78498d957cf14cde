import { everySetAside } from '../addresses/every-set-aside.ts';
import type { LocalEngine } from '../engine/local.ts';
import {
  countsOfRecords,
  knowledgeOf,
  type NoiseCounts,
  type NoiseInputs,
  noiseReport,
} from '../hunt/noise.ts';
import { cubeFacts } from '../picture/cube.ts';
import {
  asidesOfSums,
  hiddenByRulesOfSums,
  hiddenBySetAsidesOfSums,
  hidingAsides,
  matchesOfSums,
  type ToldRecords,
} from '../picture/noise.ts';
import type { Query } from '../sql/query.ts';
import { sql } from '../sql/sql.ts';
import {
  type HiddenRecords,
  type HiddenSubject,
  hiddenByRules,
  hiddenBySetAsides,
} from '../traffic/hidden.ts';
import { during, type Period } from '../traffic/period.ts';
import { isWhole } from './basis.ts';
import { cachedAnswer } from './cached-answer.ts';
import type { Snapshot } from './snapshot.ts';

/** Each noise rule, set-aside and benign mark with what it hides. */
export function noiseIn(snapshot: Snapshot, period: Period, signal: AbortSignal) {
  return cachedAnswer(snapshot, ['noise', period.from, period.to], signal, async (asked) => {
    const isCounted = isWhole(snapshot, period);
    if (isCounted) await asidesIn(snapshot, asked);
    return snapshot.connections.lend(asked, async (engine) => {
      const inputs = { ...inputsOf(snapshot, engine, asked), period };
      return noiseReport(inputs, isCounted ? countsOfSums(snapshot, inputs) : await countsOfRecords(inputs));
    });
  });
}

function inputsOf(snapshot: Snapshot, engine: LocalEngine, signal: AbortSignal): NoiseInputs {
  const known = knowledgeOf(snapshot.findings, snapshot.marks);
  return { ...snapshot, engine, rules: snapshot.noise, known, period: {}, signal };
}

/** Makes what set-asides match, on or off and whatever the marks, by number of address; once for a snapshot. */
export function asidesIn({ connections, setAsides }: Snapshot, signal: AbortSignal): Promise<void> {
  return cachedAnswer(connections, ['set-asides'], signal, (asked) =>
    connections.lend(asked, (engine) => {
      const rows = everySetAside(sql`addresses`, setAsides);
      return engine.define(sql`CREATE OR REPLACE TABLE workbench_asides AS ${rows}`, asked);
    }),
  );
}

/** Counts over the sums, for a period of whole stretches. */
function countsOfSums({ cube }: Snapshot, { engine, rules, period, signal }: NoiseInputs): NoiseCounts {
  const within = during(period);
  const isOfAllTimes = period.from === undefined && period.to === undefined;
  const outbound = cubeFacts(cube, isOfAllTimes ? 'outbound of all times' : 'outbound');
  const ask = <Row>(query: Query<Row>) => engine.ask(query, signal);
  const settled = async (
    subjects: readonly HiddenSubject[],
    told: readonly ToldRecords[],
    ofRecords: (some: readonly HiddenSubject[]) => Query<HiddenRecords>,
  ) => {
    const unclear = new Set(told.flatMap(({ place, unclear: flows }) => (flows > 0 ? [place] : [])));
    const clear = told.filter(({ place }) => !unclear.has(place));
    if (unclear.size === 0) return clear;
    const places = [...unclear];
    const some = places.flatMap((place) => subjects[place] ?? []);
    const found = await ask(ofRecords(some));
    return [...clear, ...found.map((one) => ({ ...one, place: places[one.place] ?? -1 }))].sort(
      (a, b) => a.place - b.place,
    );
  };
  return {
    byRules: () => ask(matchesOfSums(rules, cubeFacts(cube, 'all'), period)),
    byAsides: () => ask(asidesOfSums(outbound, period)),
    behindRules: async (subjects) =>
      settled(
        subjects,
        await ask(hiddenByRulesOfSums(rules, subjects, cubeFacts(cube, 'all'), period)),
        (some) => hiddenByRules(rules, some, within),
      ),
    behindAsides: async (subjects) =>
      settled(subjects, await ask(hiddenBySetAsidesOfSums(subjects, outbound, period)), (some) =>
        hiddenBySetAsides(hidingAsides, some, within),
      ),
  };
}

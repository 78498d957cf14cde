import { labelledAddresses } from '../addresses/labels.ts';
import type { DuckDb } from '../engine/duckdb.ts';
import { labelData } from '../labels/in-use.ts';
import { sql } from '../sql/sql.ts';
import { describeMatch, type NoiseReport, noiseMatches, setAsideMatches } from '../traffic/noise.ts';
import { during, type Period } from '../traffic/period.ts';
import { addressesOf } from './address-table.ts';
import type { Footing } from './footing.ts';

/** Each noise rule and set-aside with what it matches, whether it is on or off. */
export async function noiseReport(
  engine: DuckDb,
  {
    folder,
    batches,
    scopes,
    noise,
    setAsides,
  }: Pick<Footing, 'folder' | 'batches' | 'scopes' | 'noise' | 'setAsides'>,
  period: Period,
  signal: AbortSignal | undefined,
): Promise<NoiseReport> {
  const rules = await engine.rows(noiseMatches(noise, during(period)), signal);
  const allOn = setAsides.map((entry) => ({ ...entry, on: true }));
  await engine.define(
    sql`CREATE OR REPLACE TEMP TABLE every_set_aside AS ${labelledAddresses({
      addresses: sql`(${addressesOf(batches)})`,
      scopes,
      setAsides: allOn,
      data: labelData(),
    })}`,
    signal,
  );
  const asides = await engine.rows(setAsideMatches(sql`every_set_aside`, during(period)), signal);
  const none = { records: 0, bytes: 0, peers: 0 };
  const matched = (
    name: string,
    among: readonly { name: string; records: number; bytes: number; peers: number }[],
  ) => {
    const { records, bytes, peers } = among.find((each) => each.name === name) ?? none;
    return { records, bytes, peers };
  };
  return {
    rules: noise.map(({ name, on, reason, match }) => ({
      ...{ name, on, reason, matches: describeMatch(match) },
      ...matched(name, rules),
    })),
    setAsides: setAsides.map(({ name, on, reason, services: only, exceptServices: except }) => {
      const services = asides
        .filter((each) => each.name === name)
        .map(({ service, records, bytes, peers }) => ({ service, records, bytes, peers }));
      const sum = (key: 'records' | 'bytes' | 'peers') => services.reduce((all, each) => all + each[key], 0);
      return {
        ...{ name, on, reason, records: sum('records'), bytes: sum('bytes'), peers: sum('peers') },
        ...{ only, except, services },
      };
    }),
    files: { noise: folder.noise, setAsides: folder.setAsides },
  };
}

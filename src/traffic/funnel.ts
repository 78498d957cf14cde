import * as v from 'valibot';
import { sumOf } from '../sql/dialect.ts';
import type { Query } from '../sql/query.ts';
import { list, type Sql, sql } from '../sql/sql.ts';
import { isNoise, matchesRule } from './noise.ts';
import type { NoiseRule } from './noise-rules.ts';
import { during, type Period } from './period.ts';

/** The funnel of a hunt. Every count is of records in the workspace and period. */
export interface Funnel {
  readonly files: number;
  readonly emptyFiles: number;
  readonly failedFiles: number;
  readonly records: number;
  readonly unreadable: number;
  readonly duplicate: number;
  readonly noData: number;
  readonly skipData: number;
  readonly rejected: number;
  readonly accepted: number;
  readonly eastWest: number;
  readonly northSouth: number;
  readonly noise: number;
  readonly noiseByRule: Readonly<Record<string, number>>;
  readonly kept: number;
  readonly toInternet: number;
  readonly fromInternet: number;
  readonly shown: number;
  readonly setAside: number;
  readonly setAsideByProvider: Readonly<Record<string, number>>;
  /**
   * Records among `shown` whose destination belongs to a set-aside that does not hide it: it is on a threat list, or
   * marked suspicious or malicious.
   */
  readonly shownInSpite: number;
  /** Bytes of the last step, which must reconcile too. */
  readonly bytes: { readonly toInternet: number; readonly shown: number; readonly setAside: number };
}

const intakeRow = v.object({
  files: v.number(),
  emptyFiles: v.number(),
  failedFiles: v.number(),
  /** Lines that are records or unreadable, as they were counted while reading. */
  records: v.number(),
  unreadable: v.number(),
  duplicate: v.number(),
});

/** What was read, as it was counted while reading. */
export type Intake = v.InferOutput<typeof intakeRow>;

/** The upper end of the funnel, from the files of flow logs. DNS logs are counted beside it. */
export function intake(): Query<Intake> {
  return {
    name: 'files',
    sql: sql`
      SELECT
        count(*) AS files,
        ${countOf(sql`status = 'empty'`)} AS "emptyFiles",
        ${countOf(sql`status = 'failed'`)} AS "failedFiles",
        coalesce(sum(records + unreadable), 0) AS records,
        coalesce(sum(unreadable), 0) AS unreadable,
        coalesce(sum(duplicate), 0) AS duplicate
      FROM files
      WHERE kind = 'flow'`,
    row: intakeRow,
  };
}

const counts = {
  noData: v.number(),
  skipData: v.number(),
  rejected: v.number(),
  accepted: v.number(),
  northSouth: v.number(),
  noise: v.number(),
  toInternet: v.number(),
  fromInternet: v.number(),
  inSpite: v.number(),
  bytesToInternet: v.number(),
};

const stepRow = v.object({
  ...counts,
  /** Name of the set-aside that hides the destination; null where none does. */
  setAside: v.nullable(v.string()),
  /** Records that each rule matches, in the order of the rules that are on. */
  byRule: v.array(v.number()),
});

export type FunnelStep = v.InferOutput<typeof stepRow>;

/**
 * The counts of the funnel in one pass over the records, a row for each set-aside of the destination. The last
 * steps count records to the Internet, so their sums over the rows with and without a set-aside are what is set
 * aside and what is shown.
 */
export function funnelSteps(rules: readonly NoiseRule[], period: Period): Query<FunnelStep> {
  const byRule = rules
    .filter(({ on }) => on)
    .map(({ match }) => countOf(sql`north_south AND ${matchesRule(match)}`));
  return {
    name: 'funnel',
    sql: sql`
      SELECT dst_set_aside AS "setAside",
        ${countOf(sql`log_status = 'NODATA'`)} AS "noData",
        ${countOf(sql`log_status = 'SKIPDATA'`)} AS "skipData",
        ${countOf(sql`with_data AND NOT accepted`)} AS rejected,
        ${countOf(sql`accepted`)} AS accepted,
        ${countOf(sql`north_south`)} AS "northSouth",
        ${countOf(sql`north_south AND noise`)} AS noise,
        ${countOf(sql`to_internet`)} AS "toInternet",
        ${countOf(sql`north_south AND NOT noise AND NOT to_internet`)} AS "fromInternet",
        ${countOf(sql`to_internet AND dst_in_spite`)} AS "inSpite",
        coalesce(${sumOf(sql`CASE WHEN to_internet THEN bytes END`)}, 0) AS "bytesToInternet",
        ARRAY[${list(byRule)}] AS "byRule"
      FROM (
        SELECT *, north_south AND NOT noise AND dst_scope IS NOT DISTINCT FROM 'internet' AS to_internet
        FROM (
          SELECT *, accepted AND peer IS NOT NULL AS north_south, ${isNoise(rules)} AS noise
          FROM (
            SELECT *, with_data AND coalesce(action, 'ACCEPT') = 'ACCEPT' AS accepted
            FROM (
              SELECT *, coalesce(log_status, 'OK') = 'OK' AS with_data
              FROM labelled_flows
              WHERE ${during(period)}
            )
          )
        )
      )
      GROUP BY dst_set_aside
      ORDER BY dst_set_aside`,
    row: stepRow,
  };
}

function countOf(condition: Sql): Sql {
  return sql`count(*) FILTER (WHERE ${condition})`;
}

/** Of a workspace without files. */
const nothingRead: Intake = {
  files: 0,
  emptyFiles: 0,
  failedFiles: 0,
  records: 0,
  unreadable: 0,
  duplicate: 0,
};

/**
 * The funnel from what was read, where anything was, and the counted steps. For the whole time, `records` is what was counted while
 * reading, so that the equations compare two counts that were made apart. Unreadable lines and duplicates have no
 * time: in a period they are all counted.
 */
export function funnelOf(
  read: Intake | undefined,
  steps: readonly FunnelStep[],
  rules: readonly NoiseRule[],
  period: Period,
): Funnel {
  const counted = read ?? nothingRead;
  const sum = (count: (step: FunnelStep) => number, among = steps) =>
    among.reduce((total, step) => total + count(step), 0);
  const aside = steps.filter(({ setAside }) => setAside !== null);
  const [noData, skipData, rejected, accepted] = [
    sum((step) => step.noData),
    sum((step) => step.skipData),
    sum((step) => step.rejected),
    sum((step) => step.accepted),
  ];
  const northSouth = sum((step) => step.northSouth);
  const noise = sum((step) => step.noise);
  const toInternet = sum((step) => step.toInternet);
  const setAside = sum((step) => step.toInternet, aside);
  const bytes = {
    toInternet: sum((step) => step.bytesToInternet),
    setAside: sum((step) => step.bytesToInternet, aside),
  };
  const active = rules.filter(({ on }) => on);
  const whole = period.from === undefined && period.to === undefined;
  return {
    ...counted,
    records: whole
      ? counted.records
      : counted.unreadable + counted.duplicate + noData + skipData + rejected + accepted,
    noData,
    skipData,
    rejected,
    accepted,
    eastWest: accepted - northSouth,
    northSouth,
    noise,
    noiseByRule: Object.fromEntries(
      active.map(({ name }, index) => [name, sum((step) => step.byRule[index] ?? 0)]),
    ),
    kept: northSouth - noise,
    toInternet,
    fromInternet: sum((step) => step.fromInternet),
    shown: toInternet - setAside,
    setAside,
    setAsideByProvider: Object.fromEntries(
      aside.filter((step) => step.toInternet > 0).map((step) => [step.setAside ?? '', step.toInternet]),
    ),
    shownInSpite: sum((step) => step.inSpite),
    bytes: { ...bytes, shown: bytes.toInternet - bytes.setAside },
  };
}

/** The equations of the funnel that do not hold, in words; none on any input, or northsouth has a defect. */
export function brokenEquations(funnel: Funnel): string[] {
  const f = funnel;
  const equations: readonly [string, number, number][] = [
    [
      'records = unreadable + duplicate + noData + skipData + rejected + accepted',
      f.records,
      f.unreadable + f.duplicate + f.noData + f.skipData + f.rejected + f.accepted,
    ],
    ['accepted = eastWest + northSouth', f.accepted, f.eastWest + f.northSouth],
    ['northSouth = noise + kept', f.northSouth, f.noise + f.kept],
    ['kept = toInternet + fromInternet', f.kept, f.toInternet + f.fromInternet],
    ['toInternet = shown + setAside', f.toInternet, f.shown + f.setAside],
    ['bytes: toInternet = shown + setAside', f.bytes.toInternet, f.bytes.shown + f.bytes.setAside],
    [
      'setAside = the sum of its providers',
      f.setAside,
      Object.values(f.setAsideByProvider).reduce((a, b) => a + b, 0),
    ],
  ];
  return equations
    .filter(([, left, right]) => left !== right)
    .map(([text, left, right]) => `${text}: ${left} is not ${right}`);
}

import * as v from 'valibot';
import { labelEntries } from '../addresses/lookup.ts';
import { rowsOf } from '../addresses/segments.ts';
import type { Query } from '../sql/query.ts';
import { print, sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { hourOf } from '../traffic/hours.ts';
import { isoTime } from '../traffic/period.ts';
import type { Judgement } from './finding.ts';
import type { Finding, PeerLabels } from './results.ts';

const standingRow = v.object({
  place: v.number(),
  ...labelEntries,
  setAside: v.nullable(v.string()),
  coverage: v.nullable(v.number()),
});

/** What is known of the peer of a judgement, and the coverage that it stands on; `place` is its index. */
export type Standing = v.InferOutput<typeof standingRow>;

const standingSteps: readonly Step[] = [
  {
    name: 'interfaces',
    about: 'From when to when each interface was recorded.',
    reads: ['coverage_hours'],
    sql: sql`
      SELECT account_id, interface_id, min(first_start) AS first_start, max(last_end) AS last_end
      FROM coverage_hours GROUP BY account_id, interface_id`,
  },
  {
    name: 'own',
    about: 'The interfaces of the local ends of judgements.',
    reads: ['sessions', 'asked'],
    sql: sql`
      SELECT DISTINCT local, account_id, interface_id FROM sessions
      WHERE local IN (SELECT local FROM asked WHERE local IS NOT NULL)`,
  },
  {
    name: 'stretches',
    about: 'The time of each judgement at each of those interfaces.',
    reads: ['asked', 'own', 'interfaces'],
    sql: sql`
      SELECT a.place, i.account_id, i.interface_id, greatest(${hourOf(sql`a.since`)}, i.first_start) AS begins,
        least(${hourOf(sql`a.until`)} + 3600, i.last_end + 1) AS ends
      FROM asked AS a
      JOIN own AS o ON o.local = a.local
      JOIN interfaces AS i ON i.account_id IS NOT DISTINCT FROM o.account_id AND i.interface_id = o.interface_id`,
  },
  {
    name: 'spoken',
    about: 'The minutes of that time, and those that records speak of.',
    reads: ['stretches', 'coverage_hours'],
    sql: sql`
      SELECT place, sum(minutes) AS minutes, sum(span) AS span
      FROM (
        SELECT s.place, s.interface_id, ceil(CAST(max(s.ends) - min(s.begins) AS DOUBLE) / 60) AS span,
          coalesce(sum(h.minutes), 0) AS minutes
        FROM stretches AS s
        LEFT JOIN coverage_hours AS h ON h.account_id IS NOT DISTINCT FROM s.account_id
          AND h.interface_id = s.interface_id AND h.hour >= ${hourOf(sql`s.begins`)} AND h.hour < s.ends
        WHERE s.ends > s.begins
        GROUP BY s.place, s.account_id, s.interface_id
      ) AS each_interface
      GROUP BY place`,
  },
];

/**
 * The labels of the peers, and the share of the minutes of its period that records of the local's interfaces speak
 * of; of all interfaces where there are many locals.
 */
export function standings(judgements: readonly Judgement[]): Query<Standing> {
  const rows: (string | number | null)[][] = judgements.map(({ subject, firstSeen, lastSeen }, place) => [
    place,
    subject.peer,
    subject.local,
    Math.floor(firstSeen),
    Math.ceil(Math.max(firstSeen, lastSeen)),
  ]);
  const types = ['INTEGER', 'VARCHAR', 'VARCHAR', 'BIGINT', 'BIGINT'];
  return {
    name: 'labels and coverage of findings',
    steps: [
      {
        name: 'asked',
        about: 'The peers and periods of judgements.',
        reads: [],
        sql: rowsOf(['place', 'peer', 'local', 'since', 'until'], types, rows),
      },
      ...standingSteps,
    ],
    sql: sql`
      SELECT a.place, l.asn, l.network, l.country, l.city, l.provider, l.service, l.region, l.set_aside AS "setAside",
        CASE WHEN s.minutes > s.span THEN 1 ELSE s.minutes / nullif(s.span, 0) END AS coverage
      FROM asked AS a
      LEFT JOIN addresses AS l ON l.address = a.peer
      LEFT JOIN spoken AS s ON s.place = a.place
      ORDER BY a.place`,
    row: standingRow,
  };
}

const unknown: PeerLabels = {
  ...{ asn: null, network: null, country: null, city: null, provider: null, service: null, region: null },
  setAside: null,
};

/** The judgement as hunts list it. `covered` stands in where the coverage of its own interfaces is not known. */
export function listed(judgement: Judgement, standing: Standing | undefined, covered: number): Finding {
  const { subject, records, firstSeen, lastSeen, answer, peers = [], ...rest } = judgement;
  // What moved the severity is told there, with its weight: each fact once.
  const moved = new Set(rest.severitySteps.map(({ because }) => because));
  const once = (texts: readonly string[]) => texts.filter((text) => !moved.has(text));
  const { place: _, coverage, ...labels } = standing ?? { ...unknown, place: 0, coverage: null };
  return {
    question: rest.question,
    kind: rest.kind,
    answer,
    ...subject,
    peers: peers.map((one) => ({
      ...one,
      firstSeen: isoTime(one.firstSeen),
      lastSeen: isoTime(one.lastSeen),
    })),
    score: rest.score,
    severity: rest.severity,
    firstSeen: isoTime(firstSeen),
    lastSeen: isoTime(lastSeen),
    ...labels,
    names: [],
    namesTotal: 0,
    evidence: once(rest.evidence),
    counterEvidence: once(rest.counterEvidence),
    missing: rest.missing,
    attack: rest.attack,
    bytes: rest.bytes,
    parts: rest.parts,
    severitySteps: rest.severitySteps,
    ...{ mark: null, marks: [], threatLists: [] },
    coverage: Math.round((coverage ?? covered) * 1000) / 1000,
    sql: statementOf(judgement),
  };
}

/** The query of the records of a judgement on one line of SQL, as a user can paste it. */
function statementOf({ records }: Pick<Judgement, 'records'>): string {
  return print(records)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
}

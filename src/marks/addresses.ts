import type { Family } from '../addresses/address.ts';
import { disjoint, rowsOf, type Segment, segmentRows } from '../addresses/segments.ts';
import { or, type Sql, sql } from '../sql/sql.ts';
import type { Mark } from './mark.ts';
import { parseTarget } from './target.ts';

/**
 * The marked ones among labelled addresses, by the precedence of `markFinder`: (address, mark). Marks for one port or
 * local end are about conversations and say nothing of the address. `labelled` is a relation with the labels.
 */
export function markedAddresses(marks: readonly Mark[], labelled: Sql): Sql {
  const general = marks
    .filter(({ port, local }) => port === null && local === null)
    .map((mark, place) => ({ place, verdict: mark.verdict, target: parseTarget(mark.target) }));
  const ranges = general.flatMap(({ place, target }) =>
    target.kind === 'range' ? [{ ...target.range, label: place }] : [],
  );
  // The later layer wins in `disjoint`: the longer prefix.
  const segments = disjoint([...ranges].sort((a, b) => a.length - b.length));
  const asns = general.flatMap(({ place, target }) => (target.kind === 'asn' ? [[target.asn, place]] : []));
  const names = general.flatMap(({ place, target }) =>
    target.kind === 'name' ? [[target.name, place]] : [],
  );
  return sql`
    WITH marks AS (${rowsOf(
      ['place', 'mark'],
      ['INTEGER', 'VARCHAR'],
      general.map(({ place, verdict }) => [place, verdict]),
    )}),
    asns AS (${rowsOf(['asn', 'place'], ['BIGINT', 'INTEGER'], asns)}),
    names AS (SELECT lower(name) AS name, place FROM (${rowsOf(['name', 'place'], ['VARCHAR', 'INTEGER'], names)})),
    ranged AS (${inRanges(segments, 4, labelled)} UNION ALL ${inRanges(segments, 6, labelled)})
    SELECT l.address, m.mark
    FROM ${labelled} AS l
    LEFT JOIN ranged AS r ON r.address = l.address
    LEFT JOIN asns AS a ON a.asn = l.asn
    LEFT JOIN names AS n ON n.name = lower(l.network)
    LEFT JOIN names AS p ON p.name = lower(l.provider)
    JOIN marks AS m ON m.place = coalesce(r.place, a.place, n.place, p.place)`;
}

/**
 * The rows of labelled addresses that any of the targets holds. Their numbers are looked for first: all other columns are
 * read of few.
 */
export function heldAddresses(targets: readonly string[], labelled: Sql): Sql {
  return sql`SELECT * FROM ${labelled}
    WHERE address_id IN (SELECT address_id FROM labelled_addresses WHERE ${isHeld(targets)})`;
}

function isHeld(targets: readonly string[]): Sql {
  return or(
    ...targets.map(parseTarget).map((target) => {
      if (target.kind === 'asn') return sql`asn = ${target.asn}`;
      if (target.kind === 'name') {
        const name = target.name.toLowerCase();
        return sql`lower(network) = ${name} OR lower(provider) = ${name}`;
      }
      const { family, first, last } = target.range;
      return sql`family = ${family}
        AND number BETWEEN CAST(${first.toString()} AS UHUGEINT) AND CAST(${last.toString()} AS UHUGEINT)`;
    }),
  );
}

function inRanges(segments: readonly Segment<number>[], family: Family, labelled: Sql): Sql {
  const number = family === 4 ? 'UINTEGER' : 'UHUGEINT';
  const key = family === 4 ? sql`CAST(number AS UINTEGER)` : sql`number`;
  return sql`
    SELECT a.address, x.place
    FROM (SELECT address, ${key} AS key FROM ${labelled} WHERE family = ${family}) AS a
    ASOF JOIN (${segmentRows(segments, family, 'place', { number, type: 'INTEGER' })}) AS x ON a.key >= x.first
    WHERE a.key <= x.last`;
}

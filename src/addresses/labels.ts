import { type Sql, sql } from '../sql/sql.ts';
import { parseCidr } from './cidr.ts';
import { type LabelData, labelRanges } from './label-data.ts';
import { addressNumbers } from './number.ts';
import { providers } from './providers.ts';
import { type ScopeOverrides, scopeRanges } from './scope.ts';
import { disjoint, rowsOf, segmentRows } from './segments.ts';
import type { SetAside } from './set-asides.ts';

/** What labels are made from. */
export interface LabelInputs {
  /** A table, or a subquery in parentheses, with a column `address` VARCHAR of distinct texts. */
  readonly addresses: Sql;
  readonly scopes: ScopeOverrides;
  /** In order of precedence; entries that are off are ignored. */
  readonly setAsides: readonly SetAside[];
  readonly data: LabelData;
}

/**
 * Every address with what is known of it without a network: (address VARCHAR, family UTINYINT, number
 * UHUGEINT, scope VARCHAR, asn BIGINT, network VARCHAR, country VARCHAR, provider VARCHAR, set_aside VARCHAR).
 * A text that is no address has NULL everywhere else; only `internet` addresses have more than a scope.
 */
export function labelledAddresses({ addresses, scopes, setAsides, data }: LabelInputs): Sql {
  const active = setAsides.filter((entry) => entry.on);
  return sql`
    WITH
      numbered AS (${addressNumbers(addresses)}),
      scopes AS (${scopeRanges(scopes)}),
      as_ranges AS (${labelRanges(data.asn, ['asn', 'network'])}),
      country_ranges AS (${labelRanges(data.country, ['country'])}),
      providers AS (${providerRows()}),
      aside_names AS (${rowsOf(
        ['rank', 'name'],
        ['INTEGER', 'VARCHAR'],
        active.map((entry, rank) => [rank, entry.name]),
      )}),
      aside_asns AS (${firstRank(
        'asn',
        'BIGINT',
        active.map((entry) => entry.asns),
      )}),
      aside_networks AS (${firstRank(
        'network',
        'VARCHAR',
        active.map((entry) => entry.networks),
        sql`lower(network)`,
      )}),
      aside_ranges AS (${asideRanges(active)}),
      scoped AS (
        SELECT
          n.address, n.family, n.number, s.scope,
          CASE WHEN s.scope = 'internet' THEN n.number END AS labelled_number
        FROM numbered AS n
        ASOF LEFT JOIN scopes AS s ON n.family = s.family AND n.number >= s.first
      ),
      labelled AS (
        SELECT
          a.address, a.family, a.number, a.scope,
          CASE WHEN a.labelled_number <= r.last THEN r.asn END AS asn,
          CASE WHEN a.labelled_number <= r.last THEN r.network END AS network,
          CASE WHEN a.labelled_number <= c.last THEN c.country END AS country,
          CASE WHEN a.labelled_number <= x.last THEN x.rank END AS range_rank
        FROM scoped AS a
        ASOF LEFT JOIN as_ranges AS r ON a.family = r.family AND a.labelled_number >= r.first
        ASOF LEFT JOIN country_ranges AS c ON a.family = c.family AND a.labelled_number >= c.first
        ASOF LEFT JOIN aside_ranges AS x ON a.family = x.family AND a.labelled_number >= x.first
      )
    SELECT
      l.address, l.family, l.number, l.scope, l.asn, l.network, l.country, p.provider, s.name AS set_aside
    FROM labelled AS l
    LEFT JOIN providers AS p ON p.asn = l.asn
    LEFT JOIN aside_asns AS aa ON aa.asn = l.asn
    LEFT JOIN aside_networks AS an ON an.network = lower(l.network)
    LEFT JOIN aside_names AS s ON s.rank = least(aa.rank, an.rank, l.range_rank)`;
}

function providerRows(): Sql {
  const rows = providers.flatMap(({ name, asns }) => asns.map((asn) => [asn, name]));
  return rowsOf(['asn', 'provider'], ['BIGINT', 'VARCHAR'], rows);
}

/** Each value with the rank of the first entry that lists it, so that a join multiplies no row. */
function firstRank(
  name: 'asn' | 'network',
  type: string,
  valuesByRank: readonly (readonly (string | number)[])[],
  key: Sql = sql`asn`,
): Sql {
  const rows = valuesByRank.flatMap((values, rank) => values.map((value) => [value, rank]));
  const relation = rowsOf([name, 'rank'], [type, 'INTEGER'], rows);
  return sql`SELECT ${key} AS ${name === 'asn' ? sql`asn` : sql`network`}, min(rank) AS rank FROM (${relation}) GROUP BY 1`;
}

function asideRanges(active: readonly SetAside[]): Sql {
  const layers = active.flatMap((entry, rank) =>
    entry.cidrs.map((text) => ({ ...parseCidr(text), label: rank })),
  );
  // The later layer wins in `disjoint`, the earlier entry here.
  return segmentRows(disjoint(layers.reverse()), 'rank', 'INTEGER');
}

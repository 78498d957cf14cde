import { list, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Family } from './address.ts';
import { labelRanges } from './label-data.ts';
import { type LabelData, type LabelSource, labelColumns, labelType } from './label-source.ts';
import { addressNumbers } from './number.ts';
import { chosenLabels } from './precedence.ts';
import { providers } from './providers.ts';
import { type ScopeOverrides, scopeSegments } from './scope.ts';
import { rowsOf, segmentRows } from './segments.ts';
import { type SetAsideRanks, setAsideRanks } from './set-aside-ranks.ts';
import type { SetAside } from './set-asides.ts';

/** What labels are made from. */
export interface LabelInputs {
  /**
   * A table, or a subquery in parentheses, with a column `address` VARCHAR of distinct texts; where `numbered`, with
   * `family` and `number` of {@link addressNumbers} too.
   */
  readonly addresses: Sql;
  readonly numbered?: boolean;
  readonly scopes: ScopeOverrides;
  /** In order of precedence; entries that are off are ignored. */
  readonly setAsides: readonly SetAside[];
  readonly data: LabelData;
  /** Adds `<column>_source` for every label: the index of the source that said it. Default: no. */
  readonly withSources?: boolean;
}

/**
 * Every address with what is known of it without a network: (address VARCHAR, family UTINYINT, number UHUGEINT,
 * scope, asn BIGINT, network, country, city, provider, service, region, set_aside, all VARCHAR). A text that is no
 * address has NULL everywhere else; only `internet` addresses have more than a scope.
 */
export function labelledAddresses(inputs: LabelInputs): Sql {
  const asides = setAsideRanks(inputs.setAsides);
  const labels = labelColumns.map((column) =>
    column === 'provider' ? sql`coalesce(l.provider, p.provider) AS provider` : trusted(`l.${column}`),
  );
  const origins =
    inputs.withSources === true ? labelColumns.map((column) => trusted(`l.${column}_source`)) : [];
  const unknown = [
    ...labelColumns.map((column) => trusted(`CAST(NULL AS ${labelType(column)}) AS ${column}`)),
    ...labelColumns.map((column) => trusted(`NULL AS ${column}_source`)),
    ...asides.rangeColumns.map((column) => trusted(`NULL AS ${column}`)),
  ];
  return sql`
    WITH
      numbered AS MATERIALIZED (${
        inputs.numbered === true
          ? sql`SELECT address, family, number FROM ${inputs.addresses}`
          : addressNumbers(inputs.addresses)
      }),
      ${asides.tables}
      providers AS (${providerRows()}),
      ${ofFamily(4, inputs, asides)},
      ${ofFamily(6, inputs, asides)},
      labelled AS (
        SELECT * FROM labelled_4
        UNION ALL BY NAME SELECT * FROM labelled_6
        UNION ALL BY NAME
        SELECT address, family, number, CAST(NULL AS VARCHAR) AS scope, ${list(unknown)} FROM numbered WHERE family IS NULL
      )
    SELECT l.address, l.family, l.number, l.scope, ${list([...labels, sql`${asides.name} AS set_aside`, ...origins])}
    FROM labelled AS l
    LEFT JOIN providers AS p ON p.asn = l.asn
    ${asides.joins}`;
}

/**
 * The tables of one family: its addresses with scope and, of the Internet, a key; the distinct keys; for each source
 * what it says of them; and all of it joined. Each family has its own joins, because sorting IPv4 by 32 bits takes a
 * third of the time that sorting by 128 bits does. Each source is joined with the keys alone, and only its matches go
 * on: joins behind each other would sort the texts of all before them once more.
 */
function ofFamily(family: Family, { scopes, data }: LabelInputs, asides: SetAsideRanks): Sql {
  const number = family === 4 ? 'UINTEGER' : 'UHUGEINT';
  const table = (name: string) => trusted(`${name}_${family}`);
  const ranges = asides.ranges(family);
  const matched = [
    ...data.sources.map((source, index) => ({ name: `m${index}`, sql: matchesOf(source, family) })),
    ...ranges,
  ];
  const columns = asides.rangeColumns.map((column) =>
    ranges.some(({ name }) => name === column)
      ? trusted(`${column}.rank AS ${column}`)
      : trusted(`CAST(NULL AS INTEGER) AS ${column}`),
  );
  const kept = list([trusted('k.address, k.family, k.number, k.scope'), ...columns]);
  const joins = matched.map(({ name }) =>
    trusted(`LEFT JOIN ${name}_${family} AS ${name} ON ${name}.key = k.key`),
  );
  return sql`
    ${table('keyed')} AS MATERIALIZED (
      SELECT n.address, CAST(${family} AS UTINYINT) AS family, CAST(n.number AS UHUGEINT) AS number, s.scope,
        CASE WHEN s.scope = 'internet' THEN n.number END AS key
      FROM (SELECT address, CAST(number AS ${trusted(number)}) AS number FROM numbered WHERE family = ${family}) AS n
      ASOF JOIN (${segmentRows(scopeSegments(scopes), family, 'scope', { number, type: 'VARCHAR' })}) AS s
        ON n.number >= s.first
    ),
    ${table('keys')} AS MATERIALIZED (SELECT DISTINCT key FROM ${table('keyed')} WHERE key IS NOT NULL),
    ${list(
      matched.map(({ name, sql: matches }) => sql`${table(name)} AS (${matches}), `),
      '',
    )}
    ${table('labelled')} AS (
      SELECT * FROM (${chosenLabels(data.sources, kept, sql`${table('keyed')} AS k ${list(joins, '\n')}`)})
    )`;
}

function matchesOf({ file, columns }: LabelSource, family: Family): Sql {
  const names = [...columns, 'bits'];
  return sql`
    SELECT k.key, ${list(names.map((name) => trusted(`r.${name}`)))}
    FROM ${trusted(`keys_${family}`)} AS k ASOF JOIN (${labelRanges(file, names, family)}) AS r ON k.key >= r.first
    WHERE k.key <= r.last`;
}

function providerRows(): Sql {
  const rows = providers.flatMap(({ name, asns }) => asns.map((asn) => [asn, name]));
  return rowsOf(['asn', 'provider'], ['BIGINT', 'VARCHAR'], rows);
}

import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { type LabelInputs, labelledAddresses } from './labels.ts';
import type { Scope } from './scope.ts';
import { rowsOf } from './segments.ts';

const scopes = [
  'internet',
  'private',
  'shared',
  'link-local',
  'loopback',
  'multicast',
  'documentation',
  'reserved',
] as const satisfies readonly Scope[];

/** The labels of an address in a row of an answer; null where one is not known. */
export const labelEntries = {
  asn: v.nullable(v.number()),
  network: v.nullable(v.string()),
  country: v.nullable(v.string()),
  city: v.nullable(v.string()),
  provider: v.nullable(v.string()),
  service: v.nullable(v.string()),
  region: v.nullable(v.string()),
};

const row = v.object({
  address: v.string(),
  /** null: the text is no address. */
  scope: v.nullable(v.picklist(scopes)),
  ...labelEntries,
});

/** What is known of an address without a network; null where it is not known. */
export type AddressLabel = Readonly<v.InferOutput<typeof row>>;

/** The labels of the addresses, one row for each text, in the order given; it needs no workspace. */
export function lookupQuery(
  addresses: readonly string[],
  options: Pick<LabelInputs, 'scopes' | 'data'>,
): Query<AddressLabel> {
  const columns = sql`l.asn, l.network, l.country, l.city, l.provider, l.service, l.region`;
  return { name: 'lookup', sql: askedLabels(addresses, columns, options), row };
}

/** The addresses in the order given, with their scopes and these columns of their labels, `l`. */
export function askedLabels(
  addresses: readonly string[],
  columns: Sql,
  options: Pick<LabelInputs, 'scopes' | 'data' | 'withSources'>,
): Sql {
  const rows = addresses.map((address, place) => [place, address]);
  const labels = labelledAddresses({
    addresses: sql`(SELECT DISTINCT address FROM asked)`,
    setAsides: [],
    ...options,
  });
  return sql`
    WITH asked AS (${rowsOf(['place', 'address'], ['INTEGER', 'VARCHAR'], rows)})
    SELECT a.address, l.scope, ${columns}
    FROM asked AS a LEFT JOIN (${labels}) AS l ON l.address = a.address
    ORDER BY a.place`;
}

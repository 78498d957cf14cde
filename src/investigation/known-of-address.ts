import { parseAddress } from '../addresses/address.ts';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { DuckDb } from '../engine/duckdb.ts';
import type { Hit } from '../intel/list.ts';
import { listedAddresses, type PlacedList } from '../intel/match.ts';
import { sql } from '../sql/sql.ts';
import type { Circumstances } from './circumstances.ts';
import { type AddressLabels, type KnownOfAddress, labelsOf } from './ip.ts';
import { hitsByAddress } from './listed-peers.ts';
import { marksOfAddress } from './marked-traffic.ts';

/** What is known of an address apart from its traffic; `scopes` are the ranges of the user. */
export async function knownOfAddress(
  text: string,
  scopes: ScopeOverrides,
  circumstances: Circumstances,
  signal: AbortSignal | undefined,
): Promise<Pick<KnownOfAddress, 'labels' | 'marks' | 'intel' | 'circumstances'>> {
  const { engine, lists } = circumstances;
  const { labels, isLoaded } = await labelsOf(engine, text, scopes, signal);
  return {
    labels,
    marks: marksOfAddress(circumstances.marks, labels),
    intel: await hitsOfAddress(engine, labels, isLoaded ? undefined : lists, signal),
    circumstances,
  };
}

/** What lists say of an address; one that no record has is looked for in `lists` themselves. */
async function hitsOfAddress(
  engine: DuckDb,
  labels: AddressLabels,
  lists: readonly PlacedList[] | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly Hit[]> {
  const { address, scope, asn } = labels;
  const parsed = parseAddress(address);
  if (lists !== undefined && (lists.length === 0 || parsed === null)) return [];
  const one = sql`(SELECT ${address} AS address, ${parsed?.family ?? null} AS family, ${scope} AS scope,
    CAST(${parsed?.number.toString() ?? null} AS UHUGEINT) AS number, CAST(${asn} AS BIGINT) AS asn)`;
  const now = Math.floor(Date.now() / 1000);
  const listed = lists === undefined ? undefined : sql`(${listedAddresses(lists, one, now)})`;
  return (await hitsByAddress(engine, sql`SELECT ${address}`, signal, listed)).get(address) ?? [];
}

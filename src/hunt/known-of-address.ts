import { parseAddress } from '../addresses/address.ts';
import type { ScopeOverrides } from '../addresses/scope.ts';
import { rowsOf } from '../addresses/segments.ts';
import type { LocalEngine } from '../engine/local.ts';
import type { Hit } from '../intel/list.ts';
import { listedAddresses, type PlacedList } from '../intel/match.ts';
import type { Circumstances } from '../known/circumstances.ts';
import { hitsByAddress } from '../known/listed-peers.ts';
import { marksOfAddress } from '../known/marked-traffic.ts';
import { texts } from '../sql/dialect.ts';
import { sql } from '../sql/sql.ts';
import { type AddressLabels, type KnownOfAddress, labelsOf } from './ip.ts';

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
  engine: LocalEngine,
  labels: AddressLabels,
  lists: readonly PlacedList[] | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly Hit[]> {
  const { address } = labels;
  const hits =
    lists === undefined
      ? await hitsByAddress(engine, sql`SELECT ${address}`, signal)
      : await hitsInLists(engine, [labels], lists, signal);
  return hits.get(address) ?? [];
}

/** What lists say of addresses that need not be loaded, by their texts. The engine needs no relation. */
export async function hitsInLists(
  engine: LocalEngine,
  labels: readonly Pick<AddressLabels, 'address' | 'scope' | 'asn'>[],
  lists: readonly PlacedList[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, readonly Hit[]>> {
  const rows = labels.flatMap(({ address, scope, asn }) => {
    const parsed = parseAddress(address);
    return parsed === null ? [] : [[address, parsed.family, scope, parsed.number.toString(), asn]];
  });
  if (lists.length === 0 || rows.length === 0) return new Map();
  const types = ['VARCHAR', 'INTEGER', 'VARCHAR', 'UHUGEINT', 'BIGINT'];
  const asked = rowsOf(['address', 'family', 'scope', 'number', 'asn'], types, rows);
  const now = Math.floor(Date.now() / 1000);
  const listed = sql`(${listedAddresses(lists, sql`(SELECT DISTINCT * FROM (${asked}))`, now)})`;
  return hitsByAddress(engine, texts(labels.map(({ address }) => address)), signal, listed);
}

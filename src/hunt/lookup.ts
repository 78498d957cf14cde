import { resolve } from 'node:path';
import { type AddressLabel, lookupQuery } from '../addresses/lookup.ts';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { Hit } from '../intel/list.ts';
import { readMarksAndLists } from '../kept/known-addresses.ts';
import { namesOf } from '../kept/name-table.ts';
import { type OutsideOptions, registryFacts } from '../known/outside.ts';
import { labelData } from '../labels/in-use.ts';
import type { Verdict } from '../marks/mark.ts';
import { markFinder } from '../marks/precedence.ts';
import { reverseNames } from '../net/reverse-names.ts';
import type { Asked, RegistryFacts } from '../registries/facts.ts';
import type { RunOptions } from '../settings/options.ts';
import { withOwnEngine } from '../settings/own-engine.ts';
import { readSettings, scopesOf } from '../settings/settings.ts';
import { type Folder, folderAt } from '../store/folder.ts';
import { hitsInLists } from './known-of-address.ts';

export interface LookupOptions extends Partial<RunOptions>, OutsideOptions {
  /** Told in the end what left this machine. */
  readonly onAsked?: (asked: Asked) => void;
}

/** An address with what is known of it. */
export interface LookedUp extends AddressLabel, RegistryFacts {
  /** Names of reverse DNS; null where they were not asked for, or no answer came. */
  readonly reverseNames: readonly string[] | null;
  /** The name that hosts asked DNS for last and got the address, by the logs of the workspace; and how many there are. */
  readonly name: string | null;
  readonly names: number;
  /** What the hunter said of it as a whole, in the workspace; null where nothing. */
  readonly mark: Verdict | null;
  /** What the lists of the workspace say of it. */
  readonly intel: readonly Hit[];
}

/**
 * What is known of addresses: scope, AS number, network name, country, provider, and what registries said before. It
 * needs no workspace; where there is one, its own ranges and settings count. Nobody is asked unless `rdap` or
 * `reverseDns` says so.
 */
export async function lookup(addresses: readonly string[], options: LookupOptions = {}): Promise<LookedUp[]> {
  const folder = folderAt(resolve(options.workspace ?? '.northsouth'));
  const settings = await readSettings(folder);
  const scopes = scopesOf(settings, options);
  const labels = await labelsOf(addresses, folder, scopes, options);
  const { signal, onRegistryProgress: onProgress } = options;
  const facts = await registryFacts({
    ...{
      about: addresses,
      ask: options.rdap ? addresses : [],
      scopes,
      values: settings.rdap,
      signal,
      onProgress,
    },
  });
  const known = labels.filter(({ scope }) => scope !== null).map(({ address }) => address);
  const names = options.reverseDns
    ? await reverseNames(known, signal === undefined ? {} : { signal })
    : new Map();
  options.onAsked?.({ ...facts.asked, reverseDns: options.reverseDns ? new Set(known).size : 0 });
  return labels.map((label) => ({
    ...label,
    ...facts.of(label.address),
    reverseNames: names.get(label.address) ?? null,
  }));
}

async function labelsOf(
  addresses: readonly string[],
  folder: Folder,
  scopes: ScopeOverrides,
  options: LookupOptions,
): Promise<(AddressLabel & Pick<LookedUp, 'name' | 'names' | 'mark' | 'intel'>)[]> {
  return withOwnEngine(options, async (engine, spare) => {
    const labels = await engine.ask(lookupQuery(addresses, { scopes, data: labelData() }), options.signal);
    const named = await namesOf(engine, folder, addresses, spare, options.signal);
    const { marks, lists } = await readMarksAndLists(folder);
    const hits = await hitsInLists(engine, labels, lists, options.signal);
    const finder = markFinder(marks);
    return labels.map((label) => ({
      ...label,
      ...(named.get(label.address) ?? { name: null, names: 0 }),
      mark: finder.of({ ...label, port: null, local: null })[0]?.verdict ?? null,
      intel: hits.get(label.address) ?? [],
    }));
  });
}

import { rm } from 'node:fs/promises';
import { identityOfLabels } from '../addresses/precedence.ts';
import type { ScopeOverrides } from '../addresses/scope.ts';
import type { LocalEngine, LocalOptions } from '../engine/local.ts';
import { type AddressTableInputs, addressTable } from '../kept/address-table.ts';
import { catalog } from '../kept/catalog.ts';
import {
  type KnownAddresses,
  knownAddresses,
  type MarksAndLists,
  readMarksAndLists,
} from '../kept/known-addresses.ts';
import { type NameTable, nameTable } from '../kept/name-table.ts';
import type { OutsideWorld } from '../known/outside.ts';
import { labelData } from '../labels/in-use.ts';
import type { RunOptions } from '../settings/options.ts';
import { inForce, readSettings, type Settings, scopesOf } from '../settings/settings.ts';
import type { Query } from '../sql/query.ts';
import { id, type Sql, sql } from '../sql/sql.ts';
import { baselinesIn } from '../store/baselines.ts';
import type { Folder } from '../store/folder.ts';
import { identityOfBatches, isKept, keyOf } from '../store/kept.ts';
import { type Batch, readBatches } from '../store/manifest.ts';
import { Analysis } from './analysis.ts';

/** Statements that define relations, and files that these read beside those of the workspace. */
export interface Relations {
  readonly prepare: readonly Sql[];
  readonly files: readonly string[];
  /** The one of the statements that says which addresses are marked. */
  readonly marked?: Sql;
}

let number = 0;

/**
 * What is open of a workspace: its folder, its engine, its settings, and what was made of them so far. Relations are
 * made when somebody first asks; whoever changes what they stand on calls {@link forget} or {@link readAgain}.
 */
export class Investigation {
  readonly options: RunOptions;
  readonly folder: Folder;
  readonly engine: LocalEngine;
  readonly engineOptions: LocalOptions;
  #settings: Settings;
  #ready: Promise<readonly Batch[]> | undefined;
  #analysis: Analysis | undefined;
  #marksAndLists: MarksAndLists = { marks: [], lists: [] };
  #labels = '';
  #labelSets = '';
  #relations: Relations = { prepare: [], files: [] };
  #schema: string | undefined;
  #isSchemaTaken = false;
  #known: { readonly key: string; readonly made: Promise<KnownAddresses> } | undefined;

  constructor(
    options: RunOptions,
    folder: Folder,
    engine: LocalEngine,
    engineOptions: LocalOptions,
    settings: Settings,
  ) {
    this.options = options;
    this.folder = folder;
    this.engine = engine;
    this.engineOptions = engineOptions;
    this.#settings = settings;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Marks and lists, as they were when the relations were made. */
  get marksAndLists(): MarksAndLists {
    return this.#marksAndLists;
  }

  /** What the labels of the addresses were made from when the relations were made, as a short key. */
  get labels(): string {
    return this.#labels;
  }

  /** The same without the set-asides. */
  get labelSets(): string {
    return this.#labelSets;
  }

  /** The schema of the relations that are there now, for somebody who asks them also when there are newer ones. */
  takeSchema(): string {
    this.#isSchemaTaken = true;
    return this.#schema ?? 'main';
  }

  /** True where somebody holds on to the relations that are there now, and frees them when done. */
  get areRelationsTaken(): boolean {
    return this.#isSchemaTaken;
  }

  /** What gives another engine the relations that are there now. */
  get relations(): Relations {
    return this.#relations;
  }

  get signal(): AbortSignal | undefined {
    return this.options.signal;
  }

  get scopes(): ScopeOverrides {
    return scopesOf(this.#settings, this.options);
  }

  get outside(): OutsideWorld {
    return { scopes: this.scopes, values: this.#settings.rdap, signal: this.signal };
  }

  /** The next question finds what is loaded, marked and listed then. */
  forget(): void {
    this.#ready = undefined;
  }

  /** The same, with the settings as the files have them now. */
  async readAgain(): Promise<void> {
    this.#settings = await readSettings(this.folder);
    this.forget();
  }

  async ask<Row>(query: Query<Row>): Promise<Row[]> {
    await this.prepared();
    return this.engine.ask(query, this.signal);
  }

  async analysed(): Promise<Analysis> {
    const batches = await this.prepared();
    this.#analysis ??= new Analysis({
      engine: this.engine,
      folder: this.folder,
      batches,
      scopes: this.scopes,
      labels: this.#labels,
      values: this.#settings.detectors,
      marksAndLists: this.#marksAndLists,
      weights: inForce(this.#settings).weights,
      spare: this.engineOptions.spillDirectory,
      signal: this.signal,
    });
    return this.#analysis;
  }

  /** The batches, once the engine has their relations. */
  prepared(): Promise<readonly Batch[]> {
    if (this.#ready === undefined) {
      const ready = this.#prepare();
      this.#ready = ready;
      // What failed may have been interrupted, or lacked space: the next question tries again.
      ready.catch(() => {
        if (this.#ready === ready) this.#ready = undefined;
      });
    }
    return this.#ready;
  }

  /**
   * Relations that somebody holds on to stay as they are, all of them: what is made then has a schema of its own. Where
   * nobody does, they are replaced in place, so that questions asked at once find them.
   */
  async #freshSchema(): Promise<void> {
    if (this.#schema !== undefined && !this.#isSchemaTaken) return;
    number += 1;
    const schema = `state_${number}`;
    this.#schema = schema;
    this.#isSchemaTaken = false;
    await this.engine.define(sql`CREATE SCHEMA ${id(schema)}`);
    await this.engine.define(sql`USE ${id(schema)}`);
  }

  async #prepare(): Promise<readonly Batch[]> {
    this.#analysis = undefined;
    const batches = await readBatches(this.folder);
    this.#marksAndLists = await readMarksAndLists(this.folder);
    const addresses = await this.addresses(batches, this.#marksAndLists);
    this.#labels = addresses.labels;
    this.#labelSets = addresses.labelSets;
    const { names, files } = await this.nameTable(batches);
    const { noise } = inForce(this.#settings);
    const baselines = await baselinesIn(this.folder);
    await this.#freshSchema();
    const statements = catalog({ batches, noise, addresses: addresses.define, names, baselines });
    this.#relations = {
      ...{ prepare: statements, files: [...addresses.files, ...files], marked: addresses.marked },
    };
    for (const statement of statements) await this.engine.define(statement, this.signal);
    return batches;
  }

  /**
   * What is known of the addresses; made once for what it stands on, since two that make it on connections of their own
   * would stand in each other's way. Made again where another process took a file for an old one.
   */
  async addresses(batches: readonly Batch[], marksAndLists: MarksAndLists): Promise<KnownAddresses> {
    const { setAsides } = inForce(this.#settings);
    const inputs = { batches, scopes: this.scopes, setAsides, data: labelData() };
    const stated = [identityOfBatches(batches), inputs.scopes, setAsides, identityOfLabels(inputs.data)];
    const key = keyOf([...stated, marksAndLists, Math.floor(Date.now() / 86_400_000)]);
    const before = this.#known?.key === key ? await this.#known.made.catch(() => undefined) : undefined;
    const areThere = before !== undefined && (await Promise.all(before.files.map(isKept))).every(Boolean);
    if (before !== undefined && areThere) return before;
    if (this.#known?.key !== key || before !== undefined) {
      this.#known = { key, made: this.#makeAddresses(inputs, marksAndLists) };
    }
    const { made } = this.#known;
    return made.catch((error: unknown) => {
      if (this.#known?.made === made) this.#known = undefined;
      throw error;
    });
  }

  async #makeAddresses(inputs: AddressTableInputs, marksAndLists: MarksAndLists): Promise<KnownAddresses> {
    const spare = this.engineOptions.spillDirectory;
    const table = await addressTable(this.engine, this.folder, inputs, spare, this.signal);
    return knownAddresses(this.engine, this.folder, table, marksAndLists, spare, this.signal);
  }

  /** The names that addresses were resolved from. */
  nameTable(batches: readonly Batch[]): Promise<NameTable> {
    const spare = this.engineOptions.spillDirectory;
    return nameTable(this.engine, this.folder, batches, spare, this.signal);
  }

  /** Frees the engine and removes what it held back on disk. */
  async close(): Promise<void> {
    this.engine.close();
    await rm(this.engineOptions.spillDirectory, { recursive: true, force: true });
  }
}

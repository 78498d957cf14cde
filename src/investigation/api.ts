import type { Scope } from '../addresses/scope.ts';

/** What a run is about: the bounds that every command shares. */
export interface RunOptions {
  /** Folder of the workspace; created by `load`. */
  readonly workspace: string;
  /** DuckDB's memory in bytes. Default: a quarter of the machine's, at most 1.25 GB. */
  readonly memoryBytes?: number;
  readonly threads?: number;
  /** CIDRs that are the user's own: `private`, whatever the registries say. */
  readonly local?: readonly string[];
  /** CIDRs that are the Internet, whatever the registries say. */
  readonly internet?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Only records whose start lies in [from, to), in Unix seconds; an absent bound is open. */
export interface Period {
  readonly from?: number;
  readonly to?: number;
}

export interface LoadOptions {
  /** Field names of files that have no header, as AWS writes them: `version account-id ...`. */
  readonly format?: string;
  readonly keepDuplicates?: boolean;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface LoadProgress {
  readonly filesTotal: number;
  readonly filesDone: number;
  /** Bytes of the input files, as they lie on disk. */
  readonly bytesTotal: number;
  readonly bytesDone: number;
  readonly records: number;
}

export interface FailedFile {
  readonly path: string;
  readonly reason: string;
}

/** What one `load` did. Counts are of this load, not of the workspace. */
export interface LoadResult {
  readonly workspace: string;
  readonly files: number;
  /** Files that an earlier load had read already. */
  readonly alreadyLoaded: number;
  readonly emptyFiles: number;
  readonly failedFiles: readonly FailedFile[];
  /** Lines of files that were recognised as something other than a flow log, left alone. */
  readonly otherFiles: readonly FailedFile[];
  readonly records: number;
  readonly unreadable: number;
  readonly duplicate: number;
  /** Names in headers that no AWS version knows; kept as columns. */
  readonly unknownFields: readonly string[];
  readonly seconds: number;
}

/** The funnel of `product.md`. Every count is of records in the workspace and period. */
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
  /** Bytes of the last step, which must reconcile too. */
  readonly bytes: { readonly toInternet: number; readonly shown: number; readonly setAside: number };
}

export type TopGroup = 'flow' | 'peer' | 'local' | 'asn' | 'country' | 'port';
export type TopOrder = 'flows' | 'bytes' | 'packets';

export interface TopOptions extends Period {
  readonly by?: TopOrder;
  readonly group?: TopGroup;
  readonly limit?: number;
  /** Show set-asides too. */
  readonly all?: boolean;
}

/** One row of `top`. Columns that the grouping does not have are absent; unknown values are null. */
export interface TopRow {
  readonly rank: number;
  readonly accountId?: string | null;
  readonly interfaceId?: string | null;
  readonly srcAddr?: string;
  readonly dstAddr?: string;
  readonly dstPort?: number | null;
  readonly protocol?: number | null;
  readonly action?: string | null;
  readonly peer?: string;
  readonly local?: string;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
  /** Distinct peers behind the row, for the groupings that join several. */
  readonly peers?: number;
  readonly asn?: number | null;
  readonly network?: string | null;
  readonly country?: string | null;
  readonly provider?: string | null;
}

export interface Hunt {
  readonly workspace: string;
  /** Of the records found, as ISO times; null when there is none. */
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly funnel: Funnel;
  readonly top: readonly TopRow[];
  readonly findings: readonly never[];
}

export interface Reject {
  readonly file: string;
  /** Line number in the file, from 1; in a Parquet file the row number. */
  readonly line: number;
  readonly reason: string;
  readonly raw: string;
}

export interface RejectsResult {
  readonly total: number;
  readonly byReason: readonly { readonly reason: string; readonly lines: number }[];
  readonly rejects: readonly Reject[];
  readonly failedFiles: readonly FailedFile[];
}

export interface NoiseRuleReport {
  readonly name: string;
  readonly on: boolean;
  readonly reason: string;
  /** What the rule matches, in words. */
  readonly matches: string;
  /** North/south records, bytes and peers that it matches, whether it is on or off. */
  readonly records: number;
  readonly bytes: number;
  readonly peers: number;
}

export interface SetAsideReport {
  readonly name: string;
  readonly on: boolean;
  readonly reason: string;
  /** Records to the Internet, their bytes and peers. */
  readonly records: number;
  readonly bytes: number;
  readonly peers: number;
}

export interface NoiseReport {
  readonly rules: readonly NoiseRuleReport[];
  readonly setAsides: readonly SetAsideReport[];
  /** The files in which the user changes them. */
  readonly files: { readonly noise: string; readonly setAsides: string };
}

export interface AddressLabel {
  readonly address: string;
  /** null: the text is no address. */
  readonly scope: Scope | null;
  readonly asn: number | null;
  readonly network: string | null;
  readonly country: string | null;
  readonly provider: string | null;
}

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  /** True when `limit` cut the answer. */
  readonly truncated: boolean;
}

export interface LoadProgress {
  readonly filesTotal: number;
  readonly filesDone: number;
  /** Bytes of the input files, as they lie on disk. */
  readonly bytesTotal: number;
  readonly bytesDone: number;
  readonly records: number;
}

/** What the DNS query logs of a load held; flow logs and their records are counted apart from them. */
export interface DnsLoaded {
  readonly files: number;
  readonly queries: number;
  /** Addresses in the answers. */
  readonly answers: number;
  /** Lines that are no query. */
  readonly unreadable: number;
  /** Queries that were read before, or are in these files more than once; counted, then left out. */
  readonly duplicate: number;
}

export interface FailedFile {
  readonly path: string;
  readonly reason: string;
}

/** What one `load` did. Counts are of this load, not of the workspace. */
export interface LoadResult {
  readonly workspace: string;
  /** Flow logs that this load read, empty and failed ones included. */
  readonly files: number;
  /** Files that an earlier load had read already. */
  readonly alreadyLoaded: number;
  readonly emptyFiles: number;
  readonly failedFiles: readonly FailedFile[];
  /** Files that were recognised as something other than a flow log or a DNS query log, or whose name says so; left alone. */
  readonly otherFiles: readonly FailedFile[];
  readonly records: number;
  readonly unreadable: number;
  readonly duplicate: number;
  readonly dns: DnsLoaded;
  /** Names in headers that no AWS version knows; kept as columns. */
  readonly unknownFields: readonly string[];
  readonly seconds: number;
}

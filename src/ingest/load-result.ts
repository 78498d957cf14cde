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
  /** Files that this load read, empty and failed ones included. */
  readonly files: number;
  /** Files that an earlier load had read already. */
  readonly alreadyLoaded: number;
  readonly emptyFiles: number;
  readonly failedFiles: readonly FailedFile[];
  /** Files that were recognised as something other than a flow log, or whose name says so; left alone. */
  readonly otherFiles: readonly FailedFile[];
  readonly records: number;
  readonly unreadable: number;
  readonly duplicate: number;
  /** Names in headers that no AWS version knows; kept as columns. */
  readonly unknownFields: readonly string[];
  readonly seconds: number;
}

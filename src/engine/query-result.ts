/** The answer to SQL that a user wrote: its columns with DuckDB's type names, and its rows. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  /** True when a limit cut the answer. */
  readonly truncated: boolean;
}

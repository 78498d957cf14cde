/** One input file of a batch, with what its path says of the records in it. */
export interface InputFile {
  /** Unique in the workspace; records and rejects refer to it. */
  readonly fileId: number;
  readonly path: string;
  readonly sizeBytes: number;
  /** Last change, in milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly account: string | null;
  readonly region: string | null;
}

/** What became of a file: its records are in the workspace; it held none; it could not be read whole; it is no flow log. */
type FileStatus = 'read' | 'empty' | 'failed' | 'other';

/** What a DNS query log held. */
export interface DnsCounts {
  /** Records of queries. */
  readonly queries: number;
  /** Addresses in their answers. */
  readonly answers: number;
  /** Queries that do not count: they were read before, or are in the file more than once. */
  readonly duplicate: number;
}

/**
 * The account of one file after reading. lines = headers + blank + unreadable + records + queries, whatever its form: a
 * line is a row in Parquet and a record in an envelope; an envelope that never holds a record is a header.
 */
export interface FileOutcome {
  readonly file: InputFile;
  readonly status: FileStatus;
  /** Why it failed, or what it is instead. */
  readonly reason: string | null;
  /** How it was read, as `line, blank` or `parquet`. */
  readonly shape: string | null;
  readonly lines: number;
  readonly headerLines: number;
  readonly blankLines: number;
  readonly records: number;
  readonly unreadable: number;
  /** Fields of its header that AWS does not document. */
  readonly unknownFields: readonly string[];
  /** Of a DNS query log, whose lines are queries and never records. */
  readonly dns?: DnsCounts;
}

const classicKey = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?([^/]+)\/vpcflowlogs\/([a-z0-9-]+)\//;
const hiveAccount = /(?:^|\/)aws-account-id=([^/]+)\//;
const hiveRegion = /(?:^|\/)aws-region=([^/]+)\//;
const fileName = /(?:^|\/)(\d{12})_(?:vpcflowlogs|vpcflowlogstgw|transitgateway)_([a-z0-9-]+)_/;

/** Account and region as S3 keys carry them: classic, Hive, or only in the file's name. */
export function placeOf(path: string): { account: string | null; region: string | null } {
  const key = path.replaceAll('\\', '/');
  const classic = classicKey.exec(key);
  const name = fileName.exec(key);
  return {
    account: hiveAccount.exec(key)?.[1] ?? classic?.[1] ?? name?.[1] ?? null,
    region: hiveRegion.exec(key)?.[1] ?? classic?.[2] ?? name?.[2] ?? null,
  };
}

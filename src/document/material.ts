import type { NoiseReport } from '../detect/noise-report.ts';
import type { FindingsResult, Hunt, IdentifiedFinding } from '../detect/results.ts';
import type { FailedFile } from '../ingest/load-result.ts';
import type { IntelListReport } from '../intel/results.ts';
import type { LabelsReport } from '../labels/listing.ts';
import type { MarksReport } from '../marks/results.ts';
import type { CoverageReport } from '../traffic/coverage.ts';
import type { InterArrivals, Timeline } from '../traffic/ip.ts';
import type { TopOrder, TopRow } from '../traffic/top.ts';

/** A number of records and their bytes. */
interface Amount {
  readonly flows: number;
  readonly bytes: number;
}

/** One moment of the traffic as a whole. */
interface Moment {
  readonly start: string;
  readonly rejected: Amount;
  readonly noise: Amount;
  readonly outbound: Amount;
  readonly inbound: Amount;
  readonly eastWest: Amount;
}

/** A finding with what is behind it: pictures, and a sample of its records. */
export interface FindingInFull {
  readonly finding: IdentifiedFinding;
  readonly timeline: Timeline;
  readonly interArrivals: InterArrivals | null;
  readonly sessions: number;
  readonly records: {
    readonly total: number;
    readonly columns: readonly string[];
    /** The first records, in the order of the columns. */
    readonly rows: readonly (readonly unknown[])[];
  };
}

/** Which findings a report was asked for. */
interface FindingsChoice {
  readonly severity: string;
  readonly unsettled: boolean;
  /** Findings chosen by their ids; undefined: all that meet the rest. */
  readonly ids?: readonly string[];
}

/** Everything that a report of an investigation says, whatever form it is written in. */
export interface Material {
  readonly title: string;
  /** What the hunter has to say first; lines are kept. */
  readonly note: string | null;
  readonly by: string;
  readonly madeAt: string;
  readonly version: string;
  /** What to type for the same report. */
  readonly command: string;
  readonly asked: { readonly from: string | null; readonly to: string | null; readonly where: string | null };
  readonly hunt: Omit<Hunt, 'findings' | 'asked'>;
  /** Equations of the funnel that do not hold. */
  readonly broken: readonly string[];
  readonly order: TopOrder;
  readonly timeline: { readonly bucketSeconds: number; readonly buckets: readonly Moment[] };
  /** What parts of the filter some parts of the report could not be narrowed by. */
  readonly ignored: readonly string[];
  readonly networks: readonly TopRow[];
  readonly countries: readonly TopRow[];
  readonly ports: readonly TopRow[];
  readonly locals: readonly TopRow[];
  readonly coverage: CoverageReport;
  readonly computed: Pick<FindingsResult, 'computedOver' | 'coverage' | 'skipped'>;
  readonly choice: FindingsChoice;
  /** The findings of the choice, the most severe first; the first of them in full. */
  readonly chosen: readonly IdentifiedFinding[];
  readonly inFull: readonly FindingInFull[];
  /** Answers of the same selection that are not chosen: less severe ones, and those that cannot be told. */
  readonly below: number;
  readonly unsettled: number;
  readonly noise: NoiseReport;
  readonly marks: MarksReport;
  readonly lists: readonly IntelListReport[];
  readonly labels: LabelsReport;
  readonly failedFiles: readonly FailedFile[];
  readonly rejectReasons: readonly { readonly reason: string; readonly lines: number }[];
}

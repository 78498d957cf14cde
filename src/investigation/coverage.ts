import type { DuckDb } from '../engine/duckdb.ts';
import { type CoverageReport, coverageOf, coverageReport } from '../traffic/coverage.ts';
import { dnsSummary, dnsSummaryOf } from '../traffic/names.ts';
import type { Period } from '../traffic/period.ts';

/** What is there for each interface and hour, over the derived relations of the engine. */
export async function coverage(
  engine: DuckDb,
  period: Period,
  signal: AbortSignal | undefined,
): Promise<CoverageReport> {
  const [dns] = await engine.rows(dnsSummary(), signal);
  return {
    ...coverageReport(await engine.rows(coverageOf(period), signal)),
    dns: dnsSummaryOf(dns),
  };
}

import type { Engine } from '../engine/engine.ts';
import {
  type CoverageReport,
  type CoverageWindow,
  coverageOf,
  coverageReport,
  coverageSums,
} from '../traffic/coverage.ts';
import { dnsSummary, dnsSummaryOf } from '../traffic/names.ts';
import type { Period } from '../traffic/period.ts';

const nothing = { interfaces: 0, firstHour: null, lastHour: null, minutes: 0, skippedMinutes: 0, span: 0 };

/** What is there for each interface and hour, all or a part of the interfaces, over the derived relations of the engine. */
export async function coverage(
  engine: Engine,
  period: Period,
  window: CoverageWindow | undefined,
  signal: AbortSignal | undefined,
): Promise<CoverageReport> {
  const [dns] = await engine.ask(dnsSummary(), signal);
  const [sums = nothing] = await engine.ask(coverageSums(period), signal);
  return {
    ...coverageReport(sums, await engine.ask(coverageOf(period, window), signal)),
    dns: dnsSummaryOf(dns),
  };
}

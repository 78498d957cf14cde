import type { Context } from '../detector.ts';
import { type ScorePart, type Severity, type SeverityStep, shifted } from '../finding.ts';
import type { ScanRow } from './query.ts';
import { missesNeeded, type ScanValues } from './settings.ts';

/** Which part of a source's contacts speaks most for a scan: all of them, one port, or one target. */
interface Walk {
  readonly over: 'everything' | 'one port' | 'one target';
  readonly misses: number;
  readonly hits: number;
  /** Odds of a scan against none, as a power of ten. */
  readonly odds: number;
}

/**
 * The threshold random walk: each miss multiplies the odds of a scan by (1 - scanning) / (1 - harmless), each hit by
 * scanning / harmless. A busy host's many hits elsewhere cannot hide a sweep, so that each port and target walks
 * alone too, and the walk that goes furthest counts.
 */
export function walk(row: ScanRow, settings: ScanValues): Walk {
  const { answeredWhenHarmless: harmless, answeredWhenScanning: scanning } = settings;
  const perMiss = Math.log10((1 - scanning) / (1 - harmless));
  const perHit = Math.log10(scanning / harmless);
  const walks = [
    { over: 'everything', misses: row.misses, hits: row.hits },
    { over: 'one port', misses: row.portMisses, hits: row.portHits },
    { over: 'one target', misses: row.targetMisses, hits: row.targetHits },
  ] as const;
  return walks
    .map((one) => ({ ...one, odds: one.misses * perMiss + one.hits * perHit }))
    .reduce((best, one) => (one.odds > best.odds ? one : best));
}

/** Hosts on one port or on a few, or ports of one host or of a few: whichever is most. */
function breadth(row: ScanRow, settings: ScanValues): number {
  const hosts = row.ports <= settings.few ? row.targets : 0;
  const ports = row.targets <= settings.few ? row.ports : 0;
  const isOfAll = walk(row, settings).over === 'everything';
  return Math.max(row.widest, row.deepest, ...(isOfAll ? [hosts, ports] : []));
}

/** What the contacts look like, for the name of the finding. */
export function shapeOf(row: ScanRow, settings: ScanValues): string {
  if (row.misses === 0) return 'no scan';
  if (row.targets <= 1 && row.ports <= 1) return 'repeated probes';
  const needed = missesNeeded(settings);
  if (row.widest >= needed && row.deepest >= needed) return 'horizontal and vertical scan';
  if (row.widest < needed && row.deepest < needed && row.ports > settings.few && row.targets > settings.few)
    return 'scattered scan';
  return row.widest > row.deepest || row.targets > row.ports ? 'horizontal scan' : 'vertical scan';
}

/** Each target has a port of its own, as when peer-to-peer programs look for their peers. */
export function isScattered(row: ScanRow, settings: ScanValues): boolean {
  return shapeOf(row, settings) === 'scattered scan';
}

/** The parts of the score, from few or many numbers of the row. */
export function scoreParts(row: ScanRow, settings: ScanValues): readonly ScorePart[] {
  const { misses, hits, odds, over } = walk(row, settings);
  const goal = Math.log10(settings.odds);
  const wide = Math.min(settings.wideTargets, settings.widePorts);
  const asked = misses + hits;
  return [
    {
      name: 'random walk',
      value: clamp(odds / (2 * goal)),
      weight: 4,
      because: `${misses} contacts in vain and ${hits} answered, over ${over}: ${oddsText(odds)} for a scan`,
    },
    {
      name: 'breadth',
      value: clamp(Math.log2(1 + breadth(row, settings)) / Math.log2(1 + wide)),
      weight: 3,
      because: `at most ${row.widest} hosts on one port and ${row.deepest} ports of one host; ${wide} count fully`,
    },
    {
      name: 'in vain',
      value: asked === 0 ? 0 : clamp(misses / asked),
      weight: 2,
      because: `${misses} of ${asked} contacts in vain`,
    },
  ];
}

/** What the walk and the breadth allow to say. */
export function answerOf(row: ScanRow, settings: ScanValues, context: Context): 'yes' | 'no' | 'cannot-tell' {
  const { odds } = walk(row, settings);
  const goal = Math.log10(settings.odds);
  const outward = row.kind !== 'inbound';
  if (odds >= goal) return outward && !isOutwardScan(row, settings) ? 'no' : 'yes';
  if (!context.hasBothDirections && row.unanswered >= missesNeeded(settings)) return 'cannot-tell';
  if (odds <= -goal || row.misses === 0) return 'no';
  return row.misses > row.hits ? 'cannot-tell' : 'no';
}

/** A few silent targets are common where UDP expects no answer; a scan asks many of them, or by TCP. */
function isOutwardScan(row: ScanRow, settings: ScanValues): boolean {
  if (isScattered(row, settings)) return false;
  if (breadth(row, settings) >= settings.broad) return true;
  const needed = missesNeeded(settings);
  return (
    (row.widest >= needed && row.widestProtocol === 6) || (row.deepest >= needed && row.tcpMisses >= needed)
  );
}

/** The severity before context: inbound scans are the weather, scans from within are not. */
function baseSeverity(row: ScanRow, settings: ScanValues): Severity {
  const isBroad = breadth(row, settings) >= settings.broad;
  if (row.kind === 'inbound') return isBroad ? 'low' : 'info';
  if (row.deepest >= settings.widePorts) return 'high';
  if (!isBroad) return 'low';
  return row.misses >= settings.wideTargets ? 'high' : 'medium';
}

/** What raises or lowers the severity. */
export function severitySteps(row: ScanRow, settings: ScanValues): readonly SeverityStep[] {
  const steps: SeverityStep[] = [];
  const { thenBytes: bytes, thenPort: port } = row;
  if (row.thenAdmin) {
    const isLarge = bytes !== null && bytes >= settings.largeBytes;
    const up = row.kind === 'inbound' ? (isLarge ? 3 : 2) : 1;
    steps.push({ steps: up, because: `then talked with port ${port}, where administrators log in` });
  } else if (row.kind === 'inbound' && bytes !== null && bytes >= settings.largeBytes)
    steps.push({ steps: 1, because: `then moved much data over port ${port}` });
  if (row.kind === 'inbound') {
    if (row.setAside !== null)
      steps.push({ steps: -1, because: `the network is set aside (${row.setAside})` });
    return steps;
  }
  if (row.kind === 'outbound' && row.deepest < settings.broad && isWeb(row, settings))
    steps.push({
      steps: -1,
      because: `only port ${row.widestPort} of many servers: the same is seen where a host's way to the web is blocked`,
    });
  if (row.misses > 0 && row.tcpMisses === 0)
    steps.push({ steps: -1, because: 'no TCP: many programs that use UDP or ICMP expect no answer' });
  return steps;
}

/** The base, moved by the steps. */
export function severityOf(row: ScanRow, settings: ScanValues): Severity {
  const steps = severitySteps(row, settings).reduce((sum, step) => sum + step.steps, 0);
  return shifted(baseSeverity(row, settings), steps);
}

/** Odds as people say them: 256 to 1, 1 to 16, over a million to 1. */
export function oddsText(power: number): string {
  if (power >= 6) return 'over a million to 1';
  const ratio = Math.round(10 ** Math.abs(power));
  return power >= 0 ? `${ratio.toLocaleString('en')} to 1` : `1 to ${ratio.toLocaleString('en')}`;
}

function isWeb(row: ScanRow, settings: ScanValues): boolean {
  return row.widestPort !== null && settings.webPorts.includes(row.widestPort);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

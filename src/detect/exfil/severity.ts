import type { Context } from '../detector.ts';
import type { Severity, SeverityStep } from '../finding.ts';
import { harmless } from './harmless.ts';
import { amount, decimal } from './phrases.ts';
import type { ExfilRow } from './row.ts';
import { isSteady, isUnusualPort, quietSeconds, rarityOf } from './score.ts';
import type { ExfilValues } from './settings.ts';

/** What an amount alone is worth; of tunnels a hundredth is worth the same. */
export function severityOfAmount(row: ExfilRow, settings: ExfilValues): Severity {
  const bytes = row.carrier === 'data' ? row.bytesOut : row.bytesOut * 100;
  return bytes >= settings.largeBytes ? 'high' : bytes >= settings.floorBytes ? 'medium' : 'low';
}

/** On its largest day the host sent many times what it usually sends to this set-aside network, and a lot of it. */
export function isMuchLarger(row: ExfilRow, settings: ExfilValues): boolean {
  return (
    row.days >= 3 &&
    row.peakDay >= settings.largeBytes &&
    row.peakDay >= settings.muchLarger * Math.max(1, row.usualDay)
  );
}

/** TCP with hardly any payload: attempts to connect, keep-alives, acknowledgements. */
export function isNearlyEmpty(row: ExfilRow): boolean {
  return row.protocol === 6 && row.bytesOut < 80 * row.packetsOut;
}

/** Nothing to a rare peer for hours of data, then far more than the least that is looked at. */
function isNewAndRare(row: ExfilRow, settings: ExfilValues, context: Context): boolean {
  return (
    quietSeconds(row, context) >= settings.historyHours * 3600 &&
    rarityOf(row, settings) >= 0.8 &&
    row.bytesOut >= Math.min(settings.floorBytes, 10 * row.floor)
  );
}

/** Hardly any payload to many ports: the peer is probed, nothing is sent to it. */
export function isProbing(row: ExfilRow, settings: ExfilValues): boolean {
  return row.carrier === 'data' && row.ports >= settings.probedPorts && row.bytesOut < 80 * row.packetsOut;
}

/** The context that raises or lowers, each step with its reason. */
export function severitySteps(
  row: ExfilRow,
  settings: ExfilValues,
  context: Context,
  score: number,
): SeverityStep[] {
  if (row.setAside !== null) return setAsideSteps(row, settings);
  const steps: SeverityStep[] = [];
  const add = (step: number, because: string) => steps.push({ steps: step, because });
  const rarity = rarityOf(row, settings);
  const ordinary = harmless(row, settings, context);
  // What looks ordinary is as rare and as new as the person who does it: that raises nothing then.
  if (ordinary.length === 0) {
    if (isUnusualPort(row, settings) && rarity >= 0.8)
      add(1, `port ${row.servicePort} is unusual and no other host, or hardly any, sends to the peer`);
    if (isNewAndRare(row, settings, context) && score >= 0.7)
      add(1, `first contact inside the data, with a rare peer, and a score of ${decimal(score)}`);
  }
  for (const { steps: step, like } of ordinary) add(step, `it looks like ${like}`);
  if (isNearlyEmpty(row)) steps.push(nearlyEmptyStep(row));
  if (isShared(row, settings)) steps.push(sharedStep(row));
  if (
    row.carrier === 'data' &&
    row.bytesOut >= settings.largeBytes &&
    steps.length === 0 &&
    !isSteady(row, settings)
  )
    add(-1, 'nothing but the amount speaks for it: people and jobs send as much');
  return steps;
}

function setAsideSteps(row: ExfilRow, settings: ExfilValues): SeverityStep[] {
  const steps: SeverityStep[] = [];
  const base = severityOfAmount(row, settings);
  const down = base === 'high' ? -2 : base === 'medium' ? -1 : 0;
  if (down < 0)
    steps.push({
      steps: down,
      because: `${row.setAside} is set aside: uploads to it are mostly backups and services`,
    });
  if (isMuchLarger(row, settings))
    steps.push({
      steps: 1,
      because: `${amount(row.peakDay)} on its largest day, ${amount(row.usualDay)} on the median day`,
    });
  if (isNearlyEmpty(row)) steps.push(nearlyEmptyStep(row));
  if (row.bytesOut < settings.largeBytes && isShared(row, settings)) steps.push(sharedStep(row));
  return steps;
}

function isShared(row: ExfilRow, settings: ExfilValues): boolean {
  return row.senders >= settings.fewHosts && row.locals / row.senders >= settings.commonShare;
}

function sharedStep(row: ExfilRow): SeverityStep {
  return { steps: -1, because: `${row.locals} of ${row.senders} local hosts send to it` };
}

function nearlyEmptyStep(row: ExfilRow): SeverityStep {
  const each = Math.round(row.bytesOut / row.packetsOut);
  return { steps: -1, because: `${each} bytes in each packet out are little more than headers` };
}

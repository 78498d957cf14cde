import type { Context } from '../detector.ts';
import type { AccessRow } from './row.ts';
import { bytesText, countText, spanText, times } from './sentences.ts';
import type { AccessValues } from './settings.ts';

/** Something that a host did after someone seems to have been let in. */
interface Sequel {
  /** In two words, for the step of the severity. */
  readonly name: string;
  readonly sentence: string;
}

/** True where so many within the time after the login are many more than the host's own pace brings. */
function isUnusual(found: number, known: number, row: AccessRow, values: AccessValues, context: Context) {
  return found > 0 && found >= values.followFactor * expected(known, row, context);
}

function expected(known: number, row: AccessRow, { from, to }: Context): number {
  return (known * (row.afterSeconds ?? 0)) / Math.max(1, to - from);
}

/** What followed on the host that can hardly be chance. */
export function sequels(row: AccessRow, values: AccessValues, context: Context): readonly Sequel[] {
  const found: Sequel[] = [];
  const within = `within ${spanText(row.afterSeconds ?? 0)} of the begin of that session`;
  if (isUnusual(row.newPeers, row.knownPeers, row, values, context)) {
    const others = row.newPeers > 1 ? ` and ${times(row.newPeers - 1, 'more peer')}` : '';
    found.push({
      name: 'a new peer',
      sentence: `the host then spoke to ${row.newPeer} (port ${row.newPeerPort})${others} on the Internet for the first time, ${within}, and sent ${bytesText(row.newPeerBytes)}; it meets ${times(row.knownPeers, 'peer')} in ${spanText(context.to - context.from)}`,
    });
  }
  if (isUnusual(row.newHosts, row.knownHosts, row, values, context))
    found.push({
      name: 'a move inside',
      sentence: `the host then called on the admin ports of ${times(row.newHosts, 'host')} inside for the first time, ${within}; it calls ${countText(row.knownHosts)} in all`,
    });
  if ((row.largest ?? 0) >= values.transferBytes)
    found.push({
      name: 'a transfer',
      sentence: `that session carried files: typing and looking takes less than ${bytesText(values.transferBytes)}`,
    });
  return found;
}

/** True where the session carries more than the service gives to anybody, or nothing is known of what it gives. */
export function isBeyond(row: AccessRow, values: AccessValues): boolean {
  return !isKnownService(row, values) || (row.largest ?? 0) >= values.beyondFactor * (row.given ?? 0);
}

/** True where enough unrelated networks call on the service to know what it gives to those who are not let in. */
export function isKnownService(row: AccessRow, values: AccessValues): boolean {
  return row.class === 'inbound' && row.networks >= values.unrelatedNetworks && row.given !== null;
}

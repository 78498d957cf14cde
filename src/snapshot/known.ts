import type { Hunt } from '../detect/results.ts';
import type { FailedFile } from '../ingest/load-result.ts';
import type { IntelListReport } from '../intel/results.ts';
import { listedPeers } from '../known/listed-peers.ts';
import type { MarksReport } from '../marks/results.ts';
import { addressesOnLists } from '../traffic/listed.ts';
import { dnsSummary, dnsSummaryOf } from '../traffic/names.ts';
import { periodOf } from '../traffic/period.ts';
import { filesWith } from '../traffic/rejects.ts';
import type { Asked } from './basis.ts';
import { marksIn } from './marks.ts';
import { findingsOf } from './narrowed-findings.ts';
import type { Snapshot } from './snapshot.ts';

/** What else is known of a snapshot: DNS query logs, marks, lists and the peers on them, files that could not be read. */
export async function knownIn(
  snapshot: Snapshot,
  asked: Asked,
  signal: AbortSignal,
): Promise<{
  readonly dns: Hunt['dns'];
  readonly marks: MarksReport;
  readonly lists: readonly IntelListReport[];
  readonly listed: Hunt['intel'];
  readonly failedFiles: readonly FailedFile[];
}> {
  const { connections, threatLists } = snapshot;
  const marks = await marksIn(snapshot, signal);
  const findings = (await findingsOf(snapshot, asked, signal)).map(({ finding }) => finding);
  return connections.lend(signal, async (engine) => {
    const counted = await engine.ask(addressesOnLists(), signal);
    const on = new Map(counted.map(({ list, addresses }) => [list, addresses]));
    const listed =
      threatLists.length === 0
        ? []
        : await listedPeers(engine, 'sessions', periodOf(asked), findings, signal);
    return {
      ...{ dns: dnsSummaryOf((await engine.ask(dnsSummary(), signal))[0]), marks, listed },
      lists: threatLists.map(({ path: _, ...list }) => ({ ...list, addresses: on.get(list.name) ?? 0 })),
      failedFiles: await engine.ask(filesWith('failed'), signal),
    };
  });
}

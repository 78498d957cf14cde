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
import type { Ground } from './ground.ts';
import { marksIn } from './marks.ts';
import { findingsOf } from './narrowed-findings.ts';

/** What else is known of a state: DNS query logs, marks, lists and the peers on them, files that could not be read. */
export async function knownIn(
  ground: Ground,
  asked: Asked,
  signal: AbortSignal,
): Promise<{
  readonly dns: Hunt['dns'];
  readonly marks: MarksReport;
  readonly lists: readonly IntelListReport[];
  readonly listed: Hunt['intel'];
  readonly failedFiles: readonly FailedFile[];
}> {
  const { connections, threatLists } = ground;
  const marks = await marksIn(ground, signal);
  const findings = (await findingsOf(ground, asked, signal)).map(({ finding }) => finding);
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

import type { TrafficReport } from '../detect/results.ts';
import { conditionOf } from '../filter/compile.ts';
import { parseFilter } from '../filter/parse.ts';
import { addressReport } from '../hunt/ip.ts';
import { knownOfAddress } from '../hunt/known-of-address.ts';
import { periodOf } from '../traffic/period.ts';
import type { Asked } from './basis.ts';
import type { Identified, Snapshot } from './snapshot.ts';

/** Everything about one address, and the findings that it is part of. */
export async function addressOf(
  snapshot: Snapshot,
  text: string,
  { limit, where, ...period }: Asked & { readonly limit: number },
  signal: AbortSignal,
): Promise<{ readonly report: TrafficReport; readonly findings: readonly Identified[] }> {
  const { connections, scopes, context, values, folder, threatLists, marks, weights } = snapshot;
  const sessions = where === undefined ? undefined : conditionOf(where, parseFilter(where), 'sessions');
  return connections.lend(signal, async (engine) => {
    const circumstances = { engine, folder, lists: threatLists, marks, weights };
    const about = await knownOfAddress(text, scopes, circumstances, signal);
    const { address } = about.labels;
    const known = { ...about, context, values, findings: snapshot.findings.about(address) };
    const options = { ...periodOf(period), limit, ...(sessions === undefined ? {} : { sessions }) };
    return {
      report: await addressReport(engine, known, options, signal),
      findings: snapshot.listed.filter(
        ({ finding: { peer, local, peers } }) =>
          [peer, local].includes(address) || peers.some((one) => one.peer === address),
      ),
    };
  });
}

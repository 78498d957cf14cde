import type { TrafficReport } from '../../detect/results.ts';
import { conditionOf } from '../../filter/compile.ts';
import { parseFilter } from '../../filter/parse.ts';
import { sql } from '../../sql/sql.ts';
import { periodOf } from '../../traffic/period.ts';
import { addressReport, labelsOf } from '../ip.ts';
import { hitsByAddress } from '../listed-peers.ts';
import { marksOfAddress } from '../marked-traffic.ts';
import type { Asked } from './basis.ts';
import type { Ground, Identified } from './ground.ts';

/** Everything about one address, and the findings that it is part of. */
export async function addressOf(
  ground: Ground,
  text: string,
  { limit, where, ...period }: Asked & { readonly limit: number },
  signal: AbortSignal,
): Promise<{ readonly report: TrafficReport; readonly findings: readonly Identified[] }> {
  const { connections, scopes, context, values } = ground;
  const sessions = where === undefined ? undefined : conditionOf(where, parseFilter(where), 'sessions');
  return connections.lend(signal, async (engine) => {
    const labels = await labelsOf(engine, text, scopes, signal);
    const marks = marksOfAddress(ground.marks, labels);
    const hits = await hitsByAddress(engine, sql`SELECT ${labels.address}`, signal);
    const intel = hits.get(labels.address) ?? [];
    const known = { labels, marks, intel, context, values, findings: ground.findings.about(labels.address) };
    const options = { ...periodOf(period), limit, ...(sessions === undefined ? {} : { sessions }) };
    return {
      report: await addressReport(engine, known, options, signal),
      findings: ground.listed.filter(({ finding: { peer, local } }) =>
        [peer, local].includes(labels.address),
      ),
    };
  });
}

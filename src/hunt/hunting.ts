import type { Finding, Hunt, IdentifiedFinding, ListedPeer } from '../detect/results.ts';
import { listedPeers } from '../known/listed-peers.ts';
import { huntOutside, type OutsideOptions } from '../known/outside.ts';
import { inForce } from '../settings/settings.ts';
import { funnelOf, funnelSteps, intake } from '../traffic/funnel.ts';
import { dnsSummary, dnsSummaryOf } from '../traffic/names.ts';
import { newPeers, newPeersOf } from '../traffic/new-peers.ts';
import { isoTime, type Period, periodOf } from '../traffic/period.ts';
import { span } from '../traffic/span.ts';
import { type TopOptions, top } from '../traffic/top.ts';
import type { Investigation } from './investigation.ts';
import { type Narrowed, narrowedGroups, narrowing } from './narrowing.ts';

export interface HuntOptions extends TopOptions, Narrowed, Pick<OutsideOptions, 'onRegistryProgress'> {
  /** `false` leaves the four questions out, which take most of the time of a first hunt. */
  readonly findings?: boolean;
  /** Ask registries about so many peers: those of findings first, then those of the most bytes. Default: nobody. */
  readonly rdap?: number;
  /** Told as soon as it is there, before the four questions are asked. */
  readonly onCounted?: (counted: Pick<Hunt, 'funnel' | 'top'>) => void;
}

/**
 * The funnel, the largest destinations and the findings of what is loaded. A filter narrows destinations and
 * findings; the funnel stays whole, or it would not add up.
 */
export async function huntIn(investigation: Investigation, options: HuntOptions): Promise<Hunt> {
  // A mistake in the filter is told before anything is counted.
  if (options.findings !== false) narrowing(options, 'findings');
  const ranking = top(options, narrowedGroups(options));
  const { noise, everythingShown } = inForce(investigation.settings);
  const [read] = await investigation.ask(intake());
  const steps = await investigation.ask(funnelSteps(noise, options));
  const [found] = await investigation.ask(span(options));
  const rows = await investigation.ask(ranking);
  const funnel = funnelOf(read, steps, noise, options);
  options.onCounted?.({ funnel, top: rows });
  const asks = options.findings !== false;
  const findings = asks ? await findingsIn(investigation, options) : [];
  return {
    workspace: investigation.options.workspace,
    period: { from: isoTime(found?.from ?? null), to: isoTime(found?.to ?? null) },
    funnel,
    dns: dnsSummaryOf((await investigation.ask(dnsSummary()))[0]),
    ...(options.newSince === undefined
      ? {}
      : { newPeers: newPeersOf(options.newSince, (await investigation.ask(newPeers(options.newSince)))[0]) }),
    ...(await huntOutside(
      rows,
      findings,
      (most) => largestPeers(investigation, options, most),
      options,
      investigation.outside,
    )),
    everythingShown,
    intel: await listed(investigation, periodOf(options), asks ? findings : undefined),
  };
}

/** What registries said of the peers is added once, for findings and destinations together. */
async function findingsIn(
  investigation: Investigation,
  options: HuntOptions,
): Promise<readonly IdentifiedFinding[]> {
  const asked = { ...periodOf(options), ...whereOf(options), ...newSinceOf(options) };
  return (await (await investigation.analysed()).findings(investigation.options.workspace, asked)).findings;
}

/** The peers of the most bytes among what is shown. */
async function largestPeers(
  investigation: Investigation,
  { by: _, limit: __, ...shown }: TopOptions & Narrowed,
  limit: number,
): Promise<string[]> {
  const options = { ...shown, group: 'peer', by: 'bytes', limit } as const;
  const rows = await investigation.ask(top(options, narrowedGroups(options)));
  return rows.map(({ peer = '' }) => peer);
}

/** Peers on threat lists; without findings from the records, so that nobody waits for sessions. */
async function listed(
  investigation: Investigation,
  period: Period,
  findings: readonly Finding[] | undefined,
): Promise<ListedPeer[]> {
  if (findings !== undefined) return (await investigation.analysed()).listed(period, findings);
  if (investigation.marksAndLists.lists.length === 0) return [];
  return listedPeers(investigation.engine, 'flows', period, undefined, investigation.signal);
}

function newSinceOf({ newSince }: TopOptions): Pick<TopOptions, 'newSince'> {
  return newSince === undefined ? {} : { newSince };
}

function whereOf({ where }: Narrowed): Narrowed {
  return where === undefined ? {} : { where };
}

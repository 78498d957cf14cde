import type { Finding, FindingsResult, Hunt, ListedPeer } from '../detect/results.ts';
import { funnelOf, funnelSteps, intake } from '../traffic/funnel.ts';
import { dnsSummary, dnsSummaryOf } from '../traffic/names.ts';
import type { NewPeers } from '../traffic/new-peers.ts';
import { isoTime, type Period } from '../traffic/period.ts';
import { span } from '../traffic/span.ts';
import { type TopOptions, type TopRow, top } from '../traffic/top.ts';
import type { FindingsOptions } from './findings.ts';
import { listedPeers } from './listed-peers.ts';
import { type Narrowed, narrowedGroups, narrowing } from './narrowing.ts';
import { huntOutside, type OutsideOptions } from './outside.ts';
import { inForce } from './settings.ts';
import type { State } from './state.ts';

export interface HuntOptions extends TopOptions, Narrowed, Pick<OutsideOptions, 'onRegistryProgress'> {
  /** `false` leaves the four questions out, which take most of the time of a first hunt. */
  readonly findings?: boolean;
  /** Ask registries about so many peers: those of findings first, then those of the most bytes. Default: nobody. */
  readonly rdap?: number;
}

/** The questions of a workspace that a hunt puts together. */
interface Asked {
  top(options: TopOptions & Narrowed): Promise<TopRow[]>;
  findings(options: FindingsOptions & Narrowed): Promise<FindingsResult>;
  newPeers(since: number): Promise<NewPeers>;
}

/**
 * The funnel, the largest destinations and the findings of what is loaded. A filter narrows destinations and
 * findings; the funnel stays whole, or it would not add up.
 */
export async function huntIn(state: State, workspace: Asked, options: HuntOptions): Promise<Hunt> {
  // A mistake in the filter is told before anything is counted.
  if (options.findings !== false) narrowing(options, 'findings');
  top(options, narrowedGroups(options));
  const { noise, everythingShown } = inForce(state.settings);
  const [read] = await state.ask(intake());
  const steps = await state.ask(funnelSteps(noise, options));
  const [found] = await state.ask(span(options));
  const rows = await workspace.top(options);
  const asks = options.findings !== false;
  const findings = asks
    ? (await workspace.findings({ ...periodOf(options), ...whereOf(options), ...newSinceOf(options) }))
        .findings
    : [];
  return {
    workspace: state.options.workspace,
    period: { from: isoTime(found?.from ?? null), to: isoTime(found?.to ?? null) },
    funnel: funnelOf(read ?? nothingRead, steps, noise, options),
    dns: dnsSummaryOf((await state.ask(dnsSummary()))[0]),
    ...(options.newSince === undefined ? {} : { newPeers: await workspace.newPeers(options.newSince) }),
    ...(await huntOutside(
      rows,
      findings,
      (most) => largestPeers(workspace, options, most),
      options,
      state.outside,
    )),
    everythingShown,
    intel: await listed(state, periodOf(options), asks ? findings : undefined),
  };
}

/** The peers of the most bytes among what is shown. */
async function largestPeers(
  workspace: Asked,
  { by: _, limit: __, ...shown }: TopOptions & Narrowed,
  limit: number,
): Promise<string[]> {
  const rows = await workspace.top({ ...shown, group: 'peer', by: 'bytes', limit });
  return rows.map(({ peer = '' }) => peer);
}

/** Peers on threat lists; without findings from the records, so that nobody waits for sessions. */
async function listed(
  state: State,
  period: Period,
  findings: readonly Finding[] | undefined,
): Promise<ListedPeer[]> {
  if (findings !== undefined) return (await state.analysed()).listed(period, findings);
  if (state.knowers.lists.length === 0) return [];
  return listedPeers(state.engine, 'flows', period, undefined, state.signal);
}

function newSinceOf({ newSince }: TopOptions): Pick<TopOptions, 'newSince'> {
  return newSince === undefined ? {} : { newSince };
}

function whereOf({ where }: Narrowed): Narrowed {
  return where === undefined ? {} : { where };
}

function periodOf({ from, to }: Period): Period {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

const nothingRead = { files: 0, emptyFiles: 0, failedFiles: 0, records: 0, unreadable: 0, duplicate: 0 };

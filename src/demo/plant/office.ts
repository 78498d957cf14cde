import type { Connection } from '../connection.ts';
import type { Estate, Host } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { plantBursts } from './office-bursts.ts';
import { plantBrowsing, plantChores } from './office-chores.ts';
import type { Planting } from './planting.ts';

/** A small office: people who read, and programs that call home by the clock, as every office's do. */
export function plantOffice(plan: DemoPlan, estate: Estate): readonly Planting[] {
  const desktops = estate.byRole.desktop;
  return [...plantChores(plan, desktops), ...plantBursts(plan, desktops), plantBrowsing(plan, desktops)];
}

/** Something harmless that desktops do with a server. */
export function harmless(
  kind: string,
  peer: string,
  servicePort: number,
  connections: readonly Connection[],
  local: Host | null = null,
  protocol = 6,
): Planting {
  return {
    ...{ question: null, kind, loudest: 'low', peer, local: local?.address ?? null },
    ...{ direction: 'outbound', servicePort, protocol },
    connections: [...connections].sort((left, right) => left.start - right.start),
  };
}

/** From when to when a desktop is on, day by day: eight to ten hours, from half past seven on; not at the weekend. */
export function workdays(plan: DemoPlan, lateness: number): readonly (readonly [number, number])[] {
  const days = Array.from({ length: plan.days }, (_, day) => plan.from + day * 86_400);
  // The Unix epoch was a Thursday.
  const isWorkday = (midnight: number) => (Math.floor(midnight / 86_400) + 3) % 7 < 5;
  const on = days.filter(isWorkday).map((midnight) => midnight + 27_000 + Math.floor(5400 * lateness));
  return on.map((start) => [start, Math.min(plan.to, start + 30_600)] as const);
}

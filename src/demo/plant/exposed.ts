import type { Estate } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { plantDoors } from './exposed-doors.ts';
import { plantGuessers } from './exposed-guessing.ts';
import type { Planting } from './planting.ts';

/**
 * A host whose security group lets everything in. What nobody listens on answers with an RST or an ICMP message, so
 * that flow logs show an ACCEPT and a reply for each probe.
 */
export function plantExposed(plan: DemoPlan, estate: Estate): readonly Planting[] {
  return estate.byRole.exposed.flatMap((host) => [...plantDoors(plan, host), ...plantGuessers(plan, host)]);
}

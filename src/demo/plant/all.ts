import type { Estate } from '../hosts.ts';
import type { DemoPlan } from '../options.ts';
import { plantAccess } from './access.ts';
import { plantBeacons } from './beacon.ts';
import { plantExfil } from './exfil.ts';
import type { Planting } from './planting.ts';
import { plantScans } from './scan.ts';

const planters = {
  beacon: plantBeacons,
  exfil: plantExfil,
  scan: plantScans,
  access: plantAccess,
} as const;

/** Everything that the plan asks to plant. */
export function plantAll(plan: DemoPlan, estate: Estate): readonly Planting[] {
  return plan.plants.flatMap((name) => planters[name](plan, estate));
}

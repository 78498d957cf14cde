import type { Estate } from '../hosts.ts';
import type { DemoPlan, PlantName } from '../options.ts';
import { plantAccess } from './access.ts';
import { plantBeacons } from './beacon.ts';
import { plantDeadServer } from './dead-server.ts';
import { plantExfil } from './exfil.ts';
import { plantExposed } from './exposed.ts';
import { plantOffice } from './office.ts';
import type { Planting } from './planting.ts';
import { plantRotation } from './rotation.ts';
import { plantScans } from './scan.ts';
import { plantWebShell } from './web-shell.ts';

const planters = {
  beacon: plantBeacons,
  exfil: plantExfil,
  scan: plantScans,
  access: plantAccess,
  exposed: plantExposed,
  office: plantOffice,
  rotation: plantRotation,
  'dead-server': plantDeadServer,
  'web-shell': plantWebShell,
} as const;

/** A planted thing, and what it was planted as. */
export type Planted = Planting & { readonly plant: PlantName };

/** Everything that the plan asks to plant. */
export function plantAll(plan: DemoPlan, estate: Estate): readonly Planted[] {
  return plan.plants.flatMap((plant) =>
    planters[plant](plan, estate).map((planting) => ({ plant, ...planting })),
  );
}

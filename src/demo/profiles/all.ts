import { administration } from './administration.ts';
import { backgroundScanning } from './background-scanning.ts';
import { backups } from './backups.ts';
import { browsing } from './browsing.ts';
import { clocks } from './clocks.ts';
import { databases } from './databases.ts';
import { echo } from './echo.ts';
import { metrics, telemetry } from './monitoring.ts';
import { nameLookups } from './name-lookups.ts';
import { objectStore } from './object-store.ts';
import { persistent } from './persistent.ts';
import type { ClockProfile, CrowdProfile } from './profile.ts';
import { scheduledJobs } from './scheduled-jobs.ts';
import { updates } from './updates.ts';
import { uptimeChecks } from './uptime-checks.ts';
import { visitors } from './visitors.ts';

export const crowds: readonly CrowdProfile[] = [
  visitors,
  browsing,
  databases,
  backgroundScanning,
  nameLookups,
  objectStore,
  administration,
];

export const clockwork: readonly ClockProfile[] = [
  clocks,
  metrics,
  telemetry,
  backups,
  updates,
  persistent,
  echo,
  uptimeChecks,
  scheduledJobs,
];

// Preloaded into a measured process with --import: writes what the process used when it ends.
import { writeFileSync } from 'node:fs';

const file = process.env.NORTHSOUTH_BENCH_USAGE;
if (file !== undefined) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const used = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024 };
    writeFileSync(file, JSON.stringify(used));
  });
}

/** How busy a kind of traffic is over the week: visitors by day and evening, offices on weekdays, machines always. */
export type Rhythm = 'visitors' | 'office' | 'machines';

const hour = 3600;
const visitorDay = [
  0.3, 0.22, 0.18, 0.16, 0.17, 0.22, 0.35, 0.5, 0.65, 0.75, 0.8, 0.85, 0.88, 0.86, 0.84, 0.84, 0.86, 0.9,
  0.95, 1, 1, 0.9, 0.7, 0.45,
];
const officeDay = [
  0.1, 0.1, 0.1, 0.1, 0.1, 0.12, 0.2, 0.45, 0.8, 0.95, 1, 0.95, 0.8, 0.9, 1, 0.95, 0.85, 0.6, 0.35, 0.25, 0.2,
  0.15, 0.12, 0.1,
];

/** Between 0 and 1, at a Unix second; the hours are UTC. */
export function busyness(rhythm: Rhythm, second: number): number {
  if (rhythm === 'machines') return 1;
  const now = Math.floor(second / hour);
  const share = second / hour - now;
  return hourly(rhythm, now) * (1 - share) + hourly(rhythm, now + 1) * share;
}

function hourly(rhythm: 'visitors' | 'office', hours: number): number {
  // The Unix epoch was a Thursday.
  const weekend = (Math.floor(hours / 24) + 3) % 7 >= 5;
  const day = rhythm === 'visitors' ? visitorDay : officeDay;
  const level = day[hours % 24] ?? 1;
  if (!weekend) return level;
  return rhythm === 'visitors' ? level * 0.8 : Math.min(level, 0.18);
}

/** The integral of busyness over [from, to), in busy seconds. */
export function busySeconds(rhythm: Rhythm, from: number, to: number): number {
  const steps = Math.max(1, Math.ceil((to - from) / 600));
  const step = (to - from) / steps;
  let sum = 0;
  for (let at = 0; at < steps; at++) sum += busyness(rhythm, from + (at + 0.5) * step);
  return sum * step;
}

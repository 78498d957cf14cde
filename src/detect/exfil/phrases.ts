/** Bytes as people say them: 4.9 GB. */
export function amount(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : decimal(value)} ${units[unit]}`;
}

/** Three significant digits at most, with thousands separated. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return 'infinitely many';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(value < 10 ? 2 : 3)));
}

export function percent(share: number): string {
  return `${decimal(share * 100)} %`;
}

/** Seconds as people say them: 8 min, 5.3 h, 2.5 days. */
export function span(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${decimal(seconds / 3600)} h`;
  return `${decimal(seconds / 86_400)} days`;
}

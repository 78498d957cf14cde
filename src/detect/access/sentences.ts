/** 12,345 */
export function countText(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** 812 bytes, 4.3 kB, 22.7 MB */
export function bytesText(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'];
  if (bytes < 10_000) return `${countText(bytes)} bytes`;
  let value = bytes;
  let unit = -1;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 100 ? value.toFixed(1) : countText(value)} ${units[unit]}`;
}

export function percentText(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : countText(percent)} %`;
}

export function timesText(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(1) : countText(ratio)} times`;
}

/** 45 s, 12 minutes, 5 hours, 3 days */
export function spanText(seconds: number): string {
  const minutes = seconds / 60;
  if (seconds < 120) return `${countText(Math.max(0, seconds))} s`;
  if (minutes < 120) return `${countText(minutes)} minutes`;
  return minutes < 2880 ? `${countText(minutes / 60)} hours` : `${countText(minutes / 1440)} days`;
}

export function timeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime())
    ? `${seconds}`
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function hosts(count: number): string {
  return count === 1 ? 'one host' : `${countText(count)} hosts`;
}

export function times(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** A number with thousands set apart. */
export function amount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 1 ? value.toFixed(1) : Math.round(value)} %`;
}

/** A time span in the largest unit that keeps it readable. */
export function duration(seconds: number): string {
  if (seconds < 180) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${trimmed(seconds / 60)} min`;
  if (seconds < 172_800) return `${trimmed(seconds / 3600)} h`;
  return `${trimmed(seconds / 86_400)} days`;
}

export function size(bytes: number): string {
  if (bytes < 10_000) return `${amount(bytes)} B`;
  if (bytes < 1e7) return `${trimmed(bytes / 1000)} kB`;
  return `${trimmed(bytes / 1e6)} MB`;
}

function trimmed(value: number): string {
  return value >= 100 ? amount(value) : String(Number(value.toFixed(1)));
}

const whole = new Intl.NumberFormat('en-US');

/** 1,234,567 */
export const counted = (value: number | null | undefined) => (value == null ? '-' : whole.format(value));

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in powers of 1000 with three digits: 1.23 GB. */
export function bytes(value: number | null | undefined): string {
  if (value == null) return '-';
  let [rest, unit] = [value, 0];
  while (rest >= 999.5 && unit < units.length - 1) [rest, unit] = [rest / 1000, unit + 1];
  return unit === 0 ? `${rest} B` : `${rest.toPrecision(3)} ${units[unit]}`;
}

/** A count in at most four characters: 12.3k. */
export function short(value: number): string {
  if (value < 1000) return String(value);
  const [divisor, letter] = value < 1e6 ? [1e3, 'k'] : value < 1e9 ? [1e6, 'M'] : [1e9, 'G'];
  return `${Number((value / divisor).toPrecision(3))}${letter}`;
}

/** 42.3 % */
export const percent = (share: number) =>
  share > 0 && share < 0.001 ? '< 0.1 %' : `${Number((share * 100).toFixed(1))} %`;

/** 2026-05-28 20:26:40, in UTC as everything here. */
export const moment = (time: string | null | undefined) =>
  time == null ? '-' : time.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '');

/** 05-28 20:26 */
export const brief = (time: string | null | undefined) => (time == null ? '-' : moment(time).slice(5, 16));

/** 90 s, 12 min, 3.5 h, 2 d */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null) return '-';
  const [size, unit] =
    seconds < 120 ? [1, 's'] : seconds < 7200 ? [60, 'min'] : seconds < 172_800 ? [3600, 'h'] : [86_400, 'd'];
  return `${Number((seconds / Number(size)).toPrecision(3))} ${unit}`;
}

const protocols: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };

/** The name of a protocol that everyone knows, otherwise its number. */
export const protocol = (number: number | null | undefined) =>
  number == null ? '-' : (protocols[number] ?? String(number));

/** 443/tcp */
export const port = (number: number | null | undefined, of?: number | null) =>
  number == null ? (of == null ? '-' : protocol(of)) : `${number}${of == null ? '' : `/${protocol(of)}`}`;

/** Short words for the four questions, for lists. */
export const questionWords = { scan: 'scan', access: 'access', c2: 'C2', exfil: 'exfil' } as const;

/** The words for the four questions. */
export const questionNames = {
  scan: 'scanning',
  access: 'credentialed access',
  c2: 'command and control',
  exfil: 'exfiltration',
} as const;

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const protocols: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  58: 'icmpv6',
  132: 'sctp',
};

/** What stands in a terminal table where a value is unknown. */
export const unknownText = '-';

/** Bytes in decimal units with one digit after the point: `1.2 GB`, `812 B`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= (unit === 0 ? 1000 : 999.95) && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${byteUnits[unit]}`;
}

/** A count with thousands separators: `1,418`. */
export function countText(count: number): string {
  return grouped.format(count);
}

/** A count and its noun, in the singular where it is one: `1 file`, `1,418 files`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${countText(count)} ${count === 1 ? singular : plural}`;
}

/** A part of a whole: `12.3 %`. Something is never `0.0 %` and less than all is never `100 %`; none is empty. */
export function shareText(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '';
  if (part === whole) return '100 %';
  const percent = (part / whole) * 100;
  if (percent < 0.1) return '<0.1 %';
  if (percent > 99.9 && percent < 100) return '>99.9 %';
  return `${percent.toFixed(1)} %`;
}

/** A share from 0 to 1 in whole percent; less than all is never 100 %, something never 0 %. */
export function wholeShareText(share: number): string {
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  if (share < 0.005) return '<1 %';
  return `${Math.min(99, Math.round(share * 100))} %`;
}

/** A length of time in its two largest units: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `7 d 3 h`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return twoUnits(whole, 60, 'min', 1, 's');
  if (whole < 86_400) return twoUnits(whole, 3600, 'h', 60, 'min');
  return twoUnits(whole, 86_400, 'd', 3600, 'h');
}

function twoUnits(
  seconds: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const first = Math.floor(seconds / large);
  const second = Math.floor((seconds % large) / small);
  return second === 0 ? `${first} ${largeName}` : `${first} ${largeName} ${second} ${smallName}`;
}

/** The name of an IP protocol, or its number where hunters know no name. */
function protocolText(protocol: number | null | undefined): string {
  if (protocol === null || protocol === undefined) return unknownText;
  return protocols[protocol] ?? String(protocol);
}

/** Port and protocol as `443/tcp`; only the protocol where it has no ports. */
export function servicePortText(
  port: number | null | undefined,
  protocol: number | null | undefined,
): string {
  if (protocol !== null && protocol !== undefined && ![6, 17, 132].includes(protocol) && !port) {
    return protocolText(protocol);
  }
  const portText = port === null || port === undefined ? unknownText : String(port);
  return protocol === null || protocol === undefined ? portText : `${portText}/${protocolText(protocol)}`;
}

/** `2026-05-28 20:26` of an ISO time: minutes are what windows resolve. */
export function minuteText(time: string | null): string {
  return time === null ? unknownText : time.slice(0, 16).replace('T', ' ');
}

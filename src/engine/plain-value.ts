import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
  type DuckDBValue,
  DuckDBVariantValue,
} from '@duckdb/node-api';

const timestamps = [
  DuckDBTimestampValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
];

/**
 * A value of DuckDB as JSON can say it. What a double cannot hold exactly (whole numbers beyond 2^53, long
 * decimals), NaN and the infinities are text; so are times (ISO, UTC), intervals and bits; bytes are hexadecimal.
 */
export function plainValue(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.map(plainValue);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, item]) => [name, plainValue(item)]));
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map((entry) => ({ key: plainValue(entry.key), value: plainValue(entry.value) }));
  }
  if (value instanceof DuckDBUnionValue || value instanceof DuckDBVariantValue)
    return plainValue(value.value);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex');
  if (value instanceof DuckDBDecimalValue) return exact(value.toString());
  if (value instanceof DuckDBDateValue && !value.isFinite) return value.days > 0 ? 'infinity' : '-infinity';
  // The zone that DuckDB would add is that of this machine.
  if (value instanceof DuckDBTimestampTZValue) return isoText(new DuckDBTimestampValue(value.micros));
  if (timestamps.some((kind) => value instanceof kind)) return isoText(value as DuckDBTimestampValue);
  return value.toString();
}

function isoText(time: DuckDBTimestampValue): string {
  const text = time.toString();
  return /^\d[\d-]* [\d:.]+$/.test(text) ? `${text.replace(' ', 'T')}Z` : text;
}

function exact(digits: string): number | string {
  return digits.replaceAll(/\D/g, '').replace(/^0+/, '').length <= 15 ? Number(digits) : digits;
}

const invisible = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * The value as one JSON document with a line end. A bigint is a number where a double holds it exactly, else a
 * string; bytes are hexadecimal. Characters that could steer a terminal are `\u` escapes: the same value to
 * every parser.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(jsonValue(value), undefined, 2);
  return `${text.replace(invisible, (character) => [...utf16(character)].join(''))}\n`;
}

function* utf16(character: string): Generator<string> {
  for (let index = 0; index < character.length; index += 1) {
    yield `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
}

/** The value as JSON can say it: the engine's own types become numbers, texts, arrays and objects. */
export function jsonValue(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return exactNumber(value) ?? value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object') return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : isoTime(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(jsonValue);
  if (isPlain(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .map(([name, inner]) => [name, jsonValue(inner)]),
    );
  }
  return String(value);
}

function exactNumber(value: bigint): number | undefined {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isoTime(value: Date): string {
  return value.toISOString().replace('.000Z', 'Z');
}

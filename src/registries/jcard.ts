// jCard (RFC 7095) as registries really send it: every part may be missing or of another type.

const longest = 200;

/** What a jCard says of a person or an organisation. */
export interface Card {
  readonly name: string | null;
  readonly organisation: string | null;
  /** `individual`, `org`, `group` or whatever stands there. */
  readonly kind: string | null;
  readonly emails: readonly string[];
  /** Two letters of ISO 3166. */
  readonly country: string | null;
}

/** Reads the value of `vcardArray`. */
export function cardOf(vcardArray: unknown): Card {
  const properties = Array.isArray(vcardArray) && Array.isArray(vcardArray[1]) ? vcardArray[1] : [];
  const named = (name: string): readonly (readonly unknown[])[] =>
    properties
      .slice(0, 100)
      .filter((one): one is unknown[] => Array.isArray(one) && String(one[0]).toLowerCase() === name);
  const [first = null] = named('fn').flatMap(texts);
  const [organisation = null] = named('org').flatMap(texts);
  const [kind = null] = named('kind').flatMap(texts);
  return {
    name: first,
    organisation,
    kind: kind?.toLowerCase() ?? null,
    emails: named('email').flatMap(texts).filter(isMail),
    country:
      named('adr')
        .map(countryOf)
        .find((code) => code !== null) ?? null,
  };
}

/** A text of a registry in one line, cut to what fits a report; null for what is no text or empty. */
export function lineOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const line = value
    .slice(0, 10 * longest)
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (line === '') return null;
  return line.length <= longest ? line : `${line.slice(0, longest - 1).trimEnd()}…`;
}

/** [name, parameters, type, value, more values ...]; a value may be a list of texts. */
function texts(property: readonly unknown[]): string[] {
  return property.slice(3, 13).flatMap((value) => {
    const line = Array.isArray(value)
      ? lineOf(value.filter((part) => typeof part === 'string').join(' '))
      : lineOf(value);
    return line === null ? [] : [line];
  });
}

function isMail(text: string): boolean {
  return /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(text);
}

/** The parameter `cc` (RFC 8605), or the seventh part of the address, or the last line of its label. */
function countryOf(property: readonly unknown[]): string | null {
  const parameters = property[1];
  const given = (key: string): unknown =>
    typeof parameters === 'object' && parameters !== null
      ? (parameters as Record<string, unknown>)[key]
      : undefined;
  const address = property[3];
  const label = given('label');
  const lines = typeof label === 'string' ? label.slice(0, 2000).split('\n') : [];
  const candidates = [given('cc'), Array.isArray(address) ? address[6] : undefined, lines.at(-1)];
  return candidates.map(codeOf).find((code) => code !== null) ?? null;
}

/** `DE` of `de` or `Germany`. */
export function codeOf(value: unknown): string | null {
  const text = lineOf(value);
  if (text === null) return null;
  if (/^[a-z]{2}$/i.test(text)) return text.toUpperCase();
  return codesByName().get(text.toLowerCase()) ?? null;
}

let known: ReadonlyMap<string, string> | undefined;

function codesByName(): ReadonlyMap<string, string> {
  known ??= new Map(
    letters.flatMap((first) =>
      letters.flatMap((second): [string, string][] => {
        const name = regionNames.of(first + second);
        return name === undefined || name === first + second ? [] : [[name.toLowerCase(), first + second]];
      }),
    ),
  );
  return known;
}

const regionNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));

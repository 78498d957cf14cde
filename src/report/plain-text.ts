const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const short: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/**
 * Text from a log, made safe for one line of a terminal: control characters, escape sequences, bidirectional
 * overrides, invisible and line-breaking characters become visible escapes such as `\x1b` or `\u{202e}`.
 */
export function plainText(text: string): string {
  return text.replace(unsafe, (character) => short[character] ?? escaped(character));
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code <= 0xff ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`;
}

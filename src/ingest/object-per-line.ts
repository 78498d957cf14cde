const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;
const carriageReturn = 0x0d;
const [openBrace, openBracket, closeBrace, closeBracket] = [0x7b, 0x5b, 0x7d, 0x5d];

/** True for JSON whose objects stretch over several lines, as `aws` and `jq` print it. */
export function isPrettyJson(sample: string): boolean {
  return sample.trimStart().split('\n', 1)[0]?.trimEnd() === '{';
}

/**
 * Rewrites JSON so that each object has one line: objects that stand one behind the other, as Firehose joins
 * envelopes, get a line end between them. Line ends inside of an object become blanks if the file is `pretty`;
 * otherwise each ends whatever is open, so that a torn line takes no other line with it.
 */
export class ObjectPerLine {
  readonly #pretty: boolean;
  #depth = 0;
  #inText = false;
  #escaped = false;
  /** An object has ended on this line. */
  #closed = false;

  constructor(pretty: boolean) {
    this.#pretty = pretty;
  }

  /** The next bytes of the file, rewritten. */
  next(piece: Buffer): Buffer {
    const parts: Buffer[] = [];
    const text = Buffer.from(piece);
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const byte = text[at] as number;
      if (byte === newline || byte === carriageReturn) {
        if (this.#pretty && this.#depth > 0) text[at] = 0x20;
        else if (byte === newline) this.#endLine();
      } else if (this.#inText) {
        this.#passText(byte);
        if (this.#inText && !this.#escaped) at = plainUntil(text, at + 1) - 1;
      } else if (byte === quote) this.#inText = true;
      else if (byte === openBrace || byte === openBracket) {
        if (this.#depth === 0 && this.#closed) {
          parts.push(text.subarray(from, at), Buffer.of(newline));
          from = at;
          this.#closed = false;
        }
        this.#depth++;
      } else if ((byte === closeBrace || byte === closeBracket) && this.#depth > 0) {
        this.#depth--;
        this.#closed = this.#depth === 0;
      }
    }
    parts.push(text.subarray(from));
    return parts.length === 1 ? text : Buffer.concat(parts);
  }

  #passText(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) this.#inText = false;
  }

  #endLine(): void {
    this.#depth = 0;
    this.#inText = false;
    this.#escaped = false;
    this.#closed = false;
  }
}

/** Where the next byte stands that may end a text of JSON. Most bytes are none: this loop makes the whole fast. */
function plainUntil(text: Buffer, from: number): number {
  let at = from;
  while (at < text.length) {
    const byte = text[at] as number;
    if (byte === quote || byte === backslash || byte === newline || byte === carriageReturn) return at;
    at++;
  }
  return at;
}

/** Every way in which northsouth can fail, with the exit code that scripts rely on. */
const exits = {
  'usage.value': 2,
  'usage.missing': 2,
  'usage.unknown': 2,
  'config.invalid': 2,
  'filter.syntax': 2,
  'filter.unknown-key': 2,
  'filter.value': 2,
  'filter.relation': 2,
  'sql.not-a-query': 2,
  'input.not-found': 3,
  'input.nothing-readable': 3,
  'label.data-missing': 1,
  'label.broken': 1,
  'label.unreadable': 1,
  'label.implausible': 1,
  'label.update': 1,
  'engine.query': 1,
  'engine.memory': 1,
  'engine.disk-full': 1,
  'engine.timeout': 1,
  'engine.cancelled': 130,
  'workspace.locked': 1,
  'workspace.unusable': 1,
  'intel.refused': 1,
  'export.unwritable': 1,
  'server.unavailable': 1,
  'net.refused': 1,
  'net.unreachable': 1,
  'net.timeout': 1,
  'net.too-large': 1,
  'net.status': 1,
  'net.answer': 1,
} as const;

export type ErrorCode = keyof typeof exits;

export interface HuntErrorDetails {
  /** What to do next, in the imperative. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Where in what the user wrote the mistake is. */
  readonly at?: PlaceInText;
}

/** The part from `from` up to `to` of a text, in UTF-16 units; `from` = `to` at its end. */
export interface PlaceInText {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/**
 * An expected failure: one sentence that says what and where, and a hint that says what to do.
 * Anything else that is thrown is a defect of northsouth.
 */
export class HuntError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly at: PlaceInText | undefined;

  constructor(code: ErrorCode, message: string, details: HuntErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'HuntError';
    this.code = code;
    this.hint = details.hint;
    this.at = details.at;
  }

  /** The exit code of `product.md`: 1 failed, 2 wrong usage, 3 nothing readable, 130 interrupted. */
  get exitCode(): number {
    return exits[this.code];
  }
}

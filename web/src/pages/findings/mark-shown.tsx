import { lastSaid, markFailure, shownMark, type Verdict } from './marking.ts';

interface MarkShownProps {
  readonly target: string;
  /** What the answer says of the target, and how many states had been seen when it was asked. */
  readonly known: Verdict | null;
  readonly asOf: number;
}

/** The mark of a peer: what was said last, with a sign while the server writes it down. */
export function MarkShown({ target, known, asOf }: MarkShownProps) {
  const { verdict, isPending } = shownMark(target, known, asOf);
  const text = verdict ?? (isPending ? 'none' : '');
  return isPending ? (
    <span class={`verdict ${verdict ?? ''} pending`} title="being written down">
      {text} …
    </span>
  ) : (
    <span class={`verdict ${verdict ?? ''}`}>{text}</span>
  );
}

/** What became of the last mark. */
export function MarkSaid() {
  return (
    <>
      <p role="status" class="faint">
        {lastSaid.value}
      </p>
      {markFailure.value === null ? null : (
        <p role="alert" class="wrong">
          {markFailure.value.message} {markFailure.value.hint}
        </p>
      )}
    </>
  );
}

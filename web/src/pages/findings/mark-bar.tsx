import { MarkSaid } from './mark-shown.tsx';
import { mark, note, shownMark, undo, type Verdict, verdicts } from './marking.ts';

interface MarkBarProps {
  readonly target: string;
  /** What the answer says of the target, and how many states had been seen when it was asked. */
  readonly known: Verdict | null;
  readonly asOf: number;
}

/** Says what the hunter makes of a peer: a verdict with a note, by click or key. */
export function MarkBar({ target, known, asOf }: MarkBarProps) {
  const { verdict: current, isPending } = shownMark(target, known, asOf);
  return (
    <div class="marking">
      <fieldset class="choice" aria-busy={isPending}>
        <legend>Mark {target}</legend>
        {verdicts.map((verdict) => (
          <button
            key={verdict}
            type="button"
            aria-pressed={current === verdict}
            class={verdict}
            onClick={() => void mark(target, verdict)}
          >
            <kbd>{verdict[0]}</kbd> {verdict}
          </button>
        ))}
        <button type="button" onClick={() => void undo()}>
          <kbd>u</kbd> undo
        </button>
      </fieldset>
      <input
        id="note"
        type="text"
        aria-label="Note for the mark"
        placeholder="n: a note, then a verdict"
        maxLength={4000}
        value={note.value}
        onInput={({ currentTarget }) => {
          note.value = currentTarget.value;
        }}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Escape' || key === 'Enter') currentTarget.blur();
        }}
      />
      <MarkSaid />
    </div>
  );
}

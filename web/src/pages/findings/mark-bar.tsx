import { lastSaid, mark, markFailure, note, undo, verdicts } from './marking.ts';

interface MarkBarProps {
  readonly target: string;
  readonly current: string | null;
}

/** Says what the hunter makes of a peer: a verdict with a note, by click or key. */
export function MarkBar({ target, current }: MarkBarProps) {
  return (
    <div class="marking">
      <fieldset class="choice">
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
      <p role="status" class="faint">
        {lastSaid.value}
      </p>
      {markFailure.value === null ? null : (
        <p role="alert" class="wrong">
          {markFailure.value.message} {markFailure.value.hint}
        </p>
      )}
    </div>
  );
}

import type { ComponentChildren } from 'preact';
import type { Answer } from '../answer.ts';
import type { AskFailure } from '../ask.ts';

/** An error in the words of the server. */
export function Failed({ failure }: { readonly failure: AskFailure }) {
  return (
    <div class="failed" role="alert">
      <p>{failure.message}</p>
      {failure.hint === null ? null : <p class="hint">{failure.hint}</p>}
      <p class="code">{failure.code}</p>
    </div>
  );
}

/** Nothing to show, and why. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

interface AnsweredProps<Data> {
  readonly answer: Answer<Data>;
  readonly children: (data: Data) => ComponentChildren;
}

/** What an answer is shown as: waiting, failed, or its data, dimmed while newer ones are on their way. */
export function Answered<Data>({ answer: { data, failure, isWaiting }, children }: AnsweredProps<Data>) {
  if (failure !== undefined) return <Failed failure={failure} />;
  if (data === undefined) {
    return (
      <p class="waiting" role="status">
        Waiting for the answer …
      </p>
    );
  }
  return (
    <div class={isWaiting ? 'answer stale' : 'answer'} aria-busy={isWaiting}>
      {children(data)}
    </div>
  );
}

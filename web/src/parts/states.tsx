import type { ComponentChildren } from 'preact';
import type { Answer } from '../answer.ts';
import type { AskFailure } from '../ask.ts';
import type { Windows } from '../windows.ts';

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

/** An answer is on its way. */
export function Waiting() {
  return (
    <p class="waiting" role="status">
      Waiting for the answer …
    </p>
  );
}

interface AnsweredProps<Data> {
  readonly answer: Answer<Data>;
  readonly children: (data: Data) => ComponentChildren;
}

/** What an answer is shown as: waiting, failed, or its data, dimmed while newer ones are on their way. */
export function Answered<Data>({ answer: { data, failure, isWaiting }, children }: AnsweredProps<Data>) {
  if (failure !== undefined) return <Failed failure={failure} />;
  if (data === undefined) return <Waiting />;
  return (
    <div class={isWaiting ? 'answer stale' : 'answer'} aria-busy={isWaiting}>
      {children(data)}
    </div>
  );
}

interface ListedProps<Row, Head> {
  readonly list: Windows<Row, Head>;
  /** What stands for a list without rows. */
  readonly empty: (head: Head) => ComponentChildren;
  /** In a panel it has a height of its own; otherwise all the room there is. */
  readonly inPanel?: boolean;
  readonly children: (head: Head) => ComponentChildren;
}

/** What a long list is shown as: waiting, failed, empty, or its rows. */
export function Listed<Row, Head>({ list, empty, inPanel = false, children }: ListedProps<Row, Head>) {
  const { head, failure, isWaiting, count } = list;
  if (failure !== undefined) return <Failed failure={failure} />;
  if (head === undefined) return <Waiting />;
  if (count === 0) return <Empty>{empty(head)}</Empty>;
  return (
    <div class={`${inPanel ? '' : 'fill '}answer${isWaiting ? ' stale' : ''}`} aria-busy={isWaiting}>
      {children(head)}
    </div>
  );
}

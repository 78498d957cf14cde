import { useEffect, useState } from 'preact/hooks';
import type { AnswerOf } from '../../src/server/api.ts';
import { type Asked, AskFailure, ask, type Order } from './ask.ts';
import { revision, statesSeen } from './shell/status.ts';

/** What a part of the page knows: the last answer stays until the next one is there. */
export interface Answer<Data> {
  readonly data: Data | undefined;
  readonly failure: AskFailure | undefined;
  readonly isWaiting: boolean;
  /** How many states had been seen when the data were asked for. */
  readonly asOf: number;
}

/**
 * Asks whenever the order or the workspace changes; a question that was overtaken is cancelled. null: do not ask.
 */
export function useAnswer<Name extends Asked>(name: Name, order: Order<Name> | null): Answer<AnswerOf<Name>> {
  const [state, setState] = useState<Answer<AnswerOf<Name>>>(nothing);
  const isReady = revision.value !== undefined;
  const key = order === null || !isReady ? null : JSON.stringify([name, order, revision.value]);
  useEffect(() => {
    if (order === null) setState(nothing);
    if (order === null || !isReady) return;
    const abort = new AbortController();
    const asked = statesSeen.peek();
    setState(({ data, asOf }) => ({ data, failure: undefined, isWaiting: true, asOf }));
    ask(name, order, abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ data, failure: undefined, isWaiting: false, asOf: asked });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setState({ data: undefined, failure: asFailure(error), isWaiting: false, asOf: asked });
      },
    );
    return () => abort.abort();
  }, [key]);
  return state;
}

const nothing = { data: undefined, failure: undefined, isWaiting: false, asOf: 0 };

/** Any error in the shape that is shown. */
export function asFailure(error: unknown): AskFailure {
  if (error instanceof AskFailure) return error;
  return new AskFailure({ error: { code: 'page.defect', message: String(error), hint: null } });
}

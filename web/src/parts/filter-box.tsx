import { useEffect, useRef, useState } from 'preact/hooks';
import type { Completion } from '../../../src/server/api.ts';
import { asFailure } from '../answer.ts';
import { type AskFailure, ask } from '../ask.ts';
import { change, place } from '../route.ts';

/** The filter that narrows every page: completion while writing, mistakes at their place. */
export function FilterBox() {
  const applied = place.value.params['where'] ?? '';
  const input = useRef<HTMLInputElement>(null);
  const checked = useRef('');
  const [text, setText] = useState(applied);
  const [choices, setChoices] = useState<Completion | null>(null);
  const [chosen, setChosen] = useState(-1);
  const [failure, setFailure] = useState<AskFailure | null>(null);
  const [cursor, setCursor] = useState(0);
  const [isWriting, setWriting] = useState(false);

  useEffect(() => {
    setText(applied);
    setFailure(null);
    if (applied === checked.current) return;
    // A link may hold a filter with a mistake.
    const abort = new AbortController();
    ask('filter', { query: { text: applied } }, abort.signal).catch((error: unknown) => {
      if (!abort.signal.aborted) setFailure(asFailure(error));
    });
    return () => abort.abort();
  }, [applied]);

  useEffect(() => {
    if (!isWriting) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      ask('completeFilter', { query: { text, cursor } }, abort.signal).then(
        (found) => {
          const written = text.slice(found.from, found.to);
          const candidates = found.candidates.filter((candidate) => candidate.text !== written);
          setChoices(candidates.length === 0 ? null : { ...found, candidates });
          setChosen(-1);
        },
        () => setChoices(null),
      );
    }, 80);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, cursor, isWriting]);

  const close = () => {
    setWriting(false);
    setChoices(null);
    setChosen(-1);
  };
  const take = (index: number) => {
    const candidate = choices?.candidates[index];
    if (choices === null || candidate === undefined) return;
    const tail = candidate.kind === 'value' && text.slice(choices.to) === '' ? ' ' : '';
    const next = text.slice(0, choices.from) + candidate.text + tail + text.slice(choices.to);
    const at = choices.from + candidate.text.length + tail.length;
    setText(next);
    setCursor(at);
    setChoices(null);
    setWriting(true);
    // At once: whoever types on must not find the cursor moved behind their back.
    if (input.current !== null) {
      input.current.value = next;
      input.current.setSelectionRange(at, at);
    }
  };
  const apply = async () => {
    close();
    const written = input.current?.value ?? text;
    setText(written);
    try {
      const { canonical } = await ask('filter', { query: { text: written } });
      setFailure(null);
      setText(canonical);
      checked.current = canonical;
      change({ where: canonical });
    } catch (error) {
      setFailure(asFailure(error));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const length = choices?.candidates.length ?? 0;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (length === 0) return setWriting(true);
      event.preventDefault();
      setChosen(
        (chosen +
          (event.key === 'ArrowDown' ? 1 : length) +
          (chosen < 0 && event.key === 'ArrowUp' ? 1 : 0)) %
          length,
      );
    } else if (event.key === 'Tab' && length > 0 && isWriting && !event.shiftKey) {
      event.preventDefault();
      take(Math.max(chosen, 0));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (chosen >= 0) take(chosen);
      else void apply();
    } else if (event.key === 'Escape') {
      if (choices !== null) return close();
      setText(applied);
      setFailure(null);
      input.current?.blur();
    }
  };
  const isOpen = choices !== null;
  return (
    <search class="filter">
      <input
        id="filter"
        ref={input}
        type="text"
        role="combobox"
        aria-label="Filter"
        aria-expanded={isOpen}
        aria-controls="filter-choices"
        aria-autocomplete="list"
        aria-activedescendant={chosen >= 0 ? `choice-${chosen}` : undefined}
        aria-invalid={failure !== null}
        aria-describedby={failure === null ? undefined : 'filter-mistake'}
        autocomplete="off"
        spellcheck={false}
        maxLength={2000}
        placeholder="Filter: port:443 country:RU"
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setCursor(currentTarget.selectionStart ?? currentTarget.value.length);
          setWriting(true);
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      {applied === '' ? null : (
        <button
          type="button"
          class="clear"
          aria-label="Clear the filter"
          onClick={() => change({ where: '' })}
        >
          ×
        </button>
      )}
      <div id="filter-choices" class="choices" role="listbox" aria-label="Completions" hidden={!isOpen}>
        {choices?.candidates.map(({ text: offered, detail }, index) => (
          <div
            key={offered}
            id={`choice-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onMouseDown={(event) => {
              event.preventDefault();
              take(index);
            }}
          >
            <code>{offered}</code> <span>{detail}</span>
          </div>
        ))}
      </div>
      {failure === null ? null : <Mistake text={text} failure={failure} />}
    </search>
  );
}

function Mistake({ text, failure }: { readonly text: string; readonly failure: AskFailure }) {
  const { at } = failure;
  return (
    <div id="filter-mistake" class="mistake" role="alert">
      {at === undefined ? null : (
        <p class="place">
          <code>
            {text.slice(0, at.from)}
            <mark>{text.slice(at.from, at.to) || ' '}</mark>
            {text.slice(at.to)}
          </code>
        </p>
      )}
      <p>
        {failure.message}
        {at === undefined ? '' : ` (character ${at.from + 1})`}
      </p>
      {failure.hint === null ? null : <p class="hint">{failure.hint}</p>}
    </div>
  );
}

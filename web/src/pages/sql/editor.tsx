import { useMemo, useRef, useState } from 'preact/hooks';
import type { SqlSchema } from '../../../../src/server/api.ts';

interface EditorProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onRun: () => void;
  readonly schema: SqlSchema | undefined;
}

interface Word {
  readonly text: string;
  readonly detail: string;
}

const mostOffered = 12;

/** A field for SQL that completes views, columns, functions and keywords. */
export function Editor({ text, onText, onRun, schema }: EditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [offered, setOffered] = useState<readonly Word[]>([]);
  const [chosen, setChosen] = useState(0);
  const words = useMemo(() => wordsOf(schema), [schema]);

  const look = (area: HTMLTextAreaElement) => {
    const prefix = prefixAt(area.value, area.selectionStart);
    setChosen(0);
    if (prefix.length < 2) return setOffered([]);
    const lower = prefix.toLowerCase();
    const found = words.filter((word) => word.text.toLowerCase().startsWith(lower) && word.text !== prefix);
    setOffered(found.slice(0, mostOffered));
  };
  const take = (word: Word) => {
    const area = field.current;
    if (area === null) return;
    const [end, prefix] = [area.selectionStart, prefixAt(area.value, area.selectionStart)];
    const start = end - prefix.length;
    // At once: whoever types on must not find the cursor moved behind their back.
    area.setRangeText(word.text, start, end, 'end');
    setOffered([]);
    onText(area.value);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const word = offered[chosen];
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      setOffered([]);
      onRun();
    } else if (event.key === 'Escape') {
      if (offered.length > 0) setOffered([]);
      else field.current?.blur();
    } else if (word !== undefined && event.key === 'Tab' && !event.shiftKey) {
      event.preventDefault();
      take(word);
    } else if (word !== undefined && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : offered.length - 1;
      setChosen((chosen + step) % offered.length);
    }
  };
  return (
    <div class="editor">
      <textarea
        ref={field}
        aria-label="SQL"
        aria-describedby="sql-offers"
        rows={8}
        spellcheck={false}
        maxLength={100_000}
        placeholder="SELECT peer, count(*) AS sessions FROM sessions GROUP BY peer ORDER BY sessions DESC"
        value={text}
        onInput={({ currentTarget }) => {
          onText(currentTarget.value);
          look(currentTarget);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setOffered([])}
      />
      <p id="sql-offers" class="offers" aria-live="polite">
        {offered.length === 0 ? (
          <span class="faint">tab takes what is offered; ctrl enter runs; esc leaves</span>
        ) : (
          offered.map((word, index) => (
            <button
              type="button"
              tabIndex={-1}
              key={`${word.text} ${word.detail}`}
              class={index === chosen ? 'offer chosen' : 'offer'}
              onMouseDown={(event) => {
                event.preventDefault();
                take(word);
              }}
            >
              <code>{word.text}</code> <small>{word.detail}</small>
            </button>
          ))
        )}
      </p>
    </div>
  );
}

/** The word that ends at a place. */
function prefixAt(text: string, cursor: number): string {
  return /[A-Za-z_][\w]*$/.exec(text.slice(0, cursor))?.[0] ?? '';
}

/** All that can be completed, views and columns first. */
function wordsOf(schema: SqlSchema | undefined): readonly Word[] {
  if (schema === undefined) return [];
  const columns = new Map<string, string[]>();
  for (const view of schema.views) {
    for (const { name } of view.columns) columns.set(name, [...(columns.get(name) ?? []), view.name]);
  }
  return [
    ...schema.views.map(({ name }) => ({ text: name, detail: 'view' })),
    ...[...columns].map(([text, views]) => ({ text, detail: views.slice(0, 3).join(', ') })),
    ...schema.keywords.map((text) => ({ text, detail: 'keyword' })),
    ...schema.functions.map((text) => ({ text, detail: 'function' })),
  ];
}

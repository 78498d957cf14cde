import { useState } from 'preact/hooks';

interface Saved {
  readonly title: string;
  readonly sql: string;
}

interface SavedQueriesProps {
  readonly text: string;
  readonly onTake: (sql: string) => void;
  readonly examples: readonly Saved[];
}

const key = 'northsouth.queries';

/** Queries that this browser keeps, and examples to start from. */
export function SavedQueries({ text, onTake, examples }: SavedQueriesProps) {
  const [saved, setSaved] = useState<readonly Saved[]>(read);
  const [title, setTitle] = useState('');
  const keep = (next: readonly Saved[]) => {
    setSaved(next);
    localStorage.setItem(key, JSON.stringify(next));
  };
  return (
    <aside class="saved" aria-label="Saved queries">
      <form
        class="choice"
        onSubmit={(event) => {
          event.preventDefault();
          if (title.trim() === '' || text.trim() === '') return;
          keep([...saved.filter((each) => each.title !== title.trim()), { title: title.trim(), sql: text }]);
          setTitle('');
        }}
      >
        <input
          type="text"
          aria-label="Name to save the query as"
          placeholder="Save as"
          maxLength={100}
          value={title}
          onInput={({ currentTarget }) => setTitle(currentTarget.value)}
        />
        <button type="submit" disabled={title.trim() === '' || text.trim() === ''}>
          Save
        </button>
      </form>
      <ul>
        {saved.map((each) => (
          <li key={each.title}>
            <button type="button" class="quiet" onClick={() => onTake(each.sql)}>
              {each.title}
            </button>
            <button
              type="button"
              class="quiet"
              aria-label={`Forget ${each.title}`}
              onClick={() => keep(saved.filter(({ title }) => title !== each.title))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {examples.length === 0 ? null : <h3>Examples</h3>}
      <ul>
        {examples.map((each) => (
          <li key={each.title}>
            <button type="button" class="quiet" onClick={() => onTake(each.sql)}>
              {each.title}
            </button>
          </li>
        ))}
      </ul>
    </aside>
  );
}

function read(): readonly Saved[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    if (!Array.isArray(found)) return [];
    return found.filter(
      (each): each is Saved => typeof each?.title === 'string' && typeof each?.sql === 'string',
    );
  } catch {
    return [];
  }
}

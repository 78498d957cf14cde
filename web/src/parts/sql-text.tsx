import { useState } from 'preact/hooks';
import { urlOf } from '../route.ts';

/** A query as text, to copy or to take to the SQL page. */
export function SqlText({ sql }: { readonly sql: string }) {
  const [said, setSaid] = useState('');
  const copy = () =>
    navigator.clipboard.writeText(sql).then(
      () => setSaid('Copied.'),
      () => setSaid('The browser does not allow it: select the text and copy it.'),
    );
  return (
    <div class="sql-text">
      <pre tabIndex={0}>{sql}</pre>
      <button type="button" onClick={() => void copy()}>
        copy
      </button>{' '}
      <a href={urlOf('sql', { q: sql })}>open in SQL</a> <span role="status">{said}</span>
    </div>
  );
}

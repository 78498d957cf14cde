import { percent } from '../format.ts';
import { Empty } from './states.tsx';

interface Item {
  readonly key: string;
  readonly name: string;
  readonly note: string;
  readonly value: number;
  readonly side: string;
  readonly href: string | undefined;
}

interface BarListProps {
  readonly title: string;
  readonly items: readonly Item[];
  readonly total: number;
  readonly written: (value: number) => string;
}

/** A ranking: each line with its share of the whole as a bar behind it. */
export function BarList({ title, items, total, written }: BarListProps) {
  const most = Math.max(1, ...items.map(({ value }) => value));
  return (
    <section class="panel" aria-label={title}>
      <h2>{title}</h2>
      {items.length === 0 ? (
        <Empty>Nothing in this time range and filter.</Empty>
      ) : (
        <ol class="ranking">
          {items.map(({ key, name, note, value, side, href }) => (
            <li key={key} style={{ '--share': `${(value / most) * 100}%` }}>
              {href === undefined ? (
                <span class="name">{name}</span>
              ) : (
                <a class="name" href={href} title={`Only ${name}`}>
                  {name}
                </a>
              )}
              <span class="note">{note}</span>
              <span class="side">{side}</span>
              <span class="number">{written(value)}</span>
              <span class="number share">{total === 0 ? '-' : percent(value / total)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

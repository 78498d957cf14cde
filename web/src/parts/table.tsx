import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { takeKeys } from '../shell/keys.ts';
import { mostRows, useVirtual } from './virtual.ts';

const rowHeight = 22;

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** A width of a grid's column. */
  readonly width: string;
  readonly isNumber?: boolean;
  /** False where the list cannot be sorted by it. */
  readonly isSorted?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly count: number;
  readonly rowAt: (index: number) => Row | undefined;
  readonly need?: (first: number, last: number) => void;
  readonly sort?: { readonly key: string; readonly isDescending: boolean };
  readonly onSort?: (key: string) => void;
  readonly onOpen?: (row: Row, index: number) => void;
  /** Hears which row the cursor is on. */
  readonly onCursor?: (row: Row, index: number) => void;
  /** True for the one table of a page that j, k and enter move in. */
  readonly hasKeys?: boolean;
  /** Of the row that is open. */
  readonly isOpen?: (row: Row) => boolean;
  /** Another list starts at its top again. */
  readonly of?: string;
  /** Changes when the same list has other rows: the cursor goes where the open row went. */
  readonly stamp?: unknown;
  /** Pixels at most; without it the table fills its place. */
  readonly height?: number;
}

/** A table of any length: only the rows in view are in the document. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, count, rowAt, need, sort, onSort, onOpen, onCursor, hasKeys, isOpen, of, stamp } =
    props;
  const { height } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(-1);
  const virtual = useVirtual(scroller, count, rowHeight);
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => need?.(first, last), [first, last, count, need, of]);
  useEffect(() => {
    setCursor(-1);
    virtual.scrollToOffset(0);
  }, [of]);

  const now = useRef({ cursor, count, rowAt, onOpen, onCursor, isOpen });
  now.current = { cursor, count, rowAt, onOpen, onCursor, isOpen };
  useEffect(() => {
    if (cursor < 0) return;
    const open = whereFrom({ ...now.current, cursor: -1 });
    if (open >= 0) setCursor(open);
  }, [stamp]);
  const move = (to: number) => {
    const index = Math.min(Math.max(to, 0), Math.min(now.current.count, mostRows) - 1);
    if (index < 0) return;
    setCursor(index);
    virtual.scrollToIndex(index);
    const row = now.current.rowAt(index);
    if (row !== undefined) now.current.onCursor?.(row, index);
  };
  useEffect(() => {
    if (hasKeys !== true) return;
    const by = (step: number) => () => move(whereFrom(now.current) + step);
    return takeKeys({
      j: by(1),
      k: by(-1),
      ArrowDown: by(1),
      ArrowUp: by(-1),
      PageDown: by(20),
      PageUp: by(-20),
      Home: () => move(0),
      End: () => move(now.current.count - 1),
      Enter: () => {
        const row = now.current.rowAt(now.current.cursor);
        if (row !== undefined) now.current.onOpen?.(row, now.current.cursor);
      },
    });
  }, [hasKeys]);

  const template = columns.map(({ width }) => width).join(' ');
  const style = {
    '--columns': template,
    '--least': leastWidth(columns),
    ...(height === undefined ? {} : { height: `${Math.min(height, (count + 1) * rowHeight + 4)}px` }),
  };
  return (
    <div
      class={height === undefined ? 'grid fills' : 'grid'}
      ref={scroller}
      style={style}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <div role="table" aria-label={label} aria-rowcount={count + 1} class="rows">
        <div role="row" class="head" aria-rowindex={1}>
          {columns.map(({ key, title, isNumber, isSorted }) => (
            <div
              key={key}
              role="columnheader"
              class={isNumber ? 'number' : ''}
              aria-sort={sort?.key === key ? (sort.isDescending ? 'descending' : 'ascending') : undefined}
            >
              {onSort === undefined || isSorted === false ? (
                title
              ) : (
                <button type="button" onClick={() => onSort(key)}>
                  {title}
                  <span aria-hidden="true">{sort?.key === key ? (sort.isDescending ? ' ↓' : ' ↑') : ''}</span>
                </button>
              )}
            </div>
          ))}
        </div>
        <div role="rowgroup" class="body" style={{ height: `${virtual.getTotalSize()}px` }}>
          {items.map(({ index, start }) => {
            const row = rowAt(index);
            const names = ['row'];
            if (index === cursor) names.push('cursor');
            if (row !== undefined && isOpen?.(row)) names.push('open');
            if (index % 2 === 1) names.push('odd');
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are taken for the whole page, see shell/keys.ts
              <div
                key={index}
                role="row"
                tabIndex={-1}
                aria-rowindex={index + 2}
                class={names.join(' ')}
                style={{ transform: `translateY(${start}px)` }}
                onClick={(event) => {
                  if ((event.target as Element).closest('a, button') !== null) return;
                  setCursor(index);
                  if (row !== undefined) (onOpen ?? onCursor)?.(row, index);
                }}
              >
                {columns.map(({ key, isNumber, cell }) => (
                  <div key={key} role="cell" class={isNumber ? 'number' : ''}>
                    {row === undefined ? '…' : cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface Whereabouts<Row> {
  readonly cursor: number;
  readonly count: number;
  readonly rowAt: (index: number) => Row | undefined;
  readonly isOpen: ((row: Row) => boolean) | undefined;
}

/** The row that keys move from: the cursor's, or the open one where a link opened it. */
function whereFrom<Row>({ cursor, count, rowAt, isOpen }: Whereabouts<Row>): number {
  if (cursor >= 0 || isOpen === undefined) return cursor;
  for (let index = 0; index < Math.min(count, 1000); index++) {
    const row = rowAt(index);
    if (row !== undefined && isOpen(row)) return index;
  }
  return -1;
}

/** What the columns need at the least, as a width: the sum of what each begins with. */
function leastWidth(columns: readonly { readonly width: string }[]): string {
  const widths = columns.map(({ width }) => /\d+(?:px|ch)/.exec(width)?.[0] ?? '60px');
  return `calc(${widths.join(' + ')})`;
}

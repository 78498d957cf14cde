import type { Column } from './table.tsx';

type Row = readonly unknown[];

/** Columns for rows whose shape is only known when they arrive, as wide as their first values. */
export function columnsFor(names: readonly string[], rows: readonly Row[]): readonly Column<Row>[] {
  return names.map((name, index) => {
    const values = rows.slice(0, 50).map((row) => shown(row[index]));
    const width = Math.min(44, Math.max(name.length + 2, ...values.map(({ length }) => length)) + 1);
    const isNumber = rows.slice(0, 50).some((row) => typeof row[index] === 'number');
    return {
      key: `${index}`,
      title: name,
      isNumber,
      // The padding of a cell is two more.
      width: `${width + 2}ch`,
      cell: (row) => <span title={shown(row[index])}>{shown(row[index])}</span>,
    };
  });
}

/** Any value of an answer as text. */
export function shown(value: unknown): string {
  if (value == null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

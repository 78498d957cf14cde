import type { SqlAnswer } from '../../../../src/server/api.ts';
import { counted, short } from '../../format.ts';
import { Chart, frame } from '../../parts/chart.tsx';
import { shown } from '../../parts/unknown-columns.tsx';

const mostBars = 500;

/** A bar for each row, where the first column says what it is and another holds a number. */
export function ResultChart({ answer }: { readonly answer: SqlAnswer }) {
  const { columns, rows } = answer;
  const value = columns.findIndex(
    (_, index) => index > 0 && rows.some((row) => typeof row[index] === 'number'),
  );
  if (value === -1 || rows.length < 2 || rows.length > mostBars) return null;
  const name = columns[value]?.name ?? '';
  return (
    <details>
      <summary>
        Chart: {name} by {columns[0]?.name}
      </summary>
      <Chart
        label={`${name} by ${columns[0]?.name}: ${counted(rows.length)} bars`}
        height={160}
        of={answer}
        option={(colour) => ({
          ...frame(
            colour,
            rows.map((row) => shown(row[0])),
            short,
          ),
          series: [
            {
              ...{ name, type: 'bar', barCategoryGap: '8%' },
              itemStyle: { color: colour('series-outbound') },
              data: rows.map((row) => Number(row[value] ?? 0)),
            },
          ],
        })}
      />
    </details>
  );
}

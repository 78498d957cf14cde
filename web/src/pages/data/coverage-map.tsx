import { useEffect, useRef } from 'preact/hooks';
import type { AnswerOf } from '../../../../src/server/api.ts';
import { ask } from '../../ask.ts';
import { counted, moment, percent } from '../../format.ts';
import { Listed } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { narrowed } from '../../route.ts';
import { shownTheme } from '../../shell/theme.ts';
import { useWindows } from '../../windows.ts';

type Coverage = AnswerOf<'coverage'>;
type Interface = Coverage['interfaces'][number];

/** Each of these comes with all its hours. */
const windowSize = 40;

/** Each interface with its hours: dark where records speak of all minutes, a sign where AWS skipped or nothing is there. */
export function CoverageMap() {
  const { from, to } = narrowed.value;
  const list = useWindows<Interface, Coverage & { readonly rows: readonly Interface[] }>(
    `coverage ${from} ${to}`,
    async (offset, limit, signal) => {
      const found = await ask('coverage', { query: { from, to, offset, limit } }, signal);
      return { ...found, rows: found.interfaces };
    },
    windowSize,
  );
  return (
    <section class="panel wide" aria-label="Coverage">
      <h2>
        Coverage <small>{list.head === undefined ? '' : summary(list.head)}</small>
      </h2>
      <Listed list={list} inPanel empty={() => 'No interface in this time range.'}>
        {() => (
          <>
            <p class="legend">
              <span class="swatch full">records</span>
              <span class="swatch no-data">no traffic, as AWS says</span>
              <span class="swatch skipped">skipped by AWS</span>
              <span class="swatch nothing">nothing: cannot tell</span>
            </p>
            <Table
              label="Coverage by interface and hour, the least known first"
              columns={columns}
              count={list.count}
              rowAt={list.rowAt}
              need={list.need}
              of={`${from} ${to}`}
              height={300}
            />
          </>
        )}
      </Listed>
    </section>
  );
}

function summary({ period, covered, skipped, total }: Coverage): string {
  return total === 0
    ? ''
    : `${moment(period.from)} to ${moment(period.to)}; ${percent(covered)} of the minutes of ${counted(total)} interfaces covered, ${percent(skipped)} skipped by AWS; the least known first`;
}

const columns: readonly Column<Interface>[] = [
  { key: 'account', title: 'account', width: '110px', cell: (row) => row.accountId ?? '-' },
  { key: 'interface', title: 'interface', width: '180px', cell: (row) => row.interfaceId },
  { key: 'covered', title: 'covered', isNumber: true, width: '68px', cell: (row) => percent(row.covered) },
  { key: 'skipped', title: 'skipped', isNumber: true, width: '68px', cell: (row) => percent(row.skipped) },
  {
    key: 'hours',
    title: 'hours, the first to the last',
    width: 'minmax(200px, 1fr)',
    cell: (row) => <Hours of={row} />,
  },
];

/** One line of the map, painted: a year has 8,760 hours. */
function Hours({ of: { interfaceId, hours } }: { readonly of: Interface }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = shownTheme.value;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (canvas.current == null || context == null) return;
    const style = getComputedStyle(canvas.current);
    const { width, height } = canvas.current;
    // What shines through a pale hour is the page, not the colour of nothing.
    context.globalAlpha = 1;
    context.fillStyle = style.caretColor;
    context.fillRect(0, 0, width, height);
    hours.forEach((hour, index) => {
      const [left, right] = [(index * width) / hours.length, ((index + 1) * width) / hours.length];
      // The style says what each state is painted with, by properties of an element that has colours anyway.
      const colour = {
        records: style.color,
        skipped: style.borderTopColor,
        'no-data': style.outlineColor,
        nothing: style.backgroundColor,
      };
      context.fillStyle = colour[hour.state];
      context.globalAlpha = hour.state === 'records' ? 0.25 + 0.75 * Math.min(1, hour.minutes / 60) : 1;
      context.fillRect(left, 0, Math.max(0.6, right - left - 0.6), height);
    });
  }, [hours, theme]);
  const show = (event: MouseEvent) => {
    if (canvas.current === null) return;
    const hour = hours[Math.floor((event.offsetX / canvas.current.clientWidth) * hours.length)];
    if (hour === undefined) return;
    canvas.current.title = `${moment(hour.hour)}: ${hour.state}, ${counted(hour.records)} records over ${hour.minutes} minutes, ${counted(hour.rejected)} rejected, ${hour.skippedMinutes} minutes skipped`;
  };
  const empty = hours.filter(({ state }) => state === 'nothing').length;
  return (
    <canvas
      ref={canvas}
      class="hours-line"
      width={1000}
      height={14}
      role="img"
      aria-label={`${interfaceId}: ${hours.length} hours, ${empty} with nothing`}
      onMouseMove={show}
    />
  );
}

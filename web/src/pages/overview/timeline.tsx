import { useState } from 'preact/hooks';
import type { Overview } from '../../../../src/server/api.ts';
import { brief, bytes, duration, moment, short } from '../../format.ts';
import { brush, Chart, frame } from '../../parts/chart.tsx';
import { narrowToBars } from '../../parts/narrowing.ts';

const kinds = {
  outbound: 'north/south out',
  inbound: 'north/south in',
  eastWest: 'east/west',
  noise: 'noise',
  rejected: 'rejected',
} as const;
type Kind = keyof typeof kinds;
const names = Object.keys(kinds) as Kind[];

interface TimelineProps {
  readonly timeline: Overview['timeline'];
  readonly by: 'flows' | 'bytes' | 'packets';
}

/** Traffic over time. What is brushed becomes the time range of everything. */
export function Timeline({ timeline: { buckets, bucketSeconds }, by }: TimelineProps) {
  const [hidden, setHidden] = useState<readonly Kind[]>([]);
  const measure = by === 'bytes' ? 'bytes' : 'flows';
  const written = measure === 'bytes' ? bytes : short;
  const onBrush = (first: number, last: number) => narrowToBars(buckets, bucketSeconds, first, last);
  const [first, last] = [buckets[0], buckets.at(-1)];
  return (
    <section class="panel wide" aria-labelledby="timeline-title">
      <h2 id="timeline-title">
        Traffic over time{' '}
        <small>
          {measure}, {duration(bucketSeconds)} a bar; drag to narrow everything
        </small>
      </h2>
      <div class="legend">
        {names.map((name) => (
          <button
            key={name}
            type="button"
            class={`key ${name}`}
            aria-pressed={!hidden.includes(name)}
            onClick={() =>
              setHidden(hidden.includes(name) ? hidden.filter((each) => each !== name) : [...hidden, name])
            }
          >
            {kinds[name]}
          </button>
        ))}
      </div>
      <Chart
        label={`Traffic over time, ${moment(first?.start)} to ${moment(last?.start)}, ${buckets.length} bars`}
        height={190}
        of={[buckets, measure, hidden].map((each) => each)}
        onBrush={onBrush}
        option={(colour) => ({
          ...frame(
            colour,
            buckets.map(({ start }) => brief(start)),
            written,
          ),
          brush: brush(colour),
          series: names
            .filter((name) => !hidden.includes(name))
            .map((name) => ({
              name: kinds[name],
              type: 'bar',
              stack: 'all',
              barCategoryGap: '8%',
              itemStyle: { color: colour(`series-${name}`) },
              data: buckets.map((bucket) => bucket[name][measure]),
            })),
        })}
      />
    </section>
  );
}

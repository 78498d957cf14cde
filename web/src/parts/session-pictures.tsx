import type { AddressDetail, FindingDetail } from '../../../src/server/api.ts';
import { brief, bytes, counted, duration, moment, port, short } from '../format.ts';
import { brush, Chart, frame } from './chart.tsx';
import { narrowToBars } from './narrowing.ts';
import { Empty } from './states.tsx';

/** Bytes in and out over time. */
export function SessionTimeline({ timeline }: { readonly timeline: FindingDetail['timeline'] }) {
  const { buckets, bucketSeconds } = timeline;
  if (buckets.length === 0) return <Empty>No sessions.</Empty>;
  const onBrush = (first: number, last: number) => narrowToBars(buckets, bucketSeconds, first, last);
  const sessions = buckets.reduce((sum, bucket) => sum + bucket.sessions, 0);
  return (
    <>
      <p class="legend">
        <span class="swatch out">out</span>
        <span class="swatch in">in</span>
        <span class="faint">bytes, {duration(bucketSeconds)} a bar</span>
      </p>
      <Chart
        label={`Bytes over time: ${counted(sessions)} sessions from ${moment(buckets[0]?.start)} to ${moment(buckets.at(-1)?.start)}, ${duration(bucketSeconds)} a bar`}
        height={120}
        of={timeline}
        onBrush={onBrush}
        option={(colour) => ({
          ...frame(
            colour,
            buckets.map(({ start }) => brief(start)),
            bytes,
          ),
          brush: brush(colour),
          series: (['bytesOut', 'bytesIn'] as const).map((name) => ({
            name: name === 'bytesOut' ? 'out' : 'in',
            ...{ type: 'bar', stack: 'all', barCategoryGap: '8%' },
            itemStyle: { color: colour(name === 'bytesOut' ? 'series-outbound' : 'series-inbound') },
            data: buckets.map((bucket) => bucket[name]),
          })),
        })}
      />
    </>
  );
}

/** How long it is from the start of one session to the next. */
export function InterArrivals({ of }: { readonly of: AddressDetail['interArrivals'][number] }) {
  const { gaps, medianSeconds, bins } = of;
  if (bins.length === 0) return <Empty>Fewer than two sessions: there are no gaps.</Empty>;
  return (
    <>
      <p class="faint">
        {of.local} and {of.peer}, {port(of.servicePort, of.protocol)}: {counted(gaps)} gaps, the median{' '}
        {duration(medianSeconds)}
      </p>
      <Chart
        label={`Gaps between the starts of sessions: ${counted(gaps)}, the median ${duration(medianSeconds)}`}
        height={110}
        of={of}
        option={(colour) => ({
          ...frame(
            colour,
            bins.map(({ fromSeconds, toSeconds }) => `${duration(fromSeconds)} - ${duration(toSeconds)}`),
            short,
          ),
          series: [
            {
              ...{ name: 'gaps', type: 'bar', barCategoryGap: '8%' },
              itemStyle: { color: colour('series-outbound') },
              data: bins.map(({ count }) => count),
            },
          ],
        })}
      />
    </>
  );
}

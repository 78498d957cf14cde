import type { Overview } from '../../../../src/server/api.ts';
import { moment, percent } from '../../format.ts';
import { Empty } from '../../parts/states.tsx';

/** How much of the period records speak of, hour by hour. */
export function CoverageShare({ coverage }: { readonly coverage: Overview['coverage'] }) {
  const { covered, skipped, hours } = coverage;
  return (
    <section class="panel" aria-labelledby="coverage-title">
      <h2 id="coverage-title">
        Coverage <small>share of the minutes of each hour that records speak of, over all interfaces</small>
      </h2>
      <p class="figures">
        <span>
          covered <b>{percent(covered)}</b>
        </span>
        <span>
          skipped by AWS <b>{percent(skipped)}</b>
        </span>
      </p>
      {hours.length === 0 ? (
        <Empty>No hour in this time range.</Empty>
      ) : (
        <div
          class="hours"
          role="img"
          aria-label={`Coverage of ${hours.length} hours, ${percent(Math.min(...hours.map((hour) => hour.covered)))} at the least`}
        >
          {hours.slice(-744).map((hour) => (
            <span
              key={hour.hour}
              class={hour.skipped > 0 ? 'skipped' : ''}
              title={`${moment(hour.hour)}: ${percent(hour.covered)} covered, ${percent(hour.skipped)} skipped`}
            >
              <i style={{ height: `${hour.covered * 100}%` }} />
            </span>
          ))}
        </div>
      )}
    </section>
  );
}

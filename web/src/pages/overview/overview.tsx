import { useAnswer } from '../../answer.ts';
import { queryText } from '../../ask.ts';
import { Answered, Empty } from '../../parts/states.tsx';
import { change, narrowed, place, urlOf } from '../../route.ts';
import { status, workGoingOn } from '../../shell/status.ts';
import { CoverageShare } from './coverage-share.tsx';
import { FindingsThatMatter } from './findings-that-matter.tsx';
import { Funnel } from './funnel.tsx';
import { Timeline } from './timeline.tsx';
import { Tops } from './tops.tsx';

const orders = ['bytes', 'flows', 'packets'] as const;

/** The first page: everything at a glance, narrowed by filter and time range. */
export function Overview() {
  const { params } = place.value;
  const by = orders.find((each) => each === params['by']) ?? 'bytes';
  const asides = params['asides'] === 'true';
  const answer = useAnswer('overview', { query: { ...narrowed.value, by, asides, rows: 12 } });
  if (status.value?.state === 'empty') {
    const work = workGoingOn(status.value);
    if (work !== undefined) return <Empty>{work} What is there is shown as soon as it is ready.</Empty>;
    return (
      <Empty>
        Nothing is loaded yet. Load logs on the page <a href={urlOf('data')}>Data</a>, or with{' '}
        <code>northsouth load PATH</code>; this page then shows them.
      </Empty>
    );
  }
  return (
    <>
      <div class="bar">
        <fieldset class="choice">
          <legend>By</legend>
          {orders.map((each) => (
            <button key={each} type="button" aria-pressed={by === each} onClick={() => change({ by: each })}>
              {each}
            </button>
          ))}
        </fieldset>
        <label>
          <input
            type="checkbox"
            checked={asides}
            onChange={({ currentTarget }) => change({ asides: currentTarget.checked ? 'true' : '' })}
          />{' '}
          with set-asides
        </label>
        <span class="choice">
          <span class="faint">Report</span>
          {(['html', 'md'] as const).map((format) => (
            <a key={format} href={`/api/report${queryText({ ...narrowed.value, by, format })}`} download>
              {format}
            </a>
          ))}
        </span>
        {answer.data === undefined ? null : (
          <span class="took">
            from {answer.data.basis === 'cube' ? 'sums' : 'records'} in {answer.data.seconds.toFixed(2)} s
          </span>
        )}
      </div>
      <Answered answer={answer}>
        {(data) => (
          <>
            {data.broken.map((equation) => (
              <p key={equation} class="failed" role="alert">
                The funnel does not add up: {equation}. This is a defect of northsouth.
              </p>
            ))}
            {data.ignored.map(({ message }) => (
              <p key={message} class="notice">
                {message}
              </p>
            ))}
            <div class="panels">
              <Timeline timeline={data.timeline} by={by} />
              <FindingsThatMatter findings={data.findings} />
              <Funnel funnel={data.funnel} />
              <CoverageShare coverage={data.coverage} />
              <Tops data={data} by={by} />
            </div>
          </>
        )}
      </Answered>
    </>
  );
}

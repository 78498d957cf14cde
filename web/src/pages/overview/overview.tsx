import { useAnswer } from '../../answer.ts';
import { queryText } from '../../ask.ts';
import { Choice, Downloads, Switch } from '../../parts/controls.tsx';
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
  const answer = useAnswer('overview', { query: { ...narrowed.value, by, asides } });
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
        <Choice
          legend="By"
          options={orders.map((name) => ({ name }))}
          chosen={by}
          onChoose={(name) => change({ by: name })}
        />
        <Switch
          label="with set-asides"
          isOn={asides}
          onTurn={(isOn) => change({ asides: isOn ? 'true' : '' })}
        />
        <Downloads
          title="Report"
          formats={['html', 'md']}
          href={(format) => `/api/report${queryText({ ...narrowed.value, by, format })}`}
        />
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

import { useAnswer } from '../../answer.ts';
import { counted, moment } from '../../format.ts';
import { Answered, Empty } from '../../parts/states.tsx';
import { CoverageMap } from './coverage-map.tsx';
import { Files } from './files.tsx';
import { LoadMore } from './load-more.tsx';
import { Noise } from './noise.tsx';
import { Rejects } from './rejects.tsx';

/** What was read and what was not, what is hidden, and where labels come from. */
export function Data() {
  return (
    <div class="panels">
      <LoadMore />
      <CoverageMap />
      <Files />
      <Rejects />
      <Noise />
      <Labels />
      <AllMarks />
    </div>
  );
}

function Labels() {
  const answer = useAnswer('labels', {});
  return (
    <section class="panel half" aria-label="Labels">
      <h2>Labels and lists</h2>
      <Answered answer={answer}>
        {({ sources }) => (
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">source</th>
                <th scope="col">holds</th>
                <th scope="col" class="number">
                  ranges
                </th>
                <th scope="col">date</th>
                <th scope="col" class="number">
                  age
                </th>
              </tr>
            </thead>
            <tbody>
              {sources.map((source) => (
                <tr
                  key={source.name}
                  title={[source.from, source.attribution, source.licence].filter(Boolean).join('; ')}
                >
                  <th scope="row">{source.name}</th>
                  <td>{source.holds}</td>
                  <td class="number">{counted(source.ranges)}</td>
                  <td>{source.date ?? 'unknown'}</td>
                  <td class={(source.ageDays ?? 0) > 90 ? 'number wrong' : 'number'}>
                    {source.ageDays === null ? '-' : `${counted(source.ageDays)} d`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Answered>
    </section>
  );
}

function AllMarks() {
  const answer = useAnswer('marks', {});
  return (
    <section class="panel half" aria-label="Marks">
      <h2>Marks</h2>
      <Answered answer={answer}>
        {({ marks, file }) =>
          marks.length === 0 ? (
            <Empty>Nobody marked a peer yet.</Empty>
          ) : (
            <>
              <table class="plain">
                <thead>
                  <tr>
                    <th scope="col">target</th>
                    <th scope="col">verdict</th>
                    <th scope="col">note</th>
                    <th scope="col">by</th>
                    <th scope="col">at</th>
                    <th scope="col" class="number">
                      addresses
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {marks.map((mark) => (
                    <tr key={`${mark.target} ${mark.port} ${mark.local}`}>
                      <th scope="row">{mark.target}</th>
                      <td class={`verdict ${mark.verdict}`}>{mark.verdict}</td>
                      <td>{mark.note}</td>
                      <td>{mark.by}</td>
                      <td>{moment(mark.at)}</td>
                      <td class="number">{counted(mark.addresses)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <p class="foot">{file}</p>
            </>
          )
        }
      </Answered>
    </section>
  );
}

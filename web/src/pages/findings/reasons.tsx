import type { FindingDetail, Mark } from '../../../../src/server/api.ts';
import { moment } from '../../format.ts';

type Because = Pick<
  FindingDetail,
  'evidence' | 'counterEvidence' | 'missing' | 'parts' | 'severitySteps' | 'severity'
>;

/** Why an answer is what it is: for it, against it, what is missing, and the arithmetic. */
export function Reasons({ of }: { readonly of: Because }) {
  const { evidence, counterEvidence, missing, parts, severitySteps, severity } = of;
  return (
    <>
      <div class="reasons">
        <Sentences title="For it" items={evidence} none="Nothing." />
        <Sentences title="Against it" items={counterEvidence} none="Nothing that was looked at." />
      </div>
      {missing.length === 0 ? null : <Sentences title="Missing" items={missing} none="" />}
      {parts.length === 0 ? null : (
        <>
          <h3>
            Score <small>each part as wide as its weight, filled as far as it holds</small>
          </h3>
          <table class="parts">
            <thead class="unseen">
              <tr>
                <th scope="col">part</th>
                <th scope="col">value</th>
                <th scope="col">weight</th>
                <th scope="col">picture</th>
                <th scope="col">because</th>
              </tr>
            </thead>
            <tbody>
              {parts.map(({ name, value, weight, because }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td class="number">{value.toFixed(2)}</td>
                  <td class="number faint">× {weight}</td>
                  <td class="track">
                    <span style={{ width: `${(weight / heaviest(parts)) * 100}%` }}>
                      <i style={{ width: `${value * 100}%` }} />
                    </span>
                  </td>
                  <td>{because}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {severitySteps.length === 0 ? null : (
        <>
          <h3>Severity</h3>
          <ol class="steps">
            {severitySteps.map(({ because, steps }) => (
              <li key={because}>
                <b class={steps > 0 ? 'up' : 'down'}>{steps > 0 ? `+${steps}` : `−${-steps}`}</b> {because}
              </li>
            ))}
            <li>
              <b>=</b> {severity}
            </li>
          </ol>
        </>
      )}
    </>
  );
}

const heaviest = (parts: Because['parts']) => Math.max(...parts.map(({ weight }) => weight), 0.01);

interface SentencesProps {
  readonly title: string;
  readonly items: readonly string[];
  readonly none: string;
}

function Sentences({ title, items, none }: SentencesProps) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {items.length === 0 ? (
        <p class="faint">{none}</p>
      ) : (
        <ul class="sentences">
          {items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What hunters said, with how the traffic changed since. */
export function Marks({ marks }: { readonly marks: readonly Mark[] }) {
  if (marks.length === 0) return null;
  return (
    <ul class="marks">
      {marks.map((mark) => (
        <li key={`${mark.target} ${mark.port} ${mark.local} ${mark.at}`}>
          <b class={`verdict ${mark.verdict}`}>{mark.verdict}</b> {mark.target}
          {mark.port === null ? '' : ` port ${mark.port}`}
          {mark.local === null ? '' : ` with ${mark.local}`}
          {mark.note === null ? '' : `: ${mark.note}`}{' '}
          <span class="faint">
            {mark.by}, {moment(mark.at)}
          </span>
          {mark.changes.map((change) => (
            <span key={change} class="wrong">
              {' '}
              {change}
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}

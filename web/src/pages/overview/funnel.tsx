import type { Overview } from '../../../../src/server/api.ts';
import { bytes, counted } from '../../format.ts';

type Counts = Overview['funnel'];

/** A step: what is left, and what went out on the way to it. */
interface Step {
  readonly name: string;
  readonly left: number;
  readonly out: readonly (readonly [name: string, count: number])[];
}

/** The steps from records to what is shown. */
function stepsOf(f: Counts): readonly Step[] {
  return [
    {
      name: 'records',
      left: f.records,
      out: [
        ['unreadable', f.unreadable],
        ['duplicate', f.duplicate],
      ],
    },
    {
      name: 'accepted',
      left: f.accepted,
      out: [
        ['rejected', f.rejected],
        ['no data', f.noData],
        ['skipped', f.skipData],
      ],
    },
    { name: 'north/south', left: f.northSouth, out: [['east/west', f.eastWest]] },
    {
      name: 'kept',
      left: f.kept,
      out: Object.entries(f.noiseByRule).map(([rule, n]) => [`noise: ${rule}`, n]),
    },
    { name: 'to the Internet', left: f.toInternet, out: [['from the Internet', f.fromInternet]] },
    { name: 'shown', left: f.shown, out: Object.entries(f.setAsideByProvider) },
  ];
}

/** From records to what is worth a look: each step as wide as what is left, with what left on its right. */
export function Funnel({ funnel }: { readonly funnel: Counts }) {
  const steps = stepsOf(funnel);
  const most = Math.max(funnel.records, 1);
  return (
    <section class="panel" aria-labelledby="funnel-title">
      <h2 id="funnel-title">
        Funnel{' '}
        <small>
          {counted(funnel.files)} files; a filter does not narrow it
          {funnel.failedFiles === 0 ? '' : `; ${counted(funnel.failedFiles)} failed`}
        </small>
      </h2>
      <table class="funnel">
        <thead class="unseen">
          <tr>
            <th scope="col">step</th>
            <th scope="col">records left</th>
            <th scope="col">share</th>
            <th scope="col">left out</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ name, left, out }, index) => {
            const before = steps[index - 1]?.left ?? left;
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="number">{counted(left)}</td>
                <td class="track">
                  <span class="before" style={{ width: `${(before / most) * 100}%` }} />
                  <span class="left" style={{ width: `${(left / most) * 100}%` }} />
                </td>
                <td class="out">
                  {out
                    .filter(([, count]) => count > 0)
                    .sort(([, a], [, b]) => b - a)
                    .map(([what, count]) => (
                      <span key={what}>
                        {what} <b>{counted(count)}</b>
                      </span>
                    ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="foot">
        {bytes(funnel.bytes.toInternet)} to the Internet: {bytes(funnel.bytes.shown)} shown,{' '}
        {bytes(funnel.bytes.setAside)} set aside
      </p>
    </section>
  );
}

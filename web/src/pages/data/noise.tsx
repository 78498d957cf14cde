import { useState } from 'preact/hooks';
import { asFailure, useAnswer } from '../../answer.ts';
import { type AskFailure, ask } from '../../ask.ts';
import { bytes, counted } from '../../format.ts';
import { Answered, Failed } from '../../parts/states.tsx';
import { narrowed } from '../../route.ts';

interface Layer {
  readonly name: string;
  readonly on: boolean;
  readonly reason: string;
  readonly matches?: string;
  readonly records: number;
  readonly bytes: number;
  readonly peers: number;
}

/** Noise rules and set-asides, each with what it hides or would hide, and a switch. */
export function Noise() {
  const { from, to } = narrowed.value;
  const answer = useAnswer('noise', { query: { from, to } });
  const [failure, setFailure] = useState<AskFailure | null>(null);
  const turn = async (name: string, on: boolean) => {
    setFailure(null);
    try {
      await ask('switchNoise', { body: { name, on } });
    } catch (error) {
      setFailure(asFailure(error));
    }
  };
  return (
    <>
      {failure === null ? null : <Failed failure={failure} />}
      <section class="panel half" aria-label="Noise">
        <h2>
          Noise rules <small>what is on is not shown; nothing is deleted</small>
        </h2>
        <Answered answer={answer}>
          {({ rules, files }) => (
            <>
              <Layers layers={rules} turn={turn} />
              <p class="foot">{files.noise}</p>
            </>
          )}
        </Answered>
      </section>
      <section class="panel half" aria-label="Set-asides">
        <h2>Set-asides</h2>
        <Answered answer={answer}>
          {({ setAsides, files }) => (
            <>
              <Layers layers={setAsides} turn={turn} />
              <p class="foot">{files.setAsides}</p>
            </>
          )}
        </Answered>
      </section>
    </>
  );
}

interface LayersProps {
  readonly layers: readonly Layer[];
  readonly turn: (name: string, on: boolean) => Promise<void>;
}

function Layers({ layers, turn }: LayersProps) {
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">on, name</th>
          <th scope="col" class="number">
            records
          </th>
          <th scope="col" class="number">
            bytes
          </th>
          <th scope="col" class="number">
            peers
          </th>
          <th scope="col">reason</th>
        </tr>
      </thead>
      <tbody>
        {layers.map(({ name, on, reason, matches, ...sums }) => (
          <tr key={name} title={matches}>
            <th scope="row">
              <label>
                <input
                  type="checkbox"
                  checked={on}
                  onChange={({ currentTarget }) => void turn(name, currentTarget.checked)}
                />{' '}
                {name}
              </label>
            </th>
            <td class="number">{counted(sums.records)}</td>
            <td class="number">{bytes(sums.bytes)}</td>
            <td class="number">{counted(sums.peers)}</td>
            <td class="faint">{reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import { useEffect, useState } from 'preact/hooks';
import { moment } from '../format.ts';
import { change, place } from '../route.ts';
import { status } from '../shell/status.ts';
import { iso, narrowTo } from './narrowing.ts';

/** The time range that narrows every page: written, moved, widened, or taken away. All times are UTC. */
export function TimeRange() {
  const { from, to } = place.value.params;
  const whole = status.value?.period;
  const [start, end] = [from ?? whole?.from ?? null, to ?? whole?.to ?? null];
  const isNarrowed = from !== undefined || to !== undefined;
  const move = (widen: number, shift: number) => {
    if (start === null || end === null) return;
    const [first, last] = [Date.parse(start), Date.parse(end)];
    const length = Math.max(last - first, 1000);
    narrowTo(first + length * (shift - widen), last + length * (shift + widen));
  };
  return (
    <fieldset class="range">
      <legend class="unseen">Time range, UTC</legend>
      <button type="button" aria-label="Earlier" disabled={!isNarrowed} onClick={() => move(0, -1)}>
        ‹
      </button>
      <Moment
        label="From, UTC"
        value={start}
        isOwn={from !== undefined}
        onChange={(from) => change({ from })}
      />
      <span aria-hidden="true">–</span>
      <Moment label="To, UTC" value={end} isOwn={to !== undefined} onChange={(to) => change({ to })} />
      <button type="button" aria-label="Later" disabled={!isNarrowed} onClick={() => move(0, 1)}>
        ›
      </button>
      <button type="button" disabled={!isNarrowed} onClick={() => move(0.5, 0)}>
        wider
      </button>
      <button type="button" disabled={!isNarrowed} onClick={() => change({ from: '', to: '' })}>
        all
      </button>
    </fieldset>
  );
}

interface MomentProps {
  readonly label: string;
  readonly value: string | null;
  readonly isOwn: boolean;
  readonly onChange: (value: string) => void;
}

function Moment({ label, value, isOwn, onChange }: MomentProps) {
  const shown = value === null ? '' : moment(value);
  const [text, setText] = useState(shown);
  const [isWrong, setWrong] = useState(false);
  useEffect(() => {
    setText(shown);
    setWrong(false);
  }, [shown]);
  const apply = () => {
    if (text === shown) return;
    if (text.trim() === '') return onChange('');
    const time = Date.parse(
      `${text.trim().replace(' ', 'T').replace(/Z$/, '')}${/T| /.test(text.trim()) ? 'Z' : ''}`,
    );
    if (Number.isNaN(time)) setWrong(true);
    else onChange(iso(time));
  };
  return (
    <input
      type="text"
      class={isOwn ? 'moment own' : 'moment'}
      aria-label={label}
      aria-invalid={isWrong}
      title={isWrong ? 'Write a time such as 2026-05-28 20:26' : label}
      size={19}
      spellcheck={false}
      value={text}
      onInput={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={apply}
      onKeyDown={({ key, currentTarget }) => {
        if (key === 'Enter') apply();
        if (key === 'Escape') {
          setText(shown);
          currentTarget.blur();
        }
      }}
    />
  );
}

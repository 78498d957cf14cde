import { useEffect, useRef } from 'preact/hooks';
import { takeKeys } from '../../shell/keys.ts';
import { mark, undo, verdicts } from './marking.ts';

/** Takes the keys that mark: the first letter of each verdict, n for a note, u for undo. */
export function useMarkKeys(targetNow: () => string | undefined): void {
  const target = useRef(targetNow);
  target.current = targetNow;
  useEffect(() => {
    const marking = verdicts.map((verdict) => {
      const act = () => {
        const address = target.current();
        if (address !== undefined) void mark(address, verdict);
      };
      return [verdict[0], act] as const;
    });
    return takeKeys({
      ...Object.fromEntries(marking),
      u: () => void undo(),
      n: () => document.getElementById('note')?.focus(),
    });
  }, []);
}

import { useEffect, useRef } from 'preact/hooks';
import { isHelpOpen } from './keys.ts';

const keys = [
  ['/', 'write a filter'],
  ['j k', 'next and previous row'],
  ['enter', 'open the row'],
  ['g o', 'overview'],
  ['g d', 'destinations'],
  ['g f', 'findings'],
  ['g a', 'address'],
  ['g t', 'data'],
  ['g s', 'SQL'],
  ['b s m', 'of a finding or address: mark it benign, suspicious, malicious'],
  ['n', 'write a note for the next mark'],
  ['u', 'undo the last mark'],
  ['esc', 'leave a field, close this'],
  ['?', 'this help'],
] as const;

const examples = [
  ['port:443 country:RU,CN', 'the port, and one of two countries'],
  ['peer:203.0.113.0/24 bytes>1GB', 'a network, more than so much'],
  ['-provider:Amazon', 'all but'],
] as const;

/** Keys and the filter's language. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isHelpOpen.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isHelpOpen.value]);
  const close = () => {
    isHelpOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keys</h2>
      <dl>
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h2>Filter</h2>
      <dl>
        {examples.map(([text, meaning]) => (
          <div key={text}>
            <dt>
              <code>{text}</code>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={close}>
        Close
      </button>
    </dialog>
  );
}

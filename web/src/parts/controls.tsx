interface ChoiceProps<Name extends string> {
  readonly legend: string;
  readonly options: readonly { readonly name: Name; readonly title?: string }[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
}

/** Buttons of which one is pressed. */
export function Choice<Name extends string>({ legend, options, chosen, onChoose }: ChoiceProps<Name>) {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      {options.map(({ name, title }) => (
        <button key={name} type="button" aria-pressed={chosen === name} onClick={() => onChoose(name)}>
          {title ?? name}
        </button>
      ))}
    </fieldset>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onTurn: (isOn: boolean) => void;
}

/** A box to tick. */
export function Switch({ label, isOn, onTurn }: SwitchProps) {
  return (
    <label>
      <input type="checkbox" checked={isOn} onChange={({ currentTarget }) => onTurn(currentTarget.checked)} />{' '}
      {label}
    </label>
  );
}

interface DownloadsProps<Format extends string> {
  readonly title: string;
  readonly formats: readonly Format[];
  readonly href: (format: Format) => string;
}

/** Links to the same thing in several formats. */
export function Downloads<Format extends string>({ title, formats, href }: DownloadsProps<Format>) {
  return (
    <span class="choice">
      <span class="faint">{title}</span>
      {formats.map((format) => (
        <a key={format} href={href(format)} download>
          {format}
        </a>
      ))}
    </span>
  );
}

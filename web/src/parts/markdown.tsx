import type { ComponentChildren } from 'preact';

/** The little Markdown that detectors write about themselves in, as elements; never as HTML. */
export function Markdown({ text }: { readonly text: string }) {
  return <div class="markdown">{blocksOf(text).map(block)}</div>;
}

function blocksOf(text: string): readonly string[] {
  return text
    .split(/\n{2,}|(?<=^#[^\n]*)\n/m)
    .map((each) => each.trimEnd())
    .filter((each) => each.trim() !== '');
}

function block(text: string, key: number) {
  const heading = /^#{1,6} (.*)$/.exec(text);
  if (heading !== null) return <h3 key={key}>{inline(heading[1] ?? '')}</h3>;
  const item = /^\s*(?:[-*]|\d+\.) /;
  if (item.test(text)) {
    const items = text.split(/\n(?=\s*(?:[-*]|\d+\.) )/);
    return (
      <ul key={key}>
        {items.map((each) => (
          <li key={each}>{inline(each.replace(item, ''))}</li>
        ))}
      </ul>
    );
  }
  return <p key={key}>{inline(text)}</p>;
}

function inline(text: string): ComponentChildren[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\b_[^_]+_\b)/).map((part) => {
    if (part.startsWith('`')) return <code key={part}>{part.slice(1, -1)}</code>;
    if (part.startsWith('**')) return <b key={part}>{part.slice(2, -2)}</b>;
    if (/^_[^_]+_$/.test(part)) return <em key={part}>{part.slice(1, -1)}</em>;
    return part;
  });
}

/** A severity: the word, and a colour that says the same. */
export function Severity({ of }: { readonly of: string }) {
  return <span class={`severity ${of}`}>{of}</span>;
}

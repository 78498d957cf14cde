/** What of the end of a path is shown in any case: it tells the files of AWS apart. */
const tail = 30;

/** A path on one line: where it is too long, its middle is left out. */
export function FileName({ path }: { readonly path: string }) {
  const at = Math.max(0, path.length - tail);
  return (
    <span class="path" title={path}>
      <span>{path.slice(0, at)}</span>
      <span>{path.slice(at)}</span>
    </span>
  );
}

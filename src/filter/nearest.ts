/** The words that somebody who wrote `word` may have meant: equal up to a few letters, or beginning with it. */
export function nearest(word: string, words: readonly string[]): string[] {
  const written = word.toLowerCase();
  const rated = words
    .map((known) => ({ known, distance: distanceOf(written, known.toLowerCase()) }))
    .filter(
      ({ known, distance }) =>
        distance <= Math.max(1, Math.floor(written.length / 3)) ||
        (written.length >= 2 && known.toLowerCase().startsWith(written)),
    )
    .sort((a, b) => a.distance - b.distance || (a.known < b.known ? -1 : 1));
  return rated.slice(0, 3).map(({ known }) => known);
}

/** Letters to insert, remove, replace, or swap with their neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const above = rows[i - 1] ?? [];
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

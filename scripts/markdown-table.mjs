/** A Markdown table with columns of even width, as the formatter leaves it. */
export function markdownTable(head, rows) {
  const texts = [head, ...rows].map((row) => row.map((cell) => String(cell).replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...texts.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [titles, ...body] = texts;
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

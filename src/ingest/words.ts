/** What stands between the fields of a line: any white space, a comma, or a tab where the header has tabs. */
export type Delimiter = 'blank' | 'comma' | 'tab';

/** White space is ASCII: what a line holds besides is text of a field, as the engine has it too. */
export function isBlank(line: string): boolean {
  return /^[ \t\r\f\n]*$/.test(line);
}

/** The words of a header or of a record in a sample. Reading itself splits lines in the engine. */
export function wordsOf(line: string, delimiter: Delimiter): string[] {
  if (delimiter === 'blank') return line.split(/[ \t\r\f\n]+/).filter((word) => word !== '');
  return line.split(delimiter === 'comma' ? ',' : '\t').map((word) => unquoted(word.trim()));
}

function unquoted(word: string): string {
  return word.length >= 2 && word.startsWith('"') && word.endsWith('"') ? word.slice(1, -1) : word;
}

import { wrapText } from './fit.ts';
import { type Page, pictureWidth } from './page.ts';

/** What of a chain of steps is shown. */
export interface StepsText {
  readonly chain: string;
  readonly about: string;
  readonly from: readonly string[];
  readonly steps: readonly {
    readonly name: string;
    readonly about: string;
    readonly reads: readonly string[];
    readonly isKept: boolean;
    readonly sql: string;
  }[];
  readonly asked: readonly { readonly name: string; readonly sql: string }[];
}

/** Chains with their steps: name, whether it is kept, what it is, what it reads, and its SQL where that is asked for. */
export function stepsLines(chains: readonly StepsText[], showSql: boolean, page: Page): string[] {
  return chains.flatMap((chain, index) => [
    ...(index === 0 ? [] : ['']),
    ...chainLines(chain, showSql, page),
  ]);
}

function chainLines({ chain, about, from, steps, asked }: StepsText, showSql: boolean, page: Page): string[] {
  const { bold, dim } = page.colors;
  const width = Math.min(page.width ?? 100, pictureWidth(page));
  const sqlOf = (text: string) => (showSql ? ['', ...text.split('\n').map((line) => `    ${line}`), ''] : []);
  return [
    bold(chain),
    ...wrapText(about, width),
    ...(from.length === 0 ? [] : wrapText(`From ${from.join(', ')}.`, width).map((line) => dim(line))),
    ...steps.flatMap(({ name, about: what, reads, isKept, sql }) => [
      `  ${bold(name)}${isKept ? ', kept' : ''}`,
      ...wrapText(what, width, '      '),
      ...(reads.length === 0
        ? []
        : wrapText(`reads ${reads.join(', ')}`, width, '      ').map((line) => dim(line))),
      ...sqlOf(sql),
    ]),
    ...asked.flatMap(({ name, sql }) => [`  asked: ${name}`, ...sqlOf(sql)]),
  ];
}

import * as v from 'valibot';
import { isMap, isNode, LineCounter, parseDocument, stringify } from 'yaml';
import { parseCidr } from '../addresses/cidr.ts';
import { HuntError } from '../errors.ts';
import { merged } from './book.ts';
import { emptyBook, type MarkBook, verdicts } from './mark.ts';
import { cidrText, parseTarget, targetText } from './target.ts';

const head = `# Marks: what hunters said of peers. "northsouth mark" and "unmark" write this file; "northsouth marks export" makes
# a copy for another workspace. Notes belong into "note": other comments are lost when the file is written again.
#
#   target    an address, a network, an AS number such as AS15169, or the name of a network or provider
#   port      the service port, where only that is meant
#   local     an address or network of your own, where only its traffic is meant
#   verdict   benign, suspicious or malicious
#   seen      what the traffic was like then: if it changes its character, a benign mark says so and lowers no more
#
# "removed" lists marks that were taken back, so that an older copy does not bring them back.
`;

const longest = 1000;
const text = (what: string) =>
  v.pipe(
    v.string(`expected ${what}`),
    v.nonEmpty(`expected ${what}`),
    v.maxLength(longest, `${what} is longer than ${longest} characters`),
  );
const time = v.pipe(
  text('a time such as 2026-11-24T07:35:00Z'),
  v.check((at) => !Number.isNaN(Date.parse(at)), 'expected a time such as 2026-11-24T07:35:00Z'),
  v.transform((at) => new Date(at).toISOString().replace('.000Z', 'Z')),
);
const understood = (read: (given: string) => string, what: string) =>
  v.pipe(
    v.union([text(what), v.number()], `expected ${what}`),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return read(String(dataset.value));
      } catch (error) {
        addIssue({ message: (error as Error).message });
        return NEVER;
      }
    }),
  );
const count = v.pipe(v.number('expected a number'), v.minValue(0, 'expected no negative number'));
const words = v.pipe(v.array(text('a word')), v.maxLength(longest, 'too many values'));

const subject = {
  target: understood((given) => targetText(parseTarget(given)), 'a target'),
  port: v.nullish(
    v.pipe(v.number('expected a port'), v.integer('expected a port'), v.minValue(0), v.maxValue(65_535)),
    null,
  ),
  local: v.nullish(
    understood((given) => cidrText(parseCidr(given)), 'an address or network'),
    null,
  ),
};
const said = { by: text('who said it'), at: time };
const seen = v.strictObject({
  from: v.nullable(time),
  to: v.nullable(time),
  ports: v.nullable(words),
  directions: words,
  locals: count,
  bytesPerDay: count,
  flowsPerDay: count,
  findings: words,
});
const bookShape = v.strictObject({
  marks: v.nullish(
    v.array(
      v.strictObject({
        ...subject,
        verdict: v.picklist(verdicts, `expected ${verdicts.join(', ')}`),
        note: v.nullish(text('a note'), null),
        ...said,
        seen: v.nullish(seen, null),
      }),
      'expected a list of marks',
    ),
    [],
  ),
  removed: v.nullish(v.array(v.strictObject({ ...subject, ...said }), 'expected a list'), []),
});

/** The marks of a file; a HuntError names file, line and key of the first mistake. */
export function parseMarks(yaml: string, fileName: string): MarkBook {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false });
  const fail = (offset: number, message: string) =>
    new HuntError('config.invalid', `${fileName}, line ${lines.linePos(offset).line}: ${message}.`, {
      hint: 'Mend that line and run the command again.',
    });
  const [error] = document.errors;
  if (error !== undefined) throw fail(error.pos[0], error.message);
  if (document.contents === null) return emptyBook;
  if (!isMap(document.contents)) throw fail(0, 'expected "marks:" and a list of marks');
  const parsed = v.safeParse(bookShape, plain(document, fail));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const path = (issue.path ?? []).map(({ key }) => key as string | number);
    const isUnknown = issue.type === 'strict_object' && issue.expected === 'never';
    const what = isUnknown
      ? 'no key that is known here'
      : issue.type === 'strict_object' && issue.received === 'undefined'
        ? 'the key is missing'
        : issue.message;
    throw fail(offsetOf(document, path), `${path.join('.')}: ${what}`);
  }
  const { marks, removed } = parsed.output as MarkBook;
  // What was said twice of one subject counts as it was said last.
  return merged(emptyBook, { marks: marks ?? [], removed: removed ?? [] }).book;
}

function plain(
  document: ReturnType<typeof parseDocument>,
  fail: (offset: number, message: string) => HuntError,
): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw fail(0, (error as Error).message);
  }
}

function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

/** The book as YAML that people review: one order, no values that say nothing. */
export function marksAsYaml({ marks, removed }: MarkBook): string {
  const body = {
    marks: marks.map(({ seen, ...mark }) => ({ ...stated(mark), ...(seen === null ? {} : { seen }) })),
    ...(removed.length === 0 ? {} : { removed: removed.map(stated) }),
  };
  return `${head}\n${stringify(body, { lineWidth: 0, flowCollectionPadding: false })}`;
}

function stated<One extends object>(one: One): Partial<One> {
  return Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null)) as Partial<One>;
}

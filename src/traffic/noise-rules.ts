import * as v from 'valibot';
import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { parseCidr } from '../addresses/cidr.ts';
import { HuntError } from '../errors.ts';

/** A whole number or bounds on one, both inclusive; null is no bound. */
export interface Range {
  readonly from: number | null;
  readonly to: number | null;
}

/** Conditions that must all hold; each lists alternatives. */
export interface NoiseMatch {
  readonly src?: readonly string[];
  readonly dst?: readonly string[];
  readonly peer?: readonly string[];
  readonly local?: readonly string[];
  readonly address?: readonly string[];
  readonly 'src-port'?: readonly Range[];
  readonly 'dst-port'?: readonly Range[];
  readonly port?: readonly Range[];
  readonly protocol?: readonly Range[];
  readonly packets?: readonly Range[];
  readonly bytes?: readonly Range[];
}

/** Benign traffic by a name, with the reason why it is taken to be benign. */
export interface NoiseRule {
  readonly name: string;
  readonly on: boolean;
  readonly reason: string;
  readonly match: NoiseMatch;
}

const protocolNumbers: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  icmpv6: 58,
};

const oneOrMore = <Output>(item: v.GenericSchema<unknown, Output>) =>
  v.pipe(
    v.unknown(),
    v.transform((value) => (Array.isArray(value) ? value : [value])),
    v.array(item),
    v.minLength(1, 'expected at least one value'),
  );

const cidr = v.pipe(
  v.string('expected an address or a range such as 10.0.0.0/8'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      parseCidr(dataset.value);
    } catch (error) {
      addIssue({ message: (error as Error).message });
    }
  }),
);

const rangeHint = 'expected a whole number, a range "40-60", "<1024", "<=60", ">1024" or ">=32768"';
const range = v.pipe(
  v.union([v.number(), v.string()], rangeHint),
  v.rawTransform(({ dataset, addIssue, NEVER }): Range => {
    const parsed = rangeOf(String(dataset.value));
    if (parsed !== undefined) return parsed;
    addIssue({ message: rangeHint });
    return NEVER;
  }),
);

const protocol = v.pipe(
  v.union([v.number(), v.string()], 'expected tcp, udp, icmp, icmpv6 or a number'),
  v.rawTransform(({ dataset, addIssue, NEVER }): Range => {
    const number = protocolNumbers[String(dataset.value).toLowerCase()] ?? Number(dataset.value);
    if (Number.isInteger(number) && number >= 0 && number <= 255) return { from: number, to: number };
    addIssue({ message: 'expected tcp, udp, icmp, icmpv6 or a number from 0 to 255' });
    return NEVER;
  }),
);

const ruleSchema = v.strictObject({
  name: v.pipe(
    v.string('expected a name'),
    v.regex(/^[a-z0-9][a-z0-9._-]*$/i, 'expected letters, digits, ".", "_" or "-"'),
  ),
  on: v.boolean('expected true or false'),
  reason: v.pipe(
    v.string('expected a sentence that says why'),
    v.minLength(1, 'expected a sentence that says why'),
  ),
  match: v.pipe(
    v.strictObject({
      src: v.optional(oneOrMore(cidr)),
      dst: v.optional(oneOrMore(cidr)),
      peer: v.optional(oneOrMore(cidr)),
      local: v.optional(oneOrMore(cidr)),
      address: v.optional(oneOrMore(cidr)),
      'src-port': v.optional(oneOrMore(range)),
      'dst-port': v.optional(oneOrMore(range)),
      port: v.optional(oneOrMore(range)),
      protocol: v.optional(oneOrMore(protocol)),
      packets: v.optional(oneOrMore(range)),
      bytes: v.optional(oneOrMore(range)),
    }),
    v.check(
      (match) => Object.keys(match).length > 0,
      'expected at least one condition: a rule without any would hide everything',
    ),
  ),
});

const fileSchema = v.strictObject({ rules: v.nullish(v.array(ruleSchema, 'expected a list of rules'), []) });

/** The rules of a noise file; a HuntError names file, line, rule and key of the first mistake. */
export function parseNoiseRules(yaml: string, fileName: string): NoiseRule[] {
  const { document, fail } = read(yaml, fileName);
  if (document.contents === null) return [];
  const parsed = v.safeParse(fileSchema, document.toJS());
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const path = (issue.path ?? []).map(({ key }) => key as string | number);
    throw fail(
      path,
      issue.type === 'strict_object'
        ? `'${String(path.at(-1))}' is no key that is known here`
        : issue.message,
    );
  }
  const rules = parsed.output.rules as NoiseRule[];
  rules.forEach(({ name }, index) => {
    if (rules.findIndex((rule) => rule.name.toLowerCase() === name.toLowerCase()) < index) {
      throw fail(['rules', index, 'name'], `the name ${name} is taken by a rule above`);
    }
  });
  return rules;
}

/** The file with one rule switched and everything else, comments included, as it was. Undefined: no such rule. */
export function switchNoiseRule(
  yaml: string,
  fileName: string,
  name: string,
  on: boolean,
): string | undefined {
  const index = parseNoiseRules(yaml, fileName).findIndex(
    (rule) => rule.name.toLowerCase() === name.toLowerCase(),
  );
  if (index < 0) return undefined;
  const { document } = read(yaml, fileName);
  // Not document.toString(): it keeps comments, but changes spaces and line breaks.
  const node = document.getIn(['rules', index, 'on'], true);
  const [start, end] = (isNode(node) && node.range) || [0, 0];
  return yaml.slice(0, start) + String(on) + yaml.slice(end);
}

function read(yaml: string, fileName: string) {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `${fileName}, line ${lines.linePos(offset).line}`;
  const fail = (path: readonly (string | number)[], message: string) => {
    let node = document.contents as unknown;
    let offset = 0;
    for (let depth = path.length; depth >= 0; depth--) {
      node = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range != null) {
        offset = node.range[0];
        break;
      }
    }
    const rule =
      path[0] === 'rules' && typeof path[1] === 'number'
        ? document.getIn(['rules', path[1], 'name'])
        : undefined;
    const where = [
      typeof rule === 'string' ? `rule ${rule}` : undefined,
      path.slice(2).join('.') || undefined,
    ].filter(Boolean);
    return new HuntError('config.invalid', `${at(offset)}: ${[...where, message].join(': ')}.`, {
      hint: 'Mend the file, or delete it to get the default rules back.',
    });
  };
  const [error] = document.errors;
  if (error !== undefined) throw new HuntError('config.invalid', `${at(error.pos[0])}: ${error.message}`);
  if (document.contents !== null && !isMap(document.contents))
    throw fail([], 'expected "rules:" and a list of rules');
  return { document, fail };
}

function rangeOf(text: string): Range | undefined {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return { from: Number(trimmed), to: Number(trimmed) };
  const between = /^(\d+)\s*-\s*(\d+)$/.exec(trimmed);
  if (between !== null) {
    const [from, to] = [Number(between[1]), Number(between[2])];
    return from <= to ? { from, to } : undefined;
  }
  const bound = /^(<=|>=|<|>)\s*(\d+)$/.exec(trimmed);
  if (bound === null) return undefined;
  const number = Number(bound[2]);
  switch (bound[1]) {
    case '<':
      return { from: null, to: number - 1 };
    case '<=':
      return { from: null, to: number };
    case '>':
      return { from: number + 1, to: null };
    default:
      return { from: number, to: null };
  }
}

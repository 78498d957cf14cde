// The ways in which a line of a flow log gets damaged, as values that fast-check can shrink.
import fc from 'fast-check';

export interface Mutation {
  readonly kind:
    | 'cut'
    | 'extra-field'
    | 'junk-bytes'
    | 'nul'
    | 'invalid-utf8'
    | 'carriage-return'
    | 'blank-line'
    | 'long-line'
    | 'bom-inside'
    | 'repeated-header'
    | 'other-header'
    | 'bad-number'
    | 'bad-address'
    | 'bad-word';
  /** Where, taken modulo the line's length or number of fields. */
  readonly at: number;
  /** What, taken modulo the list of the kind. */
  readonly which: number;
  readonly junk: Uint8Array;
}

export const mutations: readonly Mutation['kind'][] = [
  ...(['cut', 'extra-field', 'junk-bytes', 'nul', 'invalid-utf8', 'carriage-return', 'blank-line'] as const),
  ...(['long-line', 'bom-inside', 'repeated-header', 'other-header'] as const),
  ...(['bad-number', 'bad-address', 'bad-word'] as const),
];

export function mutation(only: readonly Mutation['kind'][] = mutations): fc.Arbitrary<Mutation> {
  return fc.record({
    kind: fc.constantFrom(...only),
    at: fc.nat(),
    which: fc.nat(),
    junk: fc.uint8Array({ minLength: 1, maxLength: 6 }),
  });
}

/** Numbers that are wrong for some field or for all, and the largest that are right. */
const oddNumbers =
  '1.0 1.5 1. .5 1e3 1E3 +1 -1 -0 00 01 0x10 1_000 1,000 １ 65535 65536 255 256 2147483647 2147483648 9223372036854775807 9223372036854775808 99999999999999999999 99999999999 100000000000 NaN Infinity null true'.split(
    ' ',
  );

const oddAddresses =
  '1.2.3 1.2.3.4.5 256.1.1.1 01.2.3.4 1.2.3.04 1.2.3.4/32 1.2..4 .1.2.3.4 0x1.2.3.4 16909060 ::1%eth0 1::2::3 ::: : 12345:: g:: 1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 1:2:3:4:5:6:7::8 1:2:3:4::5:6:7:8 ::1.2.3 ::1.2.3.04 1.2.3.4:: ::/0 localhost [::1] -'.split(
    ' ',
  );

const oddWords = 'accept Reject DROP ok Ok nodata - OKOK ACCEPTED'.split(' ');
const badUtf8 = [[0xff], [0xc3, 0x28], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xc0, 0xaf]];
const blanks = ['', ' ', '\t', '\r', ' \r'];
const lengths = [5_000, 70_000, 400_000];
const otherHeaders = [
  'version account-id srcaddr dstaddr log-status',
  'srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status version account-id interface-id',
];

/** The line or lines that a mutation makes of one; `header` is the file's own. */
export function mutate(line: Buffer, header: string, { kind, at, which, junk }: Mutation): Buffer[] {
  const pick = <T>(list: readonly T[]): T => list[which % list.length] as T;
  switch (kind) {
    case 'cut':
      return [line.subarray(0, at % (line.length + 1))];
    case 'extra-field':
      return [Buffer.concat([line, Buffer.from(' extra')])];
    case 'junk-bytes':
      return [insert(line, at, junk)];
    case 'nul':
      return [insert(line, at, Buffer.of(0))];
    case 'invalid-utf8':
      return [insert(line, at, Buffer.from(pick(badUtf8)))];
    case 'carriage-return':
      return [insert(line, at, Buffer.from('\r'))];
    case 'blank-line':
      return [Buffer.from(pick(blanks)), line];
    case 'long-line':
      return [insert(line, at, Buffer.alloc(pick(lengths), 'x'))];
    case 'bom-inside':
      return [Buffer.concat([Buffer.from('\ufeff'), line])];
    case 'repeated-header':
      return [Buffer.from(header), line];
    case 'other-header':
      return [Buffer.from(pick(otherHeaders)), line];
    case 'bad-number':
      return [
        replace(
          line,
          header,
          at,
          /^(version|srcport|dstport|protocol|packets|bytes|start|end)$/,
          pick(oddNumbers),
        ),
      ];
    case 'bad-address':
      return [replace(line, header, at, /^(srcaddr|dstaddr)$/, pick(oddAddresses))];
    case 'bad-word':
      return [replace(line, header, at, /^(action|log[-_]status)$/, pick(oddWords))];
  }
}

function insert(line: Buffer, at: number, bytes: Uint8Array): Buffer {
  const position = at % (line.length + 1);
  return Buffer.concat([line.subarray(0, position), bytes, line.subarray(position)]);
}

/** Puts the text in the place of one of the fields whose names match, if the file has any. */
function replace(line: Buffer, header: string, at: number, names: RegExp, text: string): Buffer {
  const places = header.split(/[ \t]+/).flatMap((name, index) => (names.test(name) ? [index] : []));
  const place = places[at % places.length];
  // Latin-1 keeps every byte, whatever an earlier mutation has done.
  const tokens = line.toString('latin1').split(/[ \t]+/);
  if (place === undefined || place >= tokens.length) return line;
  tokens[place] = Buffer.from(text).toString('latin1');
  return Buffer.from(tokens.join(' '), 'latin1');
}

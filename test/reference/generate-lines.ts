// Flow log files for property tests: well-formed, damaged, and byte soup; by fast-check or by seed.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type Mutation, mutate, mutation } from './mutate-lines.ts';

/** A file before it is written; `lines` are bytes because damaged ones are no text. */
export interface FlowLogFile {
  /** Relative, without ending; may name folders. */
  readonly name: string;
  readonly gzip: boolean;
  readonly bom: boolean;
  readonly eol: '\n' | '\r\n';
  /** The last line ends with `eol` too. */
  readonly lastEol: boolean;
  /** Absent: the file has no header. */
  readonly header?: string;
  readonly lines: readonly Buffer[];
}

export interface FileOptions {
  /** Most files at once; default 4. */
  readonly files?: number;
  /** Fewest and most records; default 0 to 60. */
  readonly records?: readonly [number, number];
  /**
   * `any` (default): any subset of fields in any order and spelling.
   * `default`: the v2 fields in AWS's order, one space, LF, as the notebook needs it.
   */
  readonly layout?: 'any' | 'default';
  /** `plain`: only addresses on which every Python's `is_private` and the registries agree. */
  readonly addresses?: 'boundaries' | 'plain';
  /** The same record in several files or twice in one; default true. */
  readonly copies?: boolean;
}

type Values = Readonly<Record<string, string>>;

interface Layout {
  readonly fields: readonly string[];
  readonly underscores: boolean;
  readonly separator: string;
  readonly milliseconds: boolean;
}

const defaultFields: readonly string[] =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );

/** Fields of later versions, and one that no version knows. */
const moreFields: readonly string[] =
  'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id flow-direction traffic-path ecs-cluster-name reject-reason resource-id interface-type field-of-tomorrow'.split(
    ' ',
  );

const internet = ['8.8.8.8', '1.1.1.1', '93.184.216.34', '18.209.201.180', '2606:4700::1111', '2a00:1450::1'];
const local = ['10.0.0.4', '10.0.1.4', '172.31.17.14', '192.168.1.107', 'fd00::1', 'fe80::c84:8e54:1f99:fa3'];

/** First and last of special-purpose ranges, and their neighbours outside. */
export const boundaryAddresses: readonly string[] =
  `0.0.0.0 0.255.255.255 1.0.0.0 9.255.255.255 10.0.0.0 10.255.255.255 11.0.0.0 100.63.255.255 100.64.0.0
  100.127.255.255 100.128.0.0 126.255.255.255 127.0.0.0 127.255.255.255 128.0.0.0 169.253.255.255 169.254.0.0
  169.254.255.255 169.255.0.0 172.15.255.255 172.16.0.0 172.31.255.255 172.32.0.0 191.255.255.255 192.0.0.0
  192.0.0.8 192.0.0.9 192.0.0.10 192.0.0.11 192.0.0.255 192.0.1.0 192.0.1.255 192.0.2.0 192.0.2.255 192.0.3.0
  192.167.255.255 192.168.0.0 192.168.255.255 192.169.0.0 198.17.255.255 198.18.0.0 198.19.255.255 198.20.0.0
  198.51.99.255 198.51.100.0 198.51.100.255 198.51.101.0 203.0.112.255 203.0.113.0 203.0.113.255 203.0.114.0
  223.255.255.255 224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.254 255.255.255.255
  :: ::1 64:ff9b:1:: 64:ff9b:1:ffff:ffff:ffff:ffff:ffff 100:: 100::ffff:ffff:ffff:ffff
  2001:2:: 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff 2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 2001:db9::
  2001:200:: 3fff:: 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff 3fff:1000:: fc00::
  fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fe80:: febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff ff00:: ff02::16
  ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff`
    .split(/\s+/)
    .filter((text) => text !== '');

/** Where registry, Python and common sense part: in no generator, each a decision to take and to pin. */
export const disputedAddresses: readonly string[] =
  '192.88.99.1 ::ffff:8.8.8.8 ::ffff:10.0.0.1 ::8.8.8.8 64:ff9b::808:808 64:ff9b:2:: 100:0:0:2:: 2001::1 2001:10::1 2001:20::1 2002:808:808::1 4000::1 5f00::1 fec0::1'.split(
    ' ',
  );

function address(options: FileOptions): fc.Arbitrary<string> {
  const usual = { weight: 5, arbitrary: fc.constantFrom(...internet) };
  const own = { weight: 5, arbitrary: fc.constantFrom(...local) };
  const anyIPv4 = {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 11, max: 95 }), fc.nat(255), fc.nat(255), fc.nat(255))
      .map((p) => p.join('.')),
  };
  if (options.addresses === 'plain') return fc.oneof(usual, own, anyIPv4);
  return fc.oneof(usual, own, anyIPv4, { weight: 4, arbitrary: fc.constantFrom(...boundaryAddresses) });
}

const count = fc.oneof(
  { weight: 6, arbitrary: fc.nat(100_000).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('0', '2147483648', '9007199254740993', '9223372036854775807') },
);
const smallCount = fc.nat(100_000).map(String);
const port = fc.oneof(
  fc.constantFrom('22', '53', '80', '123', '443', '3389', '0', '65535'),
  fc.nat(65535).map(String),
);

/** What a record may be besides ordinary traffic: fields that take the place of its own. */
const kinds: readonly { weight: number; only?: 'any'; values: Values }[] = [
  { weight: 10, values: {} },
  { weight: 2, values: { action: 'REJECT' } },
  { weight: 2, values: { dstport: '123', protocol: '17', packets: '1', bytes: '76' } },
  { weight: 1, values: { dstport: '123', protocol: '17', packets: '2', bytes: '76' } },
  { weight: 1, values: { dstport: '123', protocol: '17', packets: '1', bytes: '77' } },
  { weight: 1, values: { dstport: '123', protocol: '6', packets: '1', bytes: '76' } },
  { weight: 1, values: { srcport: '0', dstport: '0', protocol: '1' } },
  { weight: 1, only: 'any', values: { srcport: '0', dstport: '0', protocol: '58' } },
  { weight: 1, only: 'any', values: { action: 'REJECT', bytes: '-' } },
  { weight: 1, only: 'any', values: { type: 'EFA', srcport: '-', dstport: '-' } },
  { weight: 1, only: 'any', values: { start: '-', end: '-' } },
  { weight: 1, only: 'any', values: { version: '-', 'account-id': '-', 'interface-id': '-' } },
];

const nothing: Values = Object.fromEntries(
  'srcaddr dstaddr srcport dstport protocol packets bytes action'.split(' ').map((name) => [name, '-']),
);

/** The values of one record, by AWS's names, in seconds. */
function record(options: FileOptions): fc.Arbitrary<Values> {
  const any = options.layout !== 'default';
  const number = any ? count : smallCount;
  const base = fc.record({
    version: any ? fc.constantFrom('2', '3', '5', '8') : fc.constant('2'),
    'account-id': fc.constantFrom('123456789010', '381492071743', 'unknown'),
    'interface-id': fc.constantFrom('eni-0ef83208bb21095f9', 'eni-1235b8ca123456789', 'eni-0a'),
    srcaddr: address(options),
    dstaddr: address(options),
    srcport: port,
    dstport: port,
    protocol: fc.oneof(fc.constantFrom('6', '17'), fc.nat(255).map(String)),
    packets: fc.oneof(fc.constantFrom('1', '2'), number),
    bytes: fc.oneof(fc.constantFrom('40', '76'), number),
    start: fc.integer({ min: 1_780_000_000, max: 1_780_003_600 }).map(String),
    end: fc.integer({ min: 1_780_003_600, max: 1_780_003_660 }).map(String),
    action: fc.constant('ACCEPT'),
    'log-status': fc.constant('OK'),
    type: fc.constantFrom('IPv4', 'IPv6', '-'),
    'tcp-flags': fc.constantFrom('0', '2', '3', '19', '-'),
    'traffic-path': fc.constantFrom('1', '8', '-'),
    'flow-direction': fc.constantFrom('ingress', 'egress', '-'),
    'field-of-tomorrow': fc.constantFrom('later', '-'),
  });
  const chosen = kinds.filter((kind) => any || kind.only === undefined);
  const kind = fc.oneof(
    ...chosen.map(({ weight, values }) => ({ weight, arbitrary: fc.constant(values) })),
    { weight: 1, arbitrary: fc.constant<Values>({ ...nothing, 'log-status': 'NODATA' }) },
    { weight: 1, arbitrary: fc.constant<Values>({ ...nothing, 'log-status': 'SKIPDATA' }) },
  );
  return fc.tuple(base, kind).map(([values, special]) => ({ ...values, ...special }));
}

/** Addresses are always among the fields: an OK record without them is none. */
function layout(options: FileOptions): fc.Arbitrary<Layout> {
  if (options.layout === 'default') {
    return fc.constant({ fields: defaultFields, underscores: false, separator: ' ', milliseconds: false });
  }
  const must = ['srcaddr', 'dstaddr'];
  const others = [...defaultFields, ...moreFields].filter((name) => !must.includes(name));
  return fc.record({
    fields: fc.oneof(
      fc.constant(defaultFields),
      fc.shuffledSubarray([...defaultFields], { minLength: defaultFields.length }),
      fc
        .subarray(others)
        .chain((some) => fc.shuffledSubarray([...must, ...some], { minLength: some.length + must.length })),
    ),
    underscores: fc.boolean(),
    separator: fc.oneof({ weight: 6, arbitrary: fc.constant(' ') }, fc.constantFrom('  ', '\t', ' \t ')),
    milliseconds: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
  });
}

function headerLine({ fields, underscores, separator }: Layout): string {
  return fields.map((name) => (underscores ? name.replaceAll('-', '_') : name)).join(separator);
}

function recordLine(values: Values, { fields, separator, milliseconds }: Layout): Buffer {
  const texts = fields.map((name) => {
    const value = values[name] ?? '-';
    if (!milliseconds || value === '-') return value;
    return name === 'start' ? `${value}000` : name === 'end' ? `${value}999` : value;
  });
  return Buffer.from(texts.join(separator));
}

/** Well-formed files, with headers. */
export function flowLogFiles(options: FileOptions = {}): fc.Arbitrary<readonly FlowLogFile[]> {
  const most = options.files ?? 4;
  const [minLength, maxLength] = options.records ?? [0, 60];
  const plain = options.layout === 'default';
  const file = fc.record({
    layout: layout(options),
    gzip: fc.boolean(),
    bom: plain ? fc.constant(false) : fc.boolean(),
    eol: fc.constantFrom(...(plain ? (['\n'] as const) : (['\n', '\r\n'] as const))),
    lastEol: fc.boolean(),
  });
  const homes =
    options.copies === false
      ? fc.array(fc.nat(most), { minLength: 1, maxLength: 1 })
      : fc.oneof(
          { weight: 5, arbitrary: fc.array(fc.nat(most), { minLength: 1, maxLength: 1 }) },
          { weight: 1, arbitrary: fc.array(fc.nat(most), { minLength: 2, maxLength: 3 }) },
        );
  return fc
    .record({
      files: fc.array(file, { minLength: 1, maxLength: most }),
      records: fc.array(fc.tuple(record(options), homes), { minLength, maxLength, size: 'max' }),
    })
    .map(({ files, records }) => {
      const lines: Buffer[][] = files.map(() => []);
      for (const [values, places] of records) {
        for (const place of places) {
          const index = place % files.length;
          const shape = files[index];
          if (shape !== undefined) lines[index]?.push(recordLine(values, shape.layout));
        }
      }
      return files.map(({ layout: shape, ...rest }, index) => ({
        ...rest,
        name: `part-${index}`,
        header: headerLine(shape),
        lines: lines[index] ?? [],
      }));
    });
}

/** Default v2 files without header, as CloudWatch delivers them; at least one record each. */
export function headerlessFiles(
  options: Omit<FileOptions, 'layout'> = {},
): fc.Arbitrary<readonly FlowLogFile[]> {
  return flowLogFiles({ records: [1, 30], ...options, layout: 'default' }).map((files) =>
    files.filter((file) => file.lines.length > 0).map(({ header: _, ...rest }) => rest),
  );
}

/** Files with a header whose body is damaged in the ways of `mutations`, or in the given ways only. */
export function damagedFiles(
  options: FileOptions & { readonly only?: readonly Mutation['kind'][] } = {},
): fc.Arbitrary<readonly FlowLogFile[]> {
  const damage = fc.record({ file: fc.nat(), line: fc.nat(), mutation: mutation(options.only) });
  return fc
    .tuple(flowLogFiles(options), fc.array(damage, { minLength: 1, maxLength: 12 }))
    .map(([files, damages]) => {
      const bodies: Buffer[][][] = files.map((file) => file.lines.map((line) => [line]));
      for (const { file, line, mutation: change } of damages) {
        const index = file % files.length;
        const body = bodies[index];
        const header = files[index]?.header;
        if (body === undefined || header === undefined || body.length === 0) continue;
        const at = line % body.length;
        body[at] = (body[at] ?? []).flatMap((bytes) => mutate(bytes, header, change));
      }
      return files.map((file, index) => ({ ...file, lines: (bodies[index] ?? []).flat() }));
    });
}

const crumbs: readonly (string | Buffer)[] = [
  ...[
    'version',
    'srcaddr',
    'dstaddr',
    'log-status',
    'account_id',
    'action',
    '2',
    '6',
    '0',
    '-',
    '-1',
    '1.5',
    '1e3',
  ],
  ...[
    'OK',
    'NODATA',
    'ACCEPT',
    '10.0.0.1',
    '8.8.8.8',
    '::1',
    'ü',
    '"',
    "'",
    ',',
    '\\',
    '{',
    '\0',
    '\u2028',
    '\u00a0',
  ],
  ...[' ', ' ', ' ', '  ', '\t', '\n', '\n', '\n', '\r\n', '\r', '\f', '\v', '\ufeff'],
  defaultFields.join(' '),
  '\n2 123456789010 eni-0a 10.0.0.4 8.8.8.8 49152 443 6 1 40 1780000000 1780000060 ACCEPT OK\n',
  ...[[0xff], [0xc3, 0x28], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0x1f, 0x8b], [0x50, 0x41, 0x52, 0x31]].map(
    (bytes) => Buffer.from(bytes),
  ),
];

/** Bytes without any plan, and crumbs of flow logs in any order. */
export function byteSoup(): fc.Arbitrary<readonly FlowLogFile[]> {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array)),
    fc
      .array(fc.constantFrom(...crumbs), { maxLength: 80 })
      .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part as string)))),
  );
  const file = fc.record({ header: fc.boolean(), body: bytes, gzip: fc.boolean() });
  return fc.array(file, { minLength: 1, maxLength: 3 }).map((files) =>
    files.map(({ header, body, gzip }, index) => ({
      ...{ name: `soup-${index}`, gzip, bom: false, eol: '\n' as const, lastEol: false, lines: [body] },
      ...(header ? { header: defaultFields.join(' ') } : {}),
    })),
  );
}

/** As many sets of files in one, each in a folder of its own: what costs by the load and not by the file. */
export function several(
  files: fc.Arbitrary<readonly FlowLogFile[]>,
  sets: number,
): fc.Arbitrary<readonly FlowLogFile[]> {
  return fc
    .array(files, { minLength: sets, maxLength: sets })
    .map((all) =>
      all.flatMap((set, index) => set.map((file) => ({ ...file, name: `${index}/${file.name}` }))),
    );
}

/** The files that a seed stands for: the same always. For large or repeatable inputs outside a property. */
export function filesOfSeed(seed: number, options: FileOptions = {}): readonly FlowLogFile[] {
  const [files] = fc.sample(flowLogFiles(options), { seed, numRuns: 1 });
  if (files === undefined) throw new Error('the generator gave nothing');
  return files;
}

/** The same lines split into other files, in another order, packed the other way; by seed. */
export function rearranged(files: readonly FlowLogFile[], seed: number): readonly FlowLogFile[] {
  const pieces = files.flatMap((file) => {
    const parts = Math.min(1 + (seed % 3), Math.max(1, file.lines.length));
    return Array.from({ length: parts }, (_, part) => ({
      ...file,
      gzip: !file.gzip,
      lines: file.lines.filter((_line, index) => index % parts === part).reverse(),
    }));
  });
  const [shuffled = pieces] = fc.sample(fc.shuffledSubarray(pieces, { minLength: pieces.length }), {
    seed,
    numRuns: 1,
  });
  return shuffled.map((piece, index) => ({
    ...piece,
    name: `${index % 2 === 0 ? 'deep/er/' : ''}piece-${index}`,
  }));
}

/** The bytes of a file, before gzip. */
export function bytesOfFile({ bom, eol, lastEol, header, lines }: FlowLogFile): Buffer {
  const all = [...(header === undefined ? [] : [Buffer.from(header)]), ...lines];
  const end = Buffer.from(eol);
  const body = all.flatMap((line, index) => (index === all.length - 1 && !lastEol ? [line] : [line, end]));
  return Buffer.concat([...(bom ? [Buffer.from([0xef, 0xbb, 0xbf])] : []), ...body]);
}

/** Writes the files as NAME.log or NAME.log.gz and gives back the folder, by default a new temporary one. */
export function writeFiles(
  files: readonly FlowLogFile[],
  folder = mkdtempSync(join(tmpdir(), 'northsouth-reference-')),
): string {
  for (const file of files) {
    const path = join(folder, `${file.name}.log${file.gzip ? '.gz' : ''}`);
    mkdirSync(dirname(path), { recursive: true });
    const bytes = bytesOfFile(file);
    writeFileSync(path, file.gzip ? gzipSync(bytes) : bytes);
  }
  return folder;
}

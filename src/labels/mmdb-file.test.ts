import { expect, test } from 'vitest';
import { parseCidr } from '../addresses/cidr.ts';

// A MaxMind DB as https://maxmind.github.io/MaxMind-DB/ describes it, for the tests of what reads one.

type Value = string | number | { readonly [key: string]: Value };

/** The bytes of a database in which each block has its record; the narrower of two blocks comes later. */
export function mmdbFile(
  blocks: readonly (readonly [cidr: string, record: Value])[],
  options: { readonly recordSize: 24 | 28 | 32; readonly ipVersion: 4 | 6; readonly type?: string },
): Buffer {
  const { recordSize, ipVersion, type = 'Test-City' } = options;
  const data: Buffer[] = [];
  const offsets = new Map<string, number>();
  const nodes: [Child, Child][] = [[null, null]];
  const insert = (bits: string, child: Child): void => {
    let node = 0;
    for (const bit of bits.slice(0, -1)) node = descend(nodes, node, Number(bit) as 0 | 1);
    (nodes[node] as [Child, Child])[Number(bits.at(-1))] = child;
  };
  for (const [cidr, record] of blocks) {
    const key = JSON.stringify(record);
    if (!offsets.has(key)) {
      offsets.set(
        key,
        data.reduce((sum, { length }) => sum + length, 0),
      );
      data.push(encoded(record));
    }
    const { family, first, length } = parseCidr(cidr);
    const bits = first
      .toString(2)
      .padStart(family === 4 ? 32 : 128, '0')
      .slice(0, length);
    insert(family === 4 && ipVersion === 6 ? '0'.repeat(96) + bits : bits, { data: offsets.get(key) ?? 0 });
  }
  if (ipVersion === 6) {
    // ::ffff:0:0/96 and 2002::/16 lead to IPv4, as in the files of MaxMind.
    const v4 = [...'0'.repeat(96)].reduce((node) => descend(nodes, node, 0), 0);
    insert('0'.repeat(80) + '1'.repeat(16), v4);
    insert((0x2002).toString(2).padStart(16, '0'), v4);
  }
  const tree = Buffer.concat(
    nodes.map(([left, right]) => nodeBytes(recordOf(left), recordOf(right), recordSize)),
  );
  function recordOf(child: Child): number {
    if (child === null) return nodes.length;
    return typeof child === 'number' ? child : nodes.length + 16 + child.data;
  }
  const metadata = encoded({
    ...{ node_count: nodes.length, record_size: recordSize, ip_version: ipVersion, database_type: type },
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1_779_926_400 },
  });
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    ...data,
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    metadata,
  ]);
}

type Child = number | { readonly data: number } | null;

/** The node below; a leaf on the way is pushed down to both sides. */
function descend(nodes: [Child, Child][], node: number, side: 0 | 1): number {
  const child = (nodes[node] as [Child, Child])[side];
  if (typeof child === 'number') return child;
  nodes.push([child, child]);
  (nodes[node] as [Child, Child])[side] = nodes.length - 1;
  return nodes.length - 1;
}

function nodeBytes(left: number, right: number, recordSize: 24 | 28 | 32): Buffer {
  const bytes = Buffer.alloc(recordSize / 4);
  if (recordSize === 32) {
    bytes.writeUInt32BE(left, 0);
    bytes.writeUInt32BE(right, 4);
  } else {
    bytes.writeUIntBE(left & 0xffffff, 0, 3);
    bytes.writeUIntBE(right & 0xffffff, recordSize / 4 - 3, 3);
    if (recordSize === 28) bytes.writeUInt8(((left >>> 24) << 4) | (right >>> 24), 3);
  }
  return bytes;
}

function encoded(value: Value): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(2, text.length), text]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  const entries = Object.entries(value).flatMap(([key, inside]) => [encoded(key), encoded(inside)]);
  return Buffer.concat([control(7, Object.keys(value).length), ...entries]);
}

function control(type: number, size: number): Buffer {
  if (size < 29) return Buffer.from([(type << 5) | size]);
  return Buffer.from([(type << 5) | 29, size - 29]);
}

test('the file ends with its metadata', () => {
  const file = mmdbFile([['192.0.2.0/24', 'x']], { recordSize: 24, ipVersion: 4 });
  // 24 nodes lead to one block.
  expect(file.subarray(0, 24 * 6).length).toBe(144);
  expect(file.includes('MaxMind.com')).toBe(true);
});

/** A block of addresses of a MaxMind DB with the place of what it says. */
export interface Leaf {
  readonly first: bigint;
  /** Host bits of the block. */
  readonly bits: number;
  /** Equal for blocks that say the same. */
  readonly record: number;
}

interface Tree {
  readonly nodeCount: number;
  /** Bits of one of the two records of a node: 24, 28 or 32. */
  readonly recordSize: number;
  readonly ipVersion: number;
}

interface Place {
  readonly node: number;
  readonly first: bigint;
  /** Bits of the address that are not decided yet. */
  readonly bits: number;
}

/**
 * The blocks of a MaxMind DB (https://maxmind.github.io/MaxMind-DB/) that say something, those of IPv4 as numbers
 * below 2^32. The search tree lies at the start of the file. IPv4 is the branch of 96 zeros; other branches that
 * lead to the same node (6to4, ::ffff:0:0/96, Teredo) are aliases of it and are passed over.
 */
export function* leavesOf(file: Buffer, tree: Tree): Generator<Leaf> {
  const { nodeCount, ipVersion } = tree;
  const v4 = ipVersion === 6 ? ipv4Node(file, tree) : 0;
  const pending: Place[] = [{ node: 0, first: 0n, bits: ipVersion === 6 ? 128 : 32 }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { node, first, bits } = place;
    if (node > nodeCount) yield { first, bits, record: node };
    if (node >= nodeCount) continue;
    if (ipVersion === 6 && node === v4 && first !== 0n) continue;
    // A tree that is deeper than its addresses is broken; it may even lead in a circle.
    if (bits === 0) throw new RangeError('the search tree is deeper than an address is long');
    const half = 1n << BigInt(bits - 1);
    // The right one waits on the stack, so that blocks come in ascending order.
    pending.push({ node: recordOf(file, tree, node, 1), first: first + half, bits: bits - 1 });
    pending.push({ node: recordOf(file, tree, node, 0), first, bits: bits - 1 });
  }
}

function ipv4Node(file: Buffer, tree: Tree): number {
  let node = 0;
  for (let depth = 0; depth < 96 && node < tree.nodeCount; depth++) node = recordOf(file, tree, node, 0);
  return node;
}

/** The left (0) or right (1) record of a node. */
function recordOf(file: Buffer, { recordSize }: Tree, node: number, side: 0 | 1): number {
  const at = (node * recordSize) / 4;
  if (recordSize === 24) return file.readUIntBE(at + side * 3, 3);
  if (recordSize === 32) return file.readUInt32BE(at + side * 4);
  // 28 bits: the byte in the middle has the upper four bits of both.
  const middle = file.readUInt8(at + 3);
  return side === 0
    ? ((middle & 0xf0) << 20) | file.readUIntBE(at, 3)
    : ((middle & 0x0f) << 24) | file.readUIntBE(at + 4, 3);
}

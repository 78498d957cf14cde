import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { AddressNumber, Family } from '../addresses/address.ts';
import type { Block } from './blocks.ts';
import { type Registration, registrationShape } from './registration.ts';

const answerShape = v.object({ registration: registrationShape });
const failureShape = v.object({ reason: v.string(), at: v.string(), until: v.string() });

/** Why a registry gave no answer about an address, and until when it is not asked again. */
export type KeptFailure = Readonly<v.InferOutput<typeof failureShape>>;

/**
 * What registries answered, on disk for all workspaces: one file for each block, whose name is the block, so that
 * every address of it is answered; and one for each address that failed. Files are written beside their place and
 * renamed: several processes may read and write at once.
 */
export class KeptAnswers {
  readonly #answers: string;
  readonly #failures: string;
  readonly #blocks = new BlockIndex();
  readonly #failed: Set<string>;
  readonly #read = new Map<string, Registration | null>();
  readonly #unwritten = new Map<string, KeptFailure>();
  #problem: string | null = null;

  private constructor(folder: string, answers: readonly string[], failures: readonly string[]) {
    this.#answers = join(folder, 'answers');
    this.#failures = join(folder, 'failures');
    for (const name of answers) this.#blocks.add(name);
    this.#failed = new Set(failures);
  }

  /** Reads what there is in the folder; one that is missing has nothing. */
  static async open(folder: string): Promise<KeptAnswers> {
    const names = (below: string): Promise<string[]> => readdir(join(folder, below)).catch(() => []);
    return new KeptAnswers(folder, await names('answers'), await names('failures'));
  }

  /** Why answers could not be written down, where that happened; they hold for this object only. */
  get problem(): string | null {
    return this.#problem;
  }

  /** The answer of the smallest block that holds the address and that is not older than so many days. */
  async find(address: AddressNumber, validDays: number, now: number): Promise<Registration | null> {
    for (const name of this.#blocks.holding(address)) {
      const registration = await this.#answer(name);
      const asked = Date.parse(registration?.askedAt ?? '');
      if (registration !== null && now - asked < validDays * 86_400_000 && asked <= now + 3_600_000)
        return registration;
    }
    return null;
  }

  /** Keeps an answer for every address of the block. */
  async keep(block: Block, registration: Registration): Promise<void> {
    const name = nameOfBlock(block);
    await this.#write(this.#answers, name, { registration });
    this.#read.set(name, registration);
    this.#blocks.add(name);
  }

  /** The failure that is still remembered for the address. */
  async failure(address: AddressNumber, now: number): Promise<KeptFailure | null> {
    const name = nameOfAddress(address);
    if (!this.#failed.has(name)) return null;
    const failure = this.#unwritten.get(name) ?? (await readShape(join(this.#failures, name), failureShape));
    if (failure !== null && Date.parse(failure.until) > now) return failure;
    this.#failed.delete(name);
    await rm(join(this.#failures, name), { force: true }).catch(() => undefined);
    return null;
  }

  async keepFailure(address: AddressNumber, failure: KeptFailure): Promise<void> {
    const name = nameOfAddress(address);
    if (!(await this.#write(this.#failures, name, failure))) this.#unwritten.set(name, failure);
    this.#failed.add(name);
  }

  /** A folder that cannot be written costs the memory, not the answers. */
  async #write(folder: string, name: string, value: unknown): Promise<boolean> {
    try {
      await writeWhole(folder, name, value);
      return true;
    } catch (error) {
      this.#problem = (error as Error).message;
      return false;
    }
  }

  async #answer(name: string): Promise<Registration | null> {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const found = await readShape(join(this.#answers, name), answerShape);
    const registration = found?.registration ?? null;
    this.#read.set(name, registration);
    return registration;
  }
}

/** File names by the piece of the address space that they start and end in, so that no search looks at all of them. */
class BlockIndex {
  readonly #byPiece = new Map<string, Set<string>>();

  add(name: string): void {
    const [, family, first, last] = pattern.exec(name) ?? [];
    if (family === undefined || first === undefined || last === undefined) return;
    if (first.length !== digits[family] || last.length !== digits[family]) return;
    const piece = pieceOf(family, first);
    const key = piece === pieceOf(family, last) ? piece : `${family}-wide`;
    const names = this.#byPiece.get(key) ?? new Set();
    names.add(name);
    this.#byPiece.set(key, names);
  }

  /** Names of the blocks that hold the address, the smallest first. */
  holding({ family, number }: AddressNumber): string[] {
    const address = hex(family, number);
    const names = [pieceOf(String(family), address), `${family}-wide`].flatMap((key) => [
      ...(this.#byPiece.get(key) ?? []),
    ]);
    return names
      .map((name) => ({ name, ends: pattern.exec(name) }))
      .filter(({ ends }) => (ends?.[2] ?? '') <= address && address <= (ends?.[3] ?? ''))
      .map(({ name, ends }) => ({ name, size: BigInt(`0x${ends?.[3]}`) - BigInt(`0x${ends?.[2]}`) }))
      .sort((a, b) => (a.size < b.size ? -1 : a.size > b.size ? 1 : a.name < b.name ? -1 : 1))
      .map(({ name }) => name);
  }
}

const pattern = /^([46])-([0-9a-f]+)-([0-9a-f]+)\.json$/;
const digits: Readonly<Record<string, number>> = { 4: 8, 6: 32 };

/** A /16 of IPv4, a /32 of IPv6. */
function pieceOf(family: string, address: string): string {
  return `${family}-${address.slice(0, family === '4' ? 4 : 8)}`;
}

function hex(family: Family, number: bigint): string {
  return number.toString(16).padStart(family === 4 ? 8 : 32, '0');
}

function nameOfBlock({ family, first, last }: Block): string {
  return `${family}-${hex(family, first)}-${hex(family, last)}.json`;
}

function nameOfAddress({ family, number }: AddressNumber): string {
  return `${family}-${hex(family, number)}.json`;
}

/** A file that is missing, broken or of another shape is none. */
async function readShape<Shape extends v.GenericSchema>(
  path: string,
  shape: Shape,
): Promise<v.InferOutput<Shape> | null> {
  try {
    const parsed = v.safeParse(shape, JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

async function writeWhole(folder: string, name: string, value: unknown): Promise<void> {
  const beside = join(folder, `${name}.${process.pid}-${randomUUID()}.tmp`);
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(beside, `${JSON.stringify(value)}\n`);
    await rename(beside, join(folder, name));
  } finally {
    await rm(beside, { force: true }).catch(() => undefined);
  }
}

import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { AddressNumber } from '../addresses/address.ts';
import { wholeFile } from '../whole-file.ts';
import { BlockIndex, nameOfAddress, nameOfBlock } from './block-index.ts';
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

  /**
   * Removes answers that are twice as old as they are good for, and failures of the day before yesterday; only where
   * there are many files, since each has to be looked at.
   */
  async forgetOld(validDays: number, now: number, many = 5000): Promise<void> {
    if (this.#blocks.size + this.#failed.size < many) return;
    await removeOlder(this.#answers, now - 2 * validDays * 86_400_000);
    await removeOlder(this.#failures, now - 2 * 86_400_000);
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

async function removeOlder(folder: string, time: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const modified = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => time,
    );
    if (modified < time) await rm(path, { force: true }).catch(() => undefined);
  }
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
  await mkdir(folder, { recursive: true });
  await wholeFile(join(folder, name), (beside) => writeFile(beside, `${JSON.stringify(value)}\n`));
}

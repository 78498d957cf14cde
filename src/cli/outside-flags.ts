import type { OutsideOptions } from '../known/outside.ts';
import { whileSaying } from './progress.ts';
import { registryDisplay } from './registry-progress.ts';
import type { Session } from './session.ts';

/** The flags of commands that may ask others about an address. */
export type OutsideFlags = {
  readonly rdap?: boolean;
  readonly reverseDns?: boolean;
};

export const outsideFlags = {
  rdap: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Ask the registries of the Internet to whom the block is registered',
  },
  reverseDns: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Ask the resolver of this machine for the name (PTR)',
  },
} as const;

/** What every command with these flags says of them. */
export const outsideDescription =
  'Nothing leaves this machine, unless --rdap asks the registries of the Internet (RDAP) or --reverse-dns the resolver of this machine; what was sent is said on standard error. Answers of registries are kept for 30 days and shown from then on. A registry tells who is responsible for a block of addresses, not who uses one of them; a name in reverse DNS is what the holder of the address wrote.';

/** The flags as the library takes them. */
export function outsideOf({ rdap, reverseDns }: OutsideFlags): OutsideOptions {
  return {
    ...(rdap === true ? { rdap } : {}),
    ...(reverseDns === true ? { reverseDns } : {}),
  };
}

/** Does work that may ask registries, with progress on standard error; without, it says what is being done. */
export async function whileAsking<Result>(
  { world }: Session,
  asks: boolean,
  doing: string,
  work: (options: Pick<OutsideOptions, 'onRegistryProgress'>) => Promise<Result>,
): Promise<Result> {
  if (!asks) return whileSaying(world.stderr, doing, () => work({}));
  const display = registryDisplay(world.stderr);
  try {
    return await whileSaying(world.stderr, doing, () => work({ onRegistryProgress: display.show }));
  } finally {
    display.stop();
  }
}

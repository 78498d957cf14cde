import type { KeptFailure } from './kept-answers.ts';
import type { Registration } from './registration.ts';

/** What registries say of an address, as an answer about the address carries it. */
export interface RegistryFacts {
  /** The registration of its block: answered now, or kept from before; `askedAt` says when. null: nothing is known. */
  readonly registry: Registration | null;
  /** Why there is none, where a registry was asked. */
  readonly registryFailure: KeptFailure | null;
  /** Registries that were asked about it now. */
  readonly asked: readonly string[];
}

/** Which registry has which block, as IANA says it, and from when that is. */
export interface BootstrapFacts {
  readonly family: 4 | 6;
  /** The copy that ships with the program, or one that was downloaded. */
  readonly source: 'shipped' | 'downloaded';
  readonly publication: string | null;
  /** When IANA was last asked; null for the shipped copy. */
  readonly confirmedAt: string | null;
}

/** What left this machine for an answer. */
export interface Asked {
  /** Questions by registry; `iana` are those for its list of registries. Empty: no registry was asked. */
  readonly registries: Readonly<Record<string, number>>;
  /** Addresses for whose names the resolver of this machine was asked. */
  readonly reverseDns: number;
  readonly bootstraps: readonly BootstrapFacts[];
  /** Why answers could not be kept for later, where that happened. */
  readonly notKept: string | null;
}

/** Nothing left this machine. */
export const nobodyAsked: Asked = { registries: {}, reverseDns: 0, bootstraps: [], notKept: null };

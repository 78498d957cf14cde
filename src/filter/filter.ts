import type { Family } from '../addresses/address.ts';

/** A place in the text of a filter, in UTF-16 units; `from` = `to` at its end. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** Addresses from `first` to `last`, both included. */
export interface AddressValue {
  readonly kind: 'address';
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** Ports from `from` to `to`, both included, of one protocol or of any. */
export interface PortValue {
  readonly kind: 'port';
  readonly from: number;
  readonly to: number;
  readonly protocol: number | null;
}

/** Numbers from `from` to `to`, both included; a single number is its own range. */
export interface NumberValue {
  readonly kind: 'number';
  readonly from: number;
  readonly to: number;
}

/** Text in which `*` stands for anything; upper and lower case are the same. */
interface TextValue {
  readonly kind: 'text';
  readonly text: string;
}

/** One of the words that a key knows. */
interface WordValue {
  readonly kind: 'word';
  readonly word: string;
}

/** Nothing is known: `country:none`. */
interface NoValue {
  readonly kind: 'none';
}

export type Value = AddressValue | PortValue | NumberValue | TextValue | WordValue | NoValue;

export const operators = [':', '>=', '<=', '>', '<'] as const;
export type Operator = (typeof operators)[number];

/** `key:value,value`: true where any of the values is met; negated where none is. */
export interface Term {
  readonly key: string;
  readonly operator: Operator;
  readonly negated: boolean;
  readonly values: readonly Value[];
  /** Where the term stands in the text. */
  readonly place: Place;
}

/** Terms that must all be met. */
export type Filter = readonly Term[];

/** What a filter can be asked of. */
export const relations = ['flows', 'sessions', 'conversations', 'peers', 'findings'] as const;
export type Relation = (typeof relations)[number];

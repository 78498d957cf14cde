import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { HuntError } from '../errors.ts';
import { publishers } from './publishers/all.ts';
import type { Publisher } from './publishers/publisher.ts';

/** The file in which users name other places for the lists: a mirror of their own, or none at all. */
export function settingsFile(folder: string): string {
  return join(folder, 'sources.yaml');
}

const url = v.pipe(v.string(), v.url());
const shape = v.record(
  v.picklist(publishers.map(({ name }) => name)),
  v.union([v.literal('off'), v.literal(false), url, v.pipe(v.array(url), v.nonEmpty())]),
);

/** A publisher with its places, and whether the user named them. */
export interface PlacedPublisher extends Publisher {
  readonly isOwn: boolean;
}

/** The publishers that an update asks, at the places that `sources.yaml` names; those that are off are left out. */
export function placedPublishers(folder: string): PlacedPublisher[] {
  const settings = readSettings(settingsFile(folder));
  return publishers.flatMap((publisher): PlacedPublisher[] => {
    const own = settings[publisher.name];
    if (own === 'off' || own === false) return [];
    if (own === undefined) return [{ ...publisher, isOwn: false }];
    return [{ ...publisher, urls: typeof own === 'string' ? [own] : own, isOwn: true }];
  });
}

function readSettings(path: string): v.InferOutput<typeof shape> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw invalid(path, (error as Error).message, error);
  }
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (error) {
    throw invalid(path, (error as Error).message, error);
  }
  const parsed = v.safeParse(shape, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const key = String(issue.path?.[0]?.key ?? '');
  throw invalid(
    path,
    `${key === '' ? 'expected names of lists' : key}: expected a known list with its URL, a list of URLs, or off`,
  );
}

function invalid(path: string, why: string, cause?: unknown): HuntError {
  return new HuntError('config.invalid', `${path}: ${why}.`, {
    hint: `A line is a name and a place, "aws: https://mirror.example/ip-ranges.json", or "azure: off". The names are ${publishers.map(({ name }) => name).join(', ')}.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { type LabelSource, labelColumns, labelKinds } from '../addresses/label-source.ts';
import { HuntError } from '../errors.ts';
import { homeFolder } from '../home.ts';

/** Raised when the files of sources change their meaning: older ones are left out and asked for again. */
export const sourceFormat = 1;

const text = v.pipe(v.string(), v.maxLength(2000));
const aboutShape = v.object({
  format: v.number(),
  name: text,
  kind: v.picklist(labelKinds),
  columns: v.pipe(v.array(v.picklist(labelColumns)), v.nonEmpty()),
  file: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]*\.parquet$/)),
  holds: text,
  date: v.nullable(text),
  fetched: v.nullable(text),
  ranges: v.number(),
  licence: v.nullable(text),
  attribution: v.nullable(text),
  origin: v.picklist(['downloaded', 'added']),
  from: text,
  hash: text,
  blocks: v.boolean(),
  /** What the publisher needs to say "not modified", in the order of the URLs. */
  validators: v.array(v.object({ url: text, etag: v.nullable(text), lastModified: v.nullable(text) })),
});

/** What is written about a source beside its ranges. */
export type SourceAbout = v.InferOutput<typeof aboutShape>;

/** A source that was downloaded or added, as it lies in the folder. */
export interface KeptSource extends LabelSource {
  readonly validators: SourceAbout['validators'];
}

/** The folder of sources that were downloaded or added: facts about the world, which serve every workspace. */
export function labelsFolder(): string {
  return join(homeFolder(), 'labels');
}

/** The file that says which ranges a source has now; replacing it is what replaces the source. */
export function aboutFile(folder: string, name: string): string {
  return join(folder, `${name}.json`);
}

/** The sources in the folder by name; none where there is no folder. */
export function keptSources(folder: string = labelsFolder()): KeptSource[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => keptSource(folder, name.slice(0, -'.json'.length)) ?? []);
}

/** The source of that name; undefined where there is none, or another version of the program wrote it. */
export function keptSource(folder: string, name: string): KeptSource | undefined {
  const path = aboutFile(folder, name);
  const about = existsSync(path) ? readAbout(path) : undefined;
  if (about === undefined) return undefined;
  const { format: _, file, ...source } = about;
  const ranges = join(folder, file);
  if (!existsSync(ranges)) throw broken(source.name, `there is no ${ranges}`);
  return { ...source, file: ranges };
}

/** What a file says of a source; undefined where another version of the program wrote it. */
function readAbout(path: string): SourceAbout | undefined {
  const name = path.replace(/^.*[/\\]|\.json$/g, '');
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw broken(name, `${path} cannot be read: ${(error as Error).message}`, error);
  }
  if (v.is(v.object({ format: v.number() }), found) && found.format !== sourceFormat) return undefined;
  const parsed = v.safeParse(aboutShape, found);
  if (!parsed.success) throw broken(name, `${path} does not describe a source`);
  return parsed.output;
}

function broken(name: string, why: string, cause?: unknown): HuntError {
  return new HuntError('label.broken', `The label source ${name} is broken: ${why}.`, {
    hint: `Take it out with northsouth labels remove ${name}, then update or add it again.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { LineCounter, parseDocument } from 'yaml';
import { parseCidr } from '../addresses/cidr.ts';
import { defaultSetAsides } from '../addresses/default-set-asides.ts';
import { parseSetAsides, type SetAside } from '../addresses/set-asides.ts';
import { HuntError } from '../errors.ts';
import { layoutFromFormat } from '../records/layout.ts';
import { type Folder, isFullOrReadOnly, unwritable } from '../store/folder.ts';
import { defaultNoise } from '../traffic/default-noise.ts';
import { type NoiseRule, parseNoiseRules } from '../traffic/noise-rules.ts';

/** What the user wrote into the files of the workspace. */
export interface Settings {
  readonly local: readonly string[];
  readonly internet: readonly string[];
  readonly format: string | undefined;
  readonly noise: readonly NoiseRule[];
  readonly setAsides: readonly SetAside[];
}

const defaultSettings = `# Settings of this workspace. Flags of the command line add to the ranges and win over the format.
#
# Ranges that are your own: private, whatever the registries say (public addresses of your VPC, for example).
local: []
#
# Ranges that are the Internet, whatever the registries say.
internet: []
#
# Names of the fields in files that have no header, in their order; empty: the default format of AWS.
# format: version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
format: ""
`;

const cidrs = v.nullish(
  v.array(v.string('expected a range such as 203.0.113.0/24'), 'expected a list of ranges'),
  [],
);
const schema = v.strictObject({
  local: cidrs,
  internet: cidrs,
  format: v.nullish(v.string('expected field names'), ''),
});

/**
 * Writes the commented default files that are missing, each whole or not at all: an empty list of noise rules would
 * be another question. A workspace that may only be read does without; the defaults hold then.
 */
export async function writeMissingSettings(folder: Folder): Promise<void> {
  const defaults = [
    [folder.settings, defaultSettings],
    [folder.noise, defaultNoise],
    [folder.setAsides, defaultSetAsides],
  ] as const;
  for (const [path, text] of defaults) {
    if (existsSync(path)) continue;
    const beside = join(folder.temporary, `settings-${process.pid}-${basename(path)}`);
    try {
      await mkdir(folder.temporary, { recursive: true });
      await writeFile(beside, text);
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined);
      if (!isFullOrReadOnly(error)) throw unwritable(folder, error);
    }
  }
}

/** Reads the settings; a file that is missing has its default. Throws at the first mistake, with its line. */
export async function readSettings(folder: Folder): Promise<Settings> {
  const [settings, noise, setAsides] = await Promise.all([
    textOf(folder.settings, defaultSettings),
    textOf(folder.noise, defaultNoise),
    textOf(folder.setAsides, defaultSetAsides),
  ]);
  return {
    ...parseSettings(settings, folder.settings),
    noise: parseNoiseRules(noise, folder.noise),
    setAsides: parseSetAsides(setAsides, folder.setAsides),
  };
}

async function textOf(path: string, otherwise: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return otherwise;
    throw new HuntError('config.invalid', `${path} cannot be read: ${error.message}`, { cause: error });
  });
}

function parseSettings(text: string, path: string): Pick<Settings, 'local' | 'internet' | 'format'> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (message: string, offset = 0) =>
    new HuntError('config.invalid', `${path}, line ${lines.linePos(offset).line}: ${message}`, {
      hint: 'Mend the file, or delete it to get the default settings back.',
    });
  const [error] = document.errors;
  if (error !== undefined) throw fail(error.message, error.pos[0]);
  const parsed = v.safeParse(schema, document.toJS() ?? {});
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const keys = (issue.path ?? []).map(({ key }) => String(key));
    const node = document.getIn(keys.slice(0, 1), true) as { range?: readonly number[] } | undefined;
    const message = issue.type === 'strict_object' ? 'no setting that is known here' : issue.message;
    throw fail(`${keys.join('.')}: ${message}`, node?.range?.[0]);
  }
  const { local, internet, format } = parsed.output;
  try {
    for (const cidr of [...(local ?? []), ...(internet ?? [])]) parseCidr(cidr);
    if (format) layoutFromFormat(format);
  } catch (cause) {
    throw fail((cause as Error).message);
  }
  return { local: local ?? [], internet: internet ?? [], format: format || undefined };
}

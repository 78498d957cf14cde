import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { parseCidr } from '../addresses/cidr.ts';
import { defaultSetAsides } from '../addresses/default-set-asides.ts';
import type { ScopeOverrides } from '../addresses/scope.ts';
import { parseSetAsides, type SetAside } from '../addresses/set-asides.ts';
import { type DetectorValues, detectors, type Values } from '../detect/all.ts';
import { type Question, questions } from '../detect/finding.ts';
import { type MarkValues, markSettings } from '../detect/marked.ts';
import type { EverythingShown } from '../detect/noise-report.ts';
import { schemaOf, settingsAsYaml } from '../detect/settings.ts';
import { type IntelValues, intelSettings } from '../detect/threat-lists.ts';
import { HuntError } from '../errors.ts';
import { layoutFromFormat } from '../records/layout.ts';
import { type RdapValues, rdapSettings } from '../registries/settings.ts';
import { type Folder, isFullOrReadOnly } from '../store/folder.ts';
import { firstText } from '../store/scratch.ts';
import { defaultNoise } from '../traffic/default-noise.ts';
import { type NoiseRule, parseNoiseRules } from '../traffic/noise-rules.ts';
import { readEverythingShown } from './everything-shown.ts';
import type { RunOptions } from './options.ts';

/** What the user wrote into the files of the workspace. */
export interface Settings {
  readonly local: readonly string[];
  readonly internet: readonly string[];
  readonly format: string | undefined;
  readonly noise: readonly NoiseRule[];
  readonly setAsides: readonly SetAside[];
  /** Rules, set-asides and benign marks do not count for the time being, whatever the files say. */
  readonly everythingShown: EverythingShown | null;
  /** The thresholds of the detectors, completed with the defaults. */
  readonly detectors: DetectorValues;
  /** How much marks and threat lists weigh. */
  readonly weights: { readonly marks: MarkValues; readonly intel: IntelValues };
  /** How registries are asked, completed with the defaults. */
  readonly rdap: RdapValues;
}

const ownSettings = `# Settings of this workspace. Flags of the command line add to the ranges and win over the format.
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

const defaultSettings = `${ownSettings}#
# Thresholds of the four questions. Take the comment marks off a section and a line of it to change one; what stays
# a comment has the default of the program. northsouth explain QUESTION says what they do.
#
${detectors.map(({ question, settings }) => settingsAsYaml(question, settings)).join('\n#\n')}
#
# How much marks and threat lists weigh.
#
${settingsAsYaml('marks', markSettings)}
#
${settingsAsYaml('intel', intelSettings)}
#
# How registries are asked (--rdap): questions a minute at each, and how patient to be. Nobody is asked without --rdap.
#
${settingsAsYaml('rdap', rdapSettings)}
`;

const cidrs = v.nullish(
  v.array(v.string('expected a range such as 203.0.113.0/24'), 'expected a list of ranges'),
  [],
);
const schema = v.strictObject({
  local: cidrs,
  internet: cidrs,
  format: v.nullish(v.string('expected field names'), ''),
  ...detectorSchemas(),
  marks: schemaOf(markSettings),
  rdap: schemaOf(rdapSettings),
  intel: schemaOf(intelSettings),
});

/** A section for each question; one without a detector yet may be there, and empty. */
function detectorSchemas(): Readonly<Record<Question, v.GenericSchema<unknown, Values>>> {
  const schemas = questions.map((question) => {
    const detector = detectors.find((one) => one.question === question);
    return [question, detector?.schema ?? schemaOf({})];
  });
  return Object.fromEntries(schemas) as Readonly<Record<Question, v.GenericSchema<unknown, Values>>>;
}

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
    try {
      await firstText(folder, path, text);
    } catch (error) {
      if (!isFullOrReadOnly((error as Error).cause)) throw error;
    }
  }
}

/** The ranges of the settings, and those that a run adds. */
export function scopesOf(
  settings: Pick<Settings, 'local' | 'internet'>,
  options: Pick<RunOptions, 'local' | 'internet'>,
): ScopeOverrides {
  return {
    local: [...settings.local, ...(options.local ?? [])],
    internet: [...settings.internet, ...(options.internet ?? [])],
  };
}

/** Reads the settings; a file that is missing has its default. Throws at the first mistake, with its line. */
export async function readSettings(folder: Folder): Promise<Settings> {
  const [settings, noise, setAsides, everythingShown] = await Promise.all([
    textOf(folder.settings, defaultSettings),
    textOf(folder.noise, defaultNoise),
    textOf(folder.setAsides, defaultSetAsides),
    readEverythingShown(folder),
  ]);
  return {
    ...parseSettings(settings, folder.settings),
    noise: parseNoiseRules(noise, folder.noise),
    setAsides: parseSetAsides(setAsides, folder.setAsides),
    everythingShown,
  };
}

/** The settings as hunts count by them: with everything shown, nothing hides and no mark lowers. */
export function inForce(settings: Settings): Settings {
  if (settings.everythingShown === null) return settings;
  const { noise, setAsides, weights } = settings;
  return {
    ...settings,
    noise: noise.map((rule) => ({ ...rule, on: false })),
    setAsides: setAsides.map((entry) => ({ ...entry, on: false })),
    weights: { ...weights, marks: { ...weights.marks, benignSteps: 0 } },
  };
}

async function textOf(path: string, otherwise: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return otherwise;
    throw new HuntError('config.invalid', `${path} cannot be read: ${error.message}`, { cause: error });
  });
}

function parseSettings(
  text: string,
  path: string,
): Pick<Settings, 'local' | 'internet' | 'format' | 'detectors' | 'weights' | 'rdap'> {
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
    // An unknown key is mostly a missing key misspelt: it says more.
    const issue = parsed.issues.find(isUnknownKey) ?? parsed.issues[0];
    const keys = (issue.path ?? []).map(({ key }) => key as string | number);
    const found = isUnknownKey(issue) ? '' : `, found ${JSON.stringify(issue.input) ?? 'nothing'}`;
    const what = isUnknownKey(issue) ? unknownKey(keys) : `${issue.message}${found}`;
    throw fail(`${keys.join('.')}: ${what}`, offsetOf(document, keys));
  }
  const { local, internet, format } = parsed.output;
  try {
    for (const cidr of [...(local ?? []), ...(internet ?? [])]) parseCidr(cidr);
    if (format) layoutFromFormat(format);
  } catch (cause) {
    throw fail((cause as Error).message);
  }
  const { scan, access, c2, exfil, marks, intel, rdap } = parsed.output;
  return {
    ...{ local: local ?? [], internet: internet ?? [], format: format || undefined },
    detectors: { scan, access, c2, exfil },
    weights: { marks, intel },
    rdap,
  };
}

function isUnknownKey(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

function unknownKey([section, name]: readonly (string | number)[]): string {
  const others: Readonly<Record<string, object>> = {
    ...{ marks: markSettings, intel: intelSettings, rdap: rdapSettings },
  };
  const settings = others[section ?? ''] ?? detectors.find(({ question }) => question === section)?.settings;
  const known = Object.keys(name === undefined ? schema.entries : (settings ?? {}));
  return `no setting that is known here; there are ${known.join(', ')}`;
}

/** Where the value of the path, or of its nearest parent that is written down, starts in the text. */
function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === path[length - 1])?.key
      : undefined;
    const node = key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}

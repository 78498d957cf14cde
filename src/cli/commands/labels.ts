import { HuntError } from '../../errors.ts';
import type { UpdateProgress } from '../../labels/update.ts';
import { addedLines, labelsLines, updateLines } from '../../report/labels.ts';
import { plainText } from '../../report/plain-text.ts';
import { countText } from '../../report/units.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, runOptionsOf } from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import type { Session } from '../session.ts';
import { someText } from '../values.ts';

interface LabelFlags extends CommonFlags {
  readonly file?: string;
  readonly force?: boolean;
  readonly name?: string;
  readonly date?: string;
  readonly licence?: string;
  readonly attribution?: string;
}

const text = (placeholder: string, brief: string) =>
  ({ kind: 'parsed', parse: someText, optional: true, placeholder, brief }) as const;

/** The flags that each action knows. */
const flagsOf: Readonly<Record<string, readonly (keyof LabelFlags)[]>> = {
  list: [],
  update: ['file', 'force'],
  add: ['name', 'date', 'licence', 'attribution'],
  remove: [],
};

export const labels = defineCommand<LabelFlags, string[]>({
  docs: {
    brief: 'Show where labels come from and how old they are; update and add sources',
    usage: ['[FLAGS]', 'update [LIST...] [FLAGS]', 'add FILE [FLAGS]', 'remove NAME... [FLAGS]'],
    description: [
      'Labels say who an address is: AS, network, country, city, provider, service, region. Tables of AS numbers and countries ship with northsouth. update asks iptoasn.com and the providers for their own lists (this goes out to the Internet, by way of HTTPS_PROXY where it is set), looks whether each is sound, and puts it in place of the one before. add takes a .mmdb file of MaxMind, IPinfo or DB-IP, or ranges as CSV, tab-separated text or gzip of these.',
      'More specific and fresher sources win; lookup ADDRESS --explain shows which says what. Sources are kept in the folder NORTHSOUTH_HOME, by default the place for data of the user, and serve every workspace at once.',
    ],
    examples: [
      ['labels', 'the sources with date, age, size, licence'],
      ['labels update', 'fetch all lists that have changed'],
      ['labels update aws azure', 'these only'],
      ['labels update azure --file ServiceTags_Public_20260525.json', 'a list that was downloaded elsewhere'],
      ['labels add GeoLite2-City.mmdb --name city', 'countries and cities'],
      ['labels remove city', 'take it out again'],
    ],
  },
  parameters: {
    flags: {
      file: text('FILE', 'update: take the one list from this file, not from the Internet'),
      force: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'update: take a list that is much smaller than the one in use, or odd',
      },
      name: text('NAME', 'add: what to call the source; its file name unless told'),
      date: { ...text('DAY', 'add: day of the data, 2026-05-28'), parse: parseDay },
      licence: text('TEXT', 'add: under which licence you have it'),
      attribution: text('TEXT', 'add: whom to thank for it'),
      ...commonFlags,
    },
    positional: {
      kind: 'array',
      parameter: { parse: someText, placeholder: 'ACTION', brief: 'update, add or remove, and what' },
    },
  },
  run: async (session, flags, [action = 'list', ...words]) => {
    const known = flagsOf[action];
    if (known === undefined) {
      throw new HuntError('usage.value', `labels cannot "${action}" anything`, {
        hint: `Try ${['labels update', 'labels add FILE', 'labels remove NAME'].map(session.page.command).join(', ')}.`,
      });
    }
    for (const flag of Object.values(flagsOf).flat()) {
      if (flags[flag] === undefined || known.includes(flag)) continue;
      throw new HuntError(
        'usage.value',
        `--${flag} is no flag of labels${action === 'list' ? '' : ` ${action}`}`,
        {
          hint: `See ${session.page.command('labels --help')}.`,
        },
      );
    }
    if (action === 'update') return update(session, flags, words);
    if (action === 'add') return add(session, flags, words);
    if (action === 'remove') return remove(session, words);
    return list(session);
  },
});

async function list({ world, json, document, lines, page }: Session): Promise<void> {
  const report = await world.library.labels();
  return json ? document(report) : lines(labelsLines(report, page));
}

async function update(session: Session, flags: LabelFlags, names: readonly string[]): Promise<void> {
  const { file, force } = flags;
  const results = await session.world.library.updateLabels({
    ...runOptionsOf(flags, session.world),
    ...(names.length === 0 ? {} : { names }),
    ...(file === undefined ? {} : { file }),
    ...(force === undefined ? {} : { force }),
    onProgress: (progress) => showProgress(session, progress),
  });
  if (session.world.stderr.isTerminal) await session.world.stderr.write('\r\x1b[K');
  if (session.json) await session.document({ lists: results });
  else await session.lines(updateLines(results, session.page));
  const failed = results.filter(({ result }) => result === 'failed').map(({ name }) => name);
  if (failed.length > 0) {
    throw new HuntError(
      'label.update',
      `${failed.length} of ${results.length} lists could not be updated: ${failed.join(', ')}`,
      {
        hint: 'What was there before stays in use.',
      },
    );
  }
}

/** On a terminal the list that is asked for; elsewhere a line for each that is done. */
function showProgress({ world, json }: Session, { name, done, total, outcome }: UpdateProgress): void {
  const { stderr } = world;
  const say = (line: string) => void stderr.write(line).catch(() => undefined);
  if (outcome === undefined) {
    if (stderr.isTerminal) say(`\r${plainText(`${done}/${total}  ${name} …`)}\x1b[K`);
  } else if (!stderr.isTerminal && !json) {
    const ranges = outcome.ranges === null ? '' : `, ${countText(outcome.ranges)} ranges`;
    say(`${done}/${total} ${name}: ${outcome.result}${ranges}\n`);
  }
}

async function add(session: Session, flags: LabelFlags, files: readonly string[]): Promise<void> {
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) {
    throw new HuntError('usage.missing', 'labels add needs the name of one file', {
      hint: `Such as ${session.page.command('labels add GeoLite2-City.mmdb')}`,
    });
  }
  const { name, date, licence, attribution } = flags;
  const options = {
    ...runOptionsOf(flags, session.world),
    ...(name === undefined ? {} : { name }),
    ...(date === undefined ? {} : { date }),
    ...(licence === undefined ? {} : { licence }),
    ...(attribution === undefined ? {} : { attribution }),
  };
  const added = await whileSaying(session.world.stderr, 'Reading …', () =>
    session.world.library.addLabels(file, options),
  );
  return session.json ? session.document(added) : session.lines(addedLines(added, session.page));
}

async function remove(session: Session, names: readonly string[]): Promise<void> {
  if (names.length === 0) {
    throw new HuntError('usage.missing', 'labels remove needs the name of a source', {
      hint: `The names: ${session.page.command('labels')}`,
    });
  }
  for (const name of names) await session.world.library.removeLabels(name);
  if (session.json) return session.document({ removed: names });
  return session.notes([`Removed ${names.map(plainText).join(', ')}.`]);
}

function parseDay(input: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(input) && !Number.isNaN(Date.parse(input))) return input;
  throw new HuntError('usage.value', `"${input}" is not a day`, { hint: 'Write it as 2026-05-28.' });
}

import { HuntError } from '../../errors.ts';
import { intelChangeLines, listsLines, refreshLines } from '../../report/intel.ts';
import { plainText } from '../../report/plain-text.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, type ShowSqlFlag, showSqlFlag } from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import type { Session } from '../session.ts';
import { someText } from '../values.ts';

type IntelFlags = CommonFlags &
  ShowSqlFlag & {
    readonly name?: string;
    readonly knownGood?: boolean;
    readonly licence?: string;
    readonly notes?: string;
    readonly force?: boolean;
  };

export const intel = defineCommand<IntelFlags, string[]>({
  docs: {
    brief: 'Add, refresh and list threat lists and known-good lists',
    usage: [
      '[list] [FLAGS]',
      'add FILE|URL --name NAME [--known-good] [FLAGS]',
      'refresh [NAME...] [FLAGS]',
      'remove NAME [FLAGS]',
    ],
    description: [
      'A list counts at once, for all that is loaded. A peer on a threat list has it as evidence in every finding, with list and date, and a severity a visible step higher; no set-aside hides it; hunt and ip show it also where nothing was found. A known-good list (public resolvers) takes that step back, visibly.',
      'Read are: an address, network or AS number on each line, with comments; ipsum; Feodo Tracker (CSV, JSON); Spamhaus DROP and ASN-DROP (JSON lines, text); Tor exits, both forms; CSV with column names; MISP events and warning lists; STIX 2.1 bundles; each also as gzip. The content decides which. Entries that a list takes back (expired, revoked) are left out.',
      'Only "add" and "refresh" of a URL ask anybody, and say whom. A refresh that brings no list, or less than half of the entries, leaves the old one in place; --force takes it.',
    ],
    examples: [
      ['intel add https://feodotracker.abuse.ch/downloads/ipblocklist.csv --name feodo', 'asks that host'],
      ['intel add ./ipsum.txt --name ipsum --licence Unlicense', 'a file'],
      ['intel add ./resolvers.txt --name resolvers --known-good', 'what is often reported and harmless'],
      ['intel refresh', 'ask all origins again'],
      ['intel', 'the lists, how old they are, and what they match'],
    ],
  },
  parameters: {
    flags: {
      name: {
        kind: 'parsed',
        parse: someText,
        optional: true,
        placeholder: 'NAME',
        brief: 'What to call the list',
      },
      knownGood: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'To be on it speaks for an address, not against it',
      },
      licence: {
        kind: 'parsed',
        parse: someText,
        optional: true,
        placeholder: 'TEXT',
        brief: 'Under which terms it may be used',
      },
      notes: {
        kind: 'parsed',
        parse: someText,
        optional: true,
        placeholder: 'TEXT',
        brief: 'What is worth knowing of it',
      },
      force: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Take a list that is far smaller than the one before',
      },
      ...showSqlFlag,
      ...commonFlags,
    },
    positional: {
      kind: 'array',
      parameter: { parse: someText, placeholder: 'ACTION', brief: 'list, add, refresh or remove, and what' },
    },
  },
  run: async (session, flags, [action = 'list', ...words]) => {
    if (action === 'list' && words.length === 0) return listLists(session);
    if (action === 'add') return addList(session, flags, words);
    if (action === 'refresh') return refresh(session, words, flags.force === true);
    if (action === 'remove') return removeList(session, words);
    throw new HuntError('usage.value', `intel cannot "${[action, ...words].join(' ')}"`, {
      hint: `Try ${session.page.command('intel --help')}`,
    });
  },
});

function listLists(session: Session): Promise<void> {
  return session.withWorkspace(async (workspace) => {
    const lists = await whileSaying(session.world.stderr, 'Matching …', () => workspace.intel());
    if (session.json) return session.document({ lists });
    return session.lines(listsLines(lists, session.page));
  });
}

async function addList(session: Session, flags: IntelFlags, words: readonly string[]): Promise<void> {
  const [source, ...others] = words;
  const { name, knownGood, licence, notes, force } = flags;
  if (source === undefined || name === undefined || others.length > 0) {
    throw new HuntError('usage.missing', 'intel add needs one file or URL, and a name', {
      hint: `Try ${session.page.command('intel add FILE|URL --name NAME')}`,
    });
  }
  const options = {
    name,
    kind: knownGood === true ? ('known-good' as const) : ('threat' as const),
    ...(licence === undefined ? {} : { licence }),
    ...(notes === undefined ? {} : { notes }),
    ...(force === undefined ? {} : { force }),
  };
  const change = await session.withWorkspace(
    (workspace) =>
      whileSaying(session.world.stderr, `Reading ${plainText(source)} …`, () =>
        workspace.addIntel(source, options),
      ),
    { create: true },
  );
  if (session.json) return session.document(change);
  return session.lines(intelChangeLines(change, session.page));
}

async function refresh(session: Session, names: readonly string[], force: boolean): Promise<void> {
  const results = await session.withWorkspace((workspace) =>
    whileSaying(session.world.stderr, 'Asking for the lists …', () =>
      workspace.refreshIntel(names, { force }),
    ),
  );
  if (session.json) await session.document({ lists: results });
  else await session.lines(refreshLines(results, session.page));
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return;
  throw new HuntError(
    'intel.refused',
    `${failed.map(({ name }) => name).join(', ')} could not be refreshed`,
    {
      hint: 'The lists that were there stay in use.',
    },
  );
}

async function removeList(session: Session, words: readonly string[]): Promise<void> {
  const [name, ...others] = words;
  if (name === undefined || others.length > 0) {
    throw new HuntError('usage.missing', 'intel remove needs the name of one list', {
      hint: `The names: ${session.page.command('intel list')}`,
    });
  }
  const list = await session.withWorkspace((workspace) => workspace.removeIntel(name));
  if (session.json) return session.document({ removed: list });
  return session.lines([plainText(`${list.name} is removed.`)]);
}

import { HuntError } from '../../errors.ts';
import type { Asked } from '../../registries/facts.ts';
import { explainedLines, lookupLines } from '../../report/lookup.ts';
import { askedLines } from '../../report/registry.ts';
import { defineCommand } from '../command.ts';
import {
  type CommonFlags,
  commonFlags,
  runOptionsOf,
  type ShowSqlFlag,
  showSqlFlag,
} from '../common-flags.ts';
import {
  type OutsideFlags,
  outsideDescription,
  outsideFlags,
  outsideOf,
  whileAsking,
} from '../outside-flags.ts';
import type { Session } from '../session.ts';
import { someText } from '../values.ts';

export const lookup = defineCommand<
  CommonFlags & ShowSqlFlag & OutsideFlags & { readonly explain?: boolean },
  string[]
>({
  docs: {
    brief: 'Name addresses: scope, AS, network, country, city, provider, service, region',
    usage: ['ADDRESS... [FLAGS]'],
    description: [
      'Says what is known of IPv4 and IPv6 addresses, from data that ships with northsouth and the label sources that were added to it. Needs no workspace; where there is one, its threat lists and marks, and the name that its hosts asked DNS for, too.',
      outsideDescription,
    ],
    examples: [
      ['lookup 203.0.113.7 2001:db8::1', 'two addresses'],
      ['lookup 203.0.113.7 --rdap', 'with the registration of its block'],
      ['lookup 203.0.113.7 --explain', 'which source says what, and why it counts'],
      ['lookup 203.0.113.7 --json', 'for a script'],
    ],
  },
  parameters: {
    flags: {
      explain: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Show what each label source says, and which label is from which, and why',
      },
      ...outsideFlags,
      ...showSqlFlag,
      ...commonFlags,
    },
    positional: {
      kind: 'array',
      parameter: { parse: someText, placeholder: 'ADDRESS', brief: 'IPv4 or IPv6 address' },
      minimum: 1,
    },
  },
  run: async (session, flags, addresses) => {
    if (flags.explain === true) {
      const outside =
        flags.rdap === true ? '--rdap' : flags.reverseDns === true ? '--reverse-dns' : undefined;
      if (outside === undefined) return explain(session, flags, addresses);
      throw new HuntError(
        'usage.value',
        `--explain tells of label sources and asks nobody, so that ${outside} has no place beside it`,
        {
          hint: `Look twice: once with --explain, once with ${outside}.`,
        },
      );
    }
    let asked: Asked | undefined;
    const { library } = session.world;
    const options = {
      ...runOptionsOf(flags, session.world),
      ...outsideOf(flags),
      onAsked: (all: Asked) => {
        asked = all;
      },
    };
    const labels = await whileAsking(session, flags.rdap === true, 'Looking …', (outside) =>
      library.lookup(addresses, { ...options, ...outside }),
    );
    if (asked !== undefined) await session.notes(askedLines(asked, session.notesPage));
    requireAddress(labels, addresses);
    if (session.json) return session.document(labels);
    return session.lines(lookupLines(labels, session.page));
  },
});

async function explain(session: Session, flags: CommonFlags, addresses: readonly string[]): Promise<void> {
  const explained = await session.world.library.explainLabels(addresses, runOptionsOf(flags, session.world));
  requireAddress(explained, addresses);
  if (session.json) return session.document(explained);
  return session.lines(explainedLines(explained, session.page));
}

function requireAddress(found: readonly { readonly scope: string | null }[], asked: readonly string[]): void {
  if (found.some(({ scope }) => scope !== null)) return;
  throw new HuntError('usage.value', `"${asked.join('", "')}" is not an IP address`, {
    hint: 'Write it as 203.0.113.7 or 2001:db8::1; names are not resolved.',
  });
}

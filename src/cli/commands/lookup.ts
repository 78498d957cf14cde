import { HuntError } from '../../errors.ts';
import type { Asked } from '../../registries/facts.ts';
import { lookupLines } from '../../report/lookup.ts';
import { askedLines } from '../../report/registry.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, runOptionsOf } from '../common-flags.ts';
import {
  type OutsideFlags,
  outsideDescription,
  outsideFlags,
  outsideOf,
  whileAsking,
} from '../outside-flags.ts';
import { someText } from '../values.ts';

export const lookup = defineCommand<CommonFlags & OutsideFlags, string[]>({
  docs: {
    brief: 'Name addresses: scope, AS, network, country, provider',
    usage: ['ADDRESS... [FLAGS]'],
    description: [
      'Says what is known of IPv4 and IPv6 addresses, from data that ships with northsouth. Needs no workspace; where there is one with DNS query logs, the name too that its hosts asked for.',
      outsideDescription,
    ],
    examples: [
      ['lookup 203.0.113.7 2001:db8::1', 'two addresses'],
      ['lookup 203.0.113.7 --rdap', 'with the registration of its block'],
      ['lookup 203.0.113.7 --json', 'for a script'],
    ],
  },
  parameters: {
    flags: { ...outsideFlags, ...commonFlags },
    positional: {
      kind: 'array',
      parameter: { parse: someText, placeholder: 'ADDRESS', brief: 'IPv4 or IPv6 address' },
      minimum: 1,
    },
  },
  run: async (session, flags, addresses) => {
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
    if (labels.every(({ scope }) => scope === null)) {
      throw new HuntError('usage.value', `"${addresses.join('", "')}" is not an IP address`, {
        hint: 'Write it as 203.0.113.7 or 2001:db8::1; names are not resolved.',
      });
    }
    if (session.json) return session.document(labels);
    return session.lines(lookupLines(labels, session.page));
  },
});

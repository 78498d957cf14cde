import { HuntError } from '../../errors.ts';
import { lookupLines } from '../../report/lookup.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, runOptionsOf } from '../common-flags.ts';
import { someText } from '../values.ts';

export const lookup = defineCommand<CommonFlags, string[]>({
  docs: {
    brief: 'Name addresses: scope, AS, network, country, provider',
    usage: ['ADDRESS... [FLAGS]'],
    description: [
      'Says what is known of IPv4 and IPv6 addresses, from data that ships with northsouth. Asks nobody and needs no workspace.',
    ],
    examples: [
      ['lookup 203.0.113.7 2001:db8::1', 'two addresses'],
      ['lookup 203.0.113.7 --json', 'for a script'],
    ],
  },
  parameters: {
    flags: commonFlags,
    positional: {
      kind: 'array',
      parameter: { parse: someText, placeholder: 'ADDRESS', brief: 'IPv4 or IPv6 address' },
      minimum: 1,
    },
  },
  run: async (session, flags, addresses) => {
    const labels = await session.world.library.lookup(addresses, runOptionsOf(flags, session.world));
    if (labels.every(({ scope }) => scope === null)) {
      throw new HuntError('usage.value', `"${addresses.join('", "')}" is not an IP address`, {
        hint: 'Write it as 203.0.113.7 or 2001:db8::1; names are not resolved.',
      });
    }
    if (session.json) return session.document(labels);
    return session.lines(lookupLines(labels, session.page));
  },
});

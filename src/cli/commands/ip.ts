import { addressLines } from '../../report/ip.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, type PeriodFlags, periodFlags, periodOf } from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import { someText, wholeNumber } from '../values.ts';

const rowsShown = 20;

type AddressFlags = CommonFlags & PeriodFlags & { readonly limit?: number };

export const ip = defineCommand<AddressFlags, [address: string]>({
  docs: {
    brief: 'Show everything about one address, and answer the four questions',
    usage: ['ADDRESS [FLAGS]'],
    description: [
      'Names, totals in and out, a picture over time, and for each of the four questions (scanning, credentialed access, command and control, exfiltration) yes, no or cannot tell, with the reasons; then the conversations. For an Internet address and for one of your own.',
      '--from and --to bound totals, picture and conversations; the four questions are answered over all loaded records.',
    ],
    examples: [
      ['ip 203.0.113.7', 'a peer'],
      ['ip 10.0.0.5 --from 2026-05-28 --to 2026-05-29', 'one day of a host of yours'],
      ['ip 2001:db8::1 --json', 'for a script'],
    ],
  },
  parameters: {
    flags: {
      limit: {
        kind: 'parsed',
        parse: wholeNumber(1),
        optional: true,
        placeholder: 'N',
        brief: `Conversations to show (default ${rowsShown}, with --json 1000)`,
      },
      ...periodFlags,
      ...commonFlags,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: someText, placeholder: 'ADDRESS', brief: 'IPv4 or IPv6 address' }],
    },
  },
  run: async (session, flags, [address]) => {
    const limit = flags.limit ?? (session.json ? 1000 : rowsShown);
    const report = await session.withWorkspace((workspace) =>
      whileSaying(session.world.stderr, 'Looking …', () =>
        workspace.ip(address, { ...periodOf(flags), limit }),
      ),
    );
    if (session.json) return session.document(report);
    return session.lines(addressLines(report, limit, session.page));
  },
});

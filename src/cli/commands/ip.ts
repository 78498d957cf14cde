import { addressLines } from '../../report/ip.ts';
import { askedLines } from '../../report/registry.ts';
import { defineCommand } from '../command.ts';
import {
  type CommonFlags,
  commonFlags,
  type PeriodFlags,
  periodFlags,
  periodOf,
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
import { someText, wholeNumber } from '../values.ts';

const rowsShown = 20;

type AddressFlags = CommonFlags & ShowSqlFlag & PeriodFlags & OutsideFlags & { readonly limit?: number };

export const ip = defineCommand<AddressFlags, [address: string]>({
  docs: {
    brief: 'Show everything about one address, and answer the four questions',
    usage: ['ADDRESS [FLAGS]'],
    description: [
      'Names, totals in and out, a picture over time, and for each of the four questions (scanning, credentialed access, command and control, exfiltration) yes, no or cannot tell, with the reasons; then the conversations. For an Internet address and for one of your own.',
      '--from and --to bound totals, picture and conversations; the four questions are answered over all loaded records.',
      outsideDescription,
    ],
    examples: [
      ['ip 203.0.113.7', 'a peer'],
      ['ip 10.0.0.5 --from 2026-05-28 --to 2026-05-29', 'one day of a host of yours'],
      ['ip 203.0.113.7 --rdap --reverse-dns', 'with what its registry and reverse DNS say'],
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
      ...outsideFlags,
      ...periodFlags,
      ...showSqlFlag,
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
      whileAsking(session, flags.rdap === true, 'Looking …', (outside) =>
        workspace.ip(address, { ...periodOf(flags), limit, ...outsideOf(flags), ...outside }),
      ),
    );
    await session.notes(askedLines(report.asked, session.notesPage));
    if (session.json) return session.document(report);
    return session.lines(addressLines(report, limit, session.page));
  },
});

import type { MarkOptions } from '../../known/marking.ts';
import { type Verdict, verdicts } from '../../marks/mark.ts';
import { markLines } from '../../report/marks.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags } from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import { oneOf, someText, wholeNumber } from '../values.ts';

export type SubjectFlags = CommonFlags & { readonly port?: number; readonly by?: string };

/** What narrows a mark, and who says so. `--local` is the local end here. */
export const subjectFlags = {
  port: {
    kind: 'parsed',
    parse: wholeNumber(0, 65_535),
    optional: true,
    placeholder: 'N',
    brief: 'Only traffic to this service port',
  },
  by: {
    kind: 'parsed',
    parse: someText,
    optional: true,
    placeholder: 'WHO',
    brief: 'Who says so (default: your user name)',
  },
  ...commonFlags,
  local: {
    ...commonFlags.local,
    placeholder: 'CIDR',
    brief: 'Only traffic with this local address or network',
  },
} as const;

export const targetParameter = {
  parse: someText,
  placeholder: 'TARGET',
  brief: 'Address, CIDR, AS number, or name of a network or provider',
} as const;

/** The flags without the local end, which is no range of the user's own. */
export function withoutLocal({ local: _, ...flags }: CommonFlags): CommonFlags {
  return flags;
}

/** The flags as the library takes them. */
export function subjectOptions({ port, local, by }: SubjectFlags): MarkOptions {
  return {
    ...(port === undefined ? {} : { port }),
    ...(local === undefined ? {} : { local: local.at(-1) ?? '' }),
    ...(by === undefined ? {} : { by }),
  };
}

export const mark = defineCommand<
  SubjectFlags & { readonly note?: string },
  [target: string, verdict: Verdict]
>({
  docs: {
    brief: 'Say what a peer is: benign, suspicious or malicious',
    usage: ['TARGET benign|suspicious|malicious [FLAGS]'],
    description: [
      'Counts at once, for all that is loaded, wherever the peer is shown. A suspicious or malicious mark raises the severity of findings and shows the peer in spite of a set-aside; a benign one lowers it, to low at most, and hides nothing. When the traffic of a benign peer changes its character (a new port or direction, a tenfold volume, a new finding), the mark says so and lowers no more; mark it again when you have looked.',
      'TARGET is an address, a network, an AS number (AS15169), or the name of a network or provider. The more specific mark counts: an address before a network, that before an AS number, that before a name; with --port and --local before those without. Marks lie in marks.yaml of the workspace.',
    ],
    examples: [
      ['mark 203.0.113.7 malicious --note "C2, ticket 4711"', 'one address'],
      ['mark AS15169 benign --note "our resolvers" --port 53', 'a network, at one port'],
      ['mark 198.51.100.0/24 benign --local 10.0.3.0/24', 'only with some hosts of yours'],
      ['unmark 203.0.113.7', 'take it back'],
    ],
  },
  parameters: {
    flags: {
      note: {
        kind: 'parsed',
        parse: someText,
        optional: true,
        placeholder: 'TEXT',
        brief: 'Why',
      },
      ...subjectFlags,
    },
    positional: {
      kind: 'tuple',
      parameters: [
        targetParameter,
        { parse: oneOf(verdicts), placeholder: 'VERDICT', brief: 'benign, suspicious or malicious' },
      ],
    },
  },
  common: withoutLocal,
  run: async (session, flags, [target, verdict]) => {
    const options = {
      ...subjectOptions(flags),
      ...(flags.note === undefined ? {} : { note: flags.note }),
    };
    const result = await session.withWorkspace((workspace) =>
      whileSaying(session.world.stderr, 'Looking at its traffic …', () =>
        workspace.mark(target, verdict, options),
      ),
    );
    if (session.json) return session.document(result);
    return session.lines(markLines(result, session.page));
  },
});

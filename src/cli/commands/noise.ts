import { HuntError } from '../../errors.ts';
import { noiseLines } from '../../report/noise.ts';
import { plainText } from '../../report/plain-text.ts';
import type { NoiseOptions } from '../../workspace/workspace.ts';
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
import { whileSaying } from '../progress.ts';
import type { Session } from '../session.ts';
import { someText } from '../values.ts';

type NoiseFlags = CommonFlags &
  ShowSqlFlag &
  PeriodFlags & { readonly all?: boolean; readonly findings?: boolean };

export const noise = defineCommand<NoiseFlags, string[]>({
  docs: {
    brief: 'Show what is left out as noise or set aside; switch it on and off',
    usage: ['[FLAGS]', 'on NAME... [FLAGS]', 'off NAME... [FLAGS]', 'off --all [FLAGS]', 'reset [FLAGS]'],
    description: [
      'Lists the noise rules and the set-asides, each with what it matches and how much, whether it is on or off, and why it is there. Nothing is deleted: what is switched off is back in the next hunt. Warns where what is hidden, or lowered by a benign mark, would be a finding of severity high or above.',
      'off --all shows everything for the time being: no rule, set-aside or benign mark counts, and no file is changed; reset brings back what was.',
    ],
    examples: [
      ['noise', 'all rules and set-asides'],
      ['noise off ntp', 'see the clock traffic too'],
      ['noise on Amazon Google', 'set these providers aside again'],
      ['noise off --all', 'show everything, until noise reset'],
      ['noise --no-findings', 'the counts only, which is faster the first time'],
    ],
  },
  parameters: {
    flags: {
      all: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'With off: everything, until noise reset',
      },
      findings: {
        kind: 'boolean',
        optional: true,
        brief: 'Say which findings are behind it (default); --no-findings leaves them out',
      },
      ...periodFlags,
      ...showSqlFlag,
      ...commonFlags,
    },
    positional: {
      kind: 'array',
      parameter: {
        parse: someText,
        placeholder: 'NAME',
        brief: 'on, off or reset; after on and off names of rules or set-asides',
      },
    },
  },
  run: async (session, flags, [action, ...names]) => {
    const period = periodOf(flags);
    const { findings, all } = flags;
    if (all === true && (action !== 'off' || names.length > 0)) {
      throw new HuntError('usage.value', '--all goes with off, and without names', {
        hint: `Try ${session.page.command('noise off --all')}`,
      });
    }
    if (action === undefined) {
      return showNoise(session, { ...period, ...(findings === undefined ? {} : { findings }) });
    }
    if (action === 'reset' && names.length === 0) return reset(session);
    if (all === true) return showEverything(session);
    if (action !== 'on' && action !== 'off') {
      throw new HuntError('usage.value', `noise cannot "${action}" anything`, {
        hint: `Try ${session.page.command('noise off NAME')}, or ${session.page.command('noise')} for the names.`,
      });
    }
    if (names.length === 0) {
      throw new HuntError('usage.missing', `noise ${action} needs the name of a rule or set-aside`, {
        hint: `The names: ${session.page.command('noise')}`,
      });
    }
    return switchNoise(session, names, action);
  },
});

function showNoise(session: Session, options: NoiseOptions): Promise<void> {
  return session.withWorkspace(async (workspace) => {
    const result = await whileSaying(session.world.stderr, 'Counting …', () => workspace.noise(options));
    if (session.json) await session.document(result);
    else await session.lines(noiseLines(result, session.page));
  });
}

async function switchNoise(session: Session, names: readonly string[], action: 'on' | 'off'): Promise<void> {
  await session.withWorkspace(async (workspace) => {
    for (const name of names) await workspace.switchNoise(name, action === 'on');
  });
  if (session.json) return session.document({ names, on: action === 'on' });
  const are = names.length === 1 ? 'is' : 'are';
  return session.notes([
    `${names.map(plainText).join(', ')} ${are} ${action}. The next hunt counts with that: ${session.page.command('hunt')}`,
  ]);
}

async function showEverything(session: Session): Promise<void> {
  const shown = await session.withWorkspace((workspace) => workspace.showEverything());
  if (session.json) return session.document({ everythingShown: shown });
  return session.notes([
    `Everything is shown: no noise rule, set-aside or benign mark counts. As it was: ${session.page.command('noise reset')}`,
  ]);
}

async function reset(session: Session): Promise<void> {
  const ended = await session.withWorkspace((workspace) => workspace.hideAgain());
  if (session.json) return session.document({ everythingShown: null, ended });
  return session.notes([
    ended
      ? 'Noise rules, set-asides and benign marks count as before.'
      : 'Nothing to reset: noise rules, set-asides and benign marks count as their files say.',
  ]);
}

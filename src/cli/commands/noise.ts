import { HuntError } from '../../errors.ts';
import { noiseLines } from '../../report/noise.ts';
import { plainText } from '../../report/plain-text.ts';
import type { Period } from '../../traffic/period.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, type PeriodFlags, periodFlags, periodOf } from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import type { Session } from '../session.ts';
import { someText } from '../values.ts';

export const noise = defineCommand<CommonFlags & PeriodFlags, string[]>({
  docs: {
    brief: 'Show what is left out as noise or set aside; switch it on and off',
    usage: ['[FLAGS]', 'on NAME... [FLAGS]', 'off NAME... [FLAGS]'],
    description: [
      'Lists the noise rules and the set-asides, each with what it matches and how much, whether it is on or off, and why it is there. Nothing is deleted: what is switched off is back in the next hunt.',
    ],
    examples: [
      ['noise', 'all rules and set-asides'],
      ['noise off ntp', 'see the clock traffic too'],
      ['noise on Amazon Google', 'set these providers aside again'],
    ],
  },
  parameters: {
    flags: { ...periodFlags, ...commonFlags },
    positional: {
      kind: 'array',
      parameter: {
        parse: someText,
        placeholder: 'NAME',
        brief: 'on or off, then names of rules or set-asides',
      },
    },
  },
  run: async (session, flags, [action, ...names]) => {
    const period = periodOf(flags);
    if (action === undefined) return showNoise(session, period);
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

function showNoise(session: Session, period: Period): Promise<void> {
  return session.withWorkspace(async (workspace) => {
    const result = await whileSaying(session.world.stderr, 'Counting …', () => workspace.noise(period));
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

import { markLines } from '../../report/marks.ts';
import { defineCommand } from '../command.ts';
import { type SubjectFlags, subjectFlags, subjectOptions, targetParameter, withoutLocal } from './mark.ts';

export const unmark = defineCommand<SubjectFlags, [target: string]>({
  docs: {
    brief: 'Take a mark back',
    usage: ['TARGET [FLAGS]'],
    description: [
      'Takes back the mark of exactly this target, port and local end. That it was taken back is remembered with who and when, so that importing an older copy of the marks does not bring it back.',
    ],
    examples: [
      ['unmark 203.0.113.7', 'an address'],
      ['unmark AS15169 --port 53', 'the mark that holds for one port'],
    ],
  },
  parameters: {
    flags: subjectFlags,
    positional: { kind: 'tuple', parameters: [targetParameter] },
  },
  common: withoutLocal,
  run: async (session, flags, [target]) => {
    const result = await session.withWorkspace((workspace) =>
      workspace.unmark(target, subjectOptions(flags)),
    );
    if (session.json) return session.document(result);
    return session.lines(markLines(result, session.page));
  },
});

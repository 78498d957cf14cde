import { type Question, questions } from '../../detect/finding.ts';
import { explanationLines } from '../../report/explain.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, runOptionsOf } from '../common-flags.ts';
import { oneOf } from '../values.ts';

export const explain = defineCommand<CommonFlags, [question: Question]>({
  docs: {
    brief: 'Explain how one of the four questions is answered',
    usage: [`${questions.join('|')} [FLAGS]`],
    description: [
      'What the question looks for, what it cannot see, how its score is worked out, likely false alarms, and its thresholds with the reason of each. Thresholds are changed in northsouth.yaml in the workspace.',
    ],
    examples: [
      ['explain c2', 'command and control'],
      ['explain scan --json | jq .settings', 'the thresholds for a script'],
    ],
  },
  parameters: {
    flags: commonFlags,
    positional: {
      kind: 'tuple',
      parameters: [{ parse: oneOf(questions), placeholder: 'QUESTION', brief: questions.join(', ') }],
    },
  },
  run: async (session, flags, [question]) => {
    const result = await session.world.library.explain(question, runOptionsOf(flags, session.world));
    if (session.json) return session.document(result);
    return session.lines(explanationLines(result, session.page));
  },
});

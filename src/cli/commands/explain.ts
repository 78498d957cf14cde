import { type Question, questions } from '../../detect/finding.ts';
import { HuntError } from '../../errors.ts';
import { type ChainName, chainNames } from '../../hunt/chain-names.ts';
import { explanationLines } from '../../report/explain.ts';
import { stepsLines } from '../../report/steps.ts';
import type { DialectName } from '../../sql/sql.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, runOptionsOf } from '../common-flags.ts';
import type { Session } from '../session.ts';
import { oneOf, someText } from '../values.ts';

type ExplainFlags = CommonFlags & {
  readonly steps?: boolean;
  readonly showSql?: boolean;
  readonly dialect?: DialectName;
};

export const explain = defineCommand<ExplainFlags, [topic?: string]>({
  docs: {
    brief: 'Explain how one of the four questions is answered',
    usage: [`${questions.join('|')} [FLAGS]`, '--steps [QUESTION] [FLAGS]'],
    description: [
      'What the question looks for, what it cannot see, how its score is worked out, likely false alarms, and its thresholds with the reason of each. Thresholds are changed in northsouth.yaml in the workspace.',
      'With --steps: in which steps it is worked out, what each reads, and which are kept in the workspace.',
    ],
    examples: [
      ['explain c2', 'command and control'],
      ['explain scan --json | jq .settings', 'the thresholds for a script'],
      ['explain --steps sessions', 'how records become sessions'],
      ['explain --steps exfil --show-sql --dialect trino', 'the SQL of each step, for Trino'],
    ],
  },
  parameters: {
    flags: {
      steps: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'List the steps in which it is worked out; of all that is worked out, without a name',
      },
      showSql: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'With --steps: the SQL of each',
      },
      dialect: {
        kind: 'enum',
        values: ['duckdb', 'trino'],
        optional: true,
        placeholder: 'ENGINE',
        brief: 'With --show-sql: as this engine reads it (default duckdb)',
      },
      ...commonFlags,
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: someText, placeholder: 'QUESTION', brief: chainNames.join(', '), optional: true },
      ],
    },
  },
  run: async (session, flags, [topic]) => {
    if (flags.steps === true) {
      return explainSteps(session, flags, topic === undefined ? undefined : oneOf(chainNames)(topic));
    }
    const { library } = session.world;
    const result = await library.explain(questionOf(topic), runOptionsOf(flags, session.world));
    if (session.json) return session.document(result);
    return session.lines(explanationLines(result, session.page));
  },
});

async function explainSteps(session: Session, flags: ExplainFlags, topic: ChainName | undefined) {
  const { dialect, showSql = false, ...common } = flags;
  const chains = await session.world.library.explainSteps(topic, {
    ...runOptionsOf(common, session.world),
    ...(dialect === undefined ? {} : { dialect }),
  });
  if (session.json) return session.document({ chains });
  return session.lines(stepsLines(chains, showSql, session.page));
}

function questionOf(topic: string | undefined): Question {
  if (topic !== undefined) return oneOf(questions)(topic);
  throw new HuntError('usage.missing', 'QUESTION is missing.', {
    hint: `Name one of ${questions.join(', ')}; or list steps with --steps.`,
  });
}

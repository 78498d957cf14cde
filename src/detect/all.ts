import type * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { accessDetector, accessSettings } from './access/index.ts';
import { c2Detector, c2Settings } from './c2/index.ts';
import type { Context, Detector, Focus } from './detector.ts';
import { exfilDetector, exfilSettings } from './exfil/index.ts';
import type { Judgement, Question } from './finding.ts';
import { scanDetector, scanSettings } from './scan/index.ts';
import { type SettingsOf, schemaOf, type ValuesOf } from './settings.ts';

/** The values of one detector's settings, whichever detector it is. */
export type Values = Readonly<Record<string, number | readonly number[]>>;

/** The values of all detectors' settings. */
export type DetectorValues = Readonly<Record<Question, Values>>;

/** A detector with its settings, in a form in which all of them fit into one list. */
export interface AnyDetector {
  readonly question: Question;
  readonly settings: SettingsOf;
  /** Takes some of the settings, checks their bounds and completes the rest. */
  readonly schema: v.GenericSchema<unknown, Values>;
  candidates(values: Values, context: Context, focus: Focus): Query<unknown>;
  /** The answers to all that was selected, one for what is one thing. */
  judgeAll(rows: readonly unknown[], values: Values, context: Context): Judgement[];
}

function any<Row, Definitions extends SettingsOf>(
  detector: Detector<Row, ValuesOf<Definitions>>,
  settings: Definitions,
): AnyDetector {
  return {
    question: detector.question,
    settings,
    schema: schemaOf(settings) as unknown as v.GenericSchema<unknown, Values>,
    candidates: (values, context, focus) =>
      detector.candidates(values as ValuesOf<Definitions>, context, focus) as Query<unknown>,
    judgeAll: (rows, values, context) => {
      const judgements = rows.map((row) =>
        detector.judge(row as Row, values as ValuesOf<Definitions>, context),
      );
      return detector.gather?.(rows as readonly Row[], judgements) ?? judgements;
    },
  };
}

/** The detectors, in the order of the questions. */
export const detectors: readonly AnyDetector[] = [
  any(scanDetector, scanSettings),
  any(accessDetector, accessSettings),
  any(c2Detector, c2Settings),
  any(exfilDetector, exfilSettings),
];

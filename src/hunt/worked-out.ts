import type { ScopeOverrides } from '../addresses/scope.ts';
import type { SetAside } from '../addresses/set-asides.ts';
import type { DetectorValues } from '../detect/all.ts';
import type { EverythingShown } from '../detect/noise-report.ts';
import type { IdentifiedFinding } from '../detect/results.ts';
import type { LocalEngine, LocalOptions } from '../engine/local.ts';
import type { PlacedList } from '../intel/match.ts';
import type { DataContext } from '../kept/derived.ts';
import type { OnStep } from '../kept/progress.ts';
import type { KnownFindings } from '../known/known-findings.ts';
import type { OutsideWorld } from '../known/outside.ts';
import type { Mark, MarkShown } from '../marks/mark.ts';
import { inForce, type Settings } from '../settings/settings.ts';
import type { Folder } from '../store/folder.ts';
import { identityOfBatches, keyOf } from '../store/kept.ts';
import type { Batch } from '../store/manifest.ts';
import type { NoiseRule } from '../traffic/noise-rules.ts';
import { analysisViews } from '../traffic/views.ts';
import type { Analysis } from './analysis.ts';
import type { Investigation, Relations } from './investigation.ts';

/**
 * A workspace at one moment, with all that was worked out from it: what a snapshot is made of. The relations are there
 * on every connection to the engine that looks for them in `schema`.
 */
export interface WorkedOut {
  readonly engine: LocalEngine;
  /** Where the relations of this snapshot are; whoever has it drops it when nobody asks any more. */
  readonly schema: string;
  /** What gives another engine the documented relations of this snapshot. */
  readonly relations: () => Promise<Relations>;
  readonly engineOptions: LocalOptions;
  readonly folder: Folder;
  /** A folder of this run, for what cannot be kept in the workspace. */
  readonly spare: string;
  readonly signal: AbortSignal | undefined;
  readonly batches: readonly Batch[];
  readonly scopes: ScopeOverrides;
  readonly noise: readonly NoiseRule[];
  /** Set while everything is shown, whatever rules, set-asides and benign marks say. */
  readonly everythingShown: EverythingShown | null;
  /** Rules and set-asides as their files have them, meanwhile. */
  readonly asWritten: Pick<Settings, 'noise' | 'setAsides'>;
  /** What is needed to know what registries said. */
  readonly outside: OutsideWorld;
  /** The workspace as the user named it. */
  readonly workspace: string;
  readonly setAsides: readonly SetAside[];
  readonly values: DetectorValues;
  readonly context: DataContext;
  readonly findings: KnownFindings;
  /** The findings that are yes or cannot be told, with the names of their peers, the most severe first. */
  readonly listed: readonly IdentifiedFinding[];
  readonly marks: ReadonlyMap<Mark, MarkShown>;
  /** The threat lists and known-good lists in use. */
  readonly threatLists: readonly PlacedList[];
  /** How much marks and lists weigh. */
  readonly weights: Settings['weights'];
  /** What the labels of the addresses were made from, as a short key. */
  readonly labels: string;
  /** The same without the set-asides. */
  readonly labelSets: string;
  /** Changes with everything that answers stand on. */
  readonly revision: string;
  /** The revision of this snapshot with other marks. */
  readonly revised: (marks: readonly Mark[]) => string;
}

/** Takes up what is loaded, set, marked and listed now. `onStep` hears what is being done. */
export async function workOut(investigation: Investigation, onStep: OnStep): Promise<WorkedOut> {
  onStep('labelling the addresses');
  // Two that free the same relations would stand in each other's way.
  if (investigation.areRelationsTaken) investigation.forget();
  const batches = await investigation.prepared();
  const analysis = await investigation.analysed();
  const { engine, engineOptions, folder, signal, scopes, outside, labels, labelSets, marksAndLists } =
    investigation;
  const { detectors: values, noise, setAsides, weights } = inForce(investigation.settings);
  const stated = [identityOfBatches(batches), scopes, labels, noise, values, weights];
  const revised = (marks: readonly Mark[]) => keyOf([...stated, { ...marksAndLists, marks }]);
  const worked = await analysis.workOut(onStep);
  const relations = await relationsOf(investigation, analysis);
  return {
    ...{
      engine,
      schema: investigation.takeSchema(),
      engineOptions,
      folder,
      spare: engineOptions.spillDirectory,
      signal,
    },
    ...{ batches, scopes, noise, setAsides, values, weights, labels, labelSets, outside },
    ...{ everythingShown: investigation.settings.everythingShown, asWritten: investigation.settings },
    ...{ workspace: investigation.options.workspace, threatLists: marksAndLists.lists },
    ...{ revised, revision: revised(marksAndLists.marks) },
    ...worked,
    relations: async () => relations,
  };
}

async function relationsOf(investigation: Investigation, analysis: Analysis): Promise<Relations> {
  const { prepare, files, ...others } = investigation.relations;
  const { views, files: more } = await analysis.viewsOf(new Set(analysisViews));
  return { ...others, prepare: [...prepare, ...views], files: [...files, ...more] };
}

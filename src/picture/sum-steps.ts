import type { Step } from '../sql/step.ts';
import { addressesRead } from '../traffic/noise.ts';
import type { NoiseRule } from '../traffic/noise-rules.ts';
import { endsOfSums, hoursOfRecords, places, portsOfSums, sums, wholeOfSums } from './cube.ts';
import { labelSets, numberedAddresses } from './labels.ts';
import { matchedOfSums } from './matched.ts';

/** The sums that the page's pictures are asked of, of records by stretches of so many seconds; each from those before. */
export function sumSteps(resolutionSeconds: number, rules: readonly NoiseRule[]): readonly Step[] {
  return [
    {
      name: 'workbench_places',
      about: 'Where records were seen and what became of them, numbered.',
      reads: ['records'],
      sql: places,
      isKept: true,
    },
    {
      name: 'workbench_label_sets',
      about: 'The combinations of labels that addresses have, numbered.',
      reads: ['labelled_addresses'],
      sql: labelSets,
      isKept: true,
    },
    {
      name: 'workbench_numbered',
      about: 'Addresses with their numbers and those of their labels.',
      reads: ['labelled_addresses', 'workbench_label_sets'],
      sql: numberedAddresses,
    },
    {
      name: 'workbench_sums',
      about: 'Sums of records by time, kind, place, ends, labels, ports and the noise rules that match.',
      reads: ['labelled_flows', 'workbench_places', 'workbench_numbered', ...addressesRead(rules)],
      sql: sums(resolutionSeconds, rules),
    },
    {
      name: 'workbench_ends',
      about: 'Those by ends and service port.',
      reads: ['workbench_sums'],
      sql: endsOfSums(resolutionSeconds),
      isKept: true,
    },
    {
      name: 'workbench_ports',
      about: 'What goes to the Internet, by port of the destination.',
      reads: ['workbench_sums'],
      sql: portsOfSums(resolutionSeconds),
      isKept: true,
    },
    {
      name: 'workbench_whole',
      about: 'The same over all times.',
      reads: ['workbench_ports'],
      sql: wholeOfSums,
      isKept: true,
    },
    {
      name: 'workbench_matched',
      about: 'What the noise rules match, by time and peer.',
      reads: ['workbench_sums'],
      sql: matchedOfSums(resolutionSeconds, rules),
      isKept: true,
    },
    {
      name: 'workbench_hours',
      about: 'Records without data by time, and how many each noise rule matches.',
      reads: ['records', 'workbench_matched'],
      sql: hoursOfRecords(resolutionSeconds, rules),
      isKept: true,
    },
  ];
}

import { scopeOf } from '../../addresses/scope.ts';
import { type DemoOptions, type PlantName, plantNames } from '../../demo/options.ts';
import { plainText } from '../../report/plain-text.ts';
import { shellWord } from '../../report/shell-word.ts';
import { counted } from '../../report/units.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags } from '../common-flags.ts';
import { type ProgressDisplay, progressDisplay } from '../progress.ts';
import type { Session } from '../session.ts';
import { oneOf, someOf, someText, wholeNumber } from '../values.ts';

const defaultOut = 'demo-data';

type DemoFlags = CommonFlags & {
  readonly out?: string;
  readonly records?: number;
  readonly seed?: number;
  readonly plant?: PlantName[];
  readonly files?: number;
  readonly days?: number;
  readonly hosts?: number;
  readonly window?: 60 | 600;
  readonly dns?: boolean;
  readonly force?: boolean;
};

const number = (brief: string, least = 1) =>
  ({ kind: 'parsed', parse: wholeNumber(least), optional: true, placeholder: 'N', brief }) as const;

export const demo = defineCommand<DemoFlags, []>({
  docs: {
    brief: 'Make flow logs with planted threats, to try everything on',
    usage: ['[FLAGS]'],
    description: [
      'Writes made-up flow logs of a small company to DIR/logs, and to DIR/truth.json what was planted in them. The same flags give the same bytes.',
      'beacon, exfil, scan and access are one threat for each question. The others hide threats or are mistaken for them: a host that the Internet reaches on every port, an office with programs that call home by the clock, an implant that rotates its servers, one whose server is dead, a web shell that is polled.',
    ],
    examples: [
      ['demo', `200,000 records in ${defaultOut}`],
      ['demo --out big --records 10000000 --seed 3', 'ten million records, other traffic'],
      ['demo --plant beacon,exfil', 'only these two threats'],
      ['demo --plant office', 'nothing but ordinary traffic'],
      ['demo --dns', 'with the DNS query logs of the hosts, so that addresses have names'],
    ],
  },
  parameters: {
    flags: {
      out: {
        kind: 'parsed',
        parse: someText,
        optional: true,
        placeholder: 'DIR',
        brief: `Folder to write (default ${defaultOut})`,
      },
      records: number('About how many records (default 200000)'),
      seed: number('Another seed, other traffic (default 7)', 0),
      plant: {
        kind: 'parsed',
        parse: someOf(plantNames),
        optional: true,
        placeholder: 'LIST',
        brief: `What to plant, from ${plantNames.join(',')} (default all)`,
      },
      files: number('Log files'),
      days: number('Days that the capture lasts'),
      hosts: number('Hosts of the company'),
      window: {
        kind: 'parsed',
        parse: parseWindow,
        optional: true,
        placeholder: 'SECONDS',
        brief: 'Aggregation window, 60 or 600 (default 60)',
      },
      dns: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Write Route 53 Resolver query logs of the hosts, too',
      },
      force: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Replace an earlier demo in the folder',
      },
      ...commonFlags,
    },
  },
  run: async (session, flags) => {
    const out = flags.out ?? defaultOut;
    const display = progressDisplay(session.world.stderr, 'Writing');
    const options = demoOptions(session, flags, out, (done) => display.show(done));
    const summary = await session.world.library.generateDemo(options).finally(() => display.stop());
    const { truth, ...facts } = summary;
    if (session.json) return session.document(facts);
    const queries =
      summary.queries === 0 ? '' : ` and ${counted(summary.queries, 'DNS query', 'DNS queries')}`;
    return session.lines([
      `Wrote ${counted(summary.records, 'record')}${queries} to ${plainText(summary.logs)}; what is planted is in ${plainText(summary.truthFile)}.`,
      `Next: ${session.page.command(['hunt', shellWord(summary.logs), ...publicRanges(truth.ownRanges)].join(' '))}`,
    ]);
  },
});

/** The flags that say which public ranges are the demo company's own: no registry knows that. */
function publicRanges(ranges: readonly string[]): string[] {
  return ranges
    .filter((range) => scopeOf(range.split('/')[0] ?? '') === 'internet')
    .map((range) => `--local ${range}`);
}

function demoOptions(
  session: Session,
  { records, seed, plant, files, days, hosts, window, dns, force }: DemoFlags,
  out: string,
  show: ProgressDisplay['show'],
): DemoOptions {
  return {
    out,
    signal: session.world.signal,
    onProgress: (progress) =>
      show({ ...progress, done: progress.filesDone / Math.max(1, progress.filesTotal) }),
    ...(records === undefined ? {} : { records }),
    ...(seed === undefined ? {} : { seed }),
    ...(plant === undefined ? {} : { plants: plant }),
    ...(files === undefined ? {} : { files }),
    ...(days === undefined ? {} : { days }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(window === undefined ? {} : { windowSeconds: window }),
    ...(dns === undefined ? {} : { dns }),
    ...(force === undefined ? {} : { force }),
  };
}

function parseWindow(text: string): 60 | 600 {
  return oneOf(['60', '600'])(text) === '60' ? 60 : 600;
}

import { HuntError } from '../../errors.ts';
import { baselineLines, exportedLines, importedLines } from '../../report/baseline.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, type ShowSqlFlag, showSqlFlag } from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import type { Session } from '../session.ts';
import { someText } from '../values.ts';

type BaselineFlags = CommonFlags & ShowSqlFlag & { readonly output?: string; readonly name?: string };

const text = { kind: 'parsed', parse: someText, optional: true } as const;

export const baseline = defineCommand<BaselineFlags, string[]>({
  docs: {
    brief: 'Carry what was normal to the next workspace, without its records',
    usage: [
      '[list] [FLAGS]',
      'export -o FILE [FLAGS]',
      'import FILE [--name NAME] [FLAGS]',
      'remove NAME [FLAGS]',
    ],
    description: [
      'export writes a profile of the loaded traffic with the Internet to a Parquet file: for each peer, and each local address, its service ports, since when, on how many days, with how many others, and what a day of it is like. It holds addresses, and no record.',
      'import takes such a file into use. Its peers are not new any more (--new-since), ip and findings say since when they are known, and where ports are new or a day has ten times the bytes. Several baselines add to each other; the same file is taken once.',
    ],
    examples: [
      ['baseline export -o may.parquet', 'what was normal in this workspace'],
      ['baseline import may.parquet --workspace june', 'for the next one'],
      ['hunt --new-since 2026-06-01', 'peers that neither the records nor a baseline had before'],
      ['baseline remove may', 'out of use again'],
    ],
  },
  parameters: {
    flags: {
      output: { ...text, placeholder: 'FILE', brief: 'File to export to, ending in .parquet' },
      name: {
        ...text,
        placeholder: 'NAME',
        brief: 'Name of an imported baseline (default: that of its file)',
      },
      ...showSqlFlag,
      ...commonFlags,
    },
    aliases: { o: 'output' },
    positional: {
      kind: 'array',
      parameter: {
        parse: someText,
        placeholder: 'ACTION',
        brief: 'list, export, import FILE or remove NAME',
      },
    },
  },
  run: async (session, flags, [action = 'list', subject, ...others]) => {
    const takesSubject = action === 'import' || action === 'remove';
    if (others.length > 0 || (!takesSubject && subject !== undefined)) {
      throw new HuntError('usage.value', `baseline ${action} takes no "${others[0] ?? subject}"`, {
        hint: `Try ${session.page.command('baseline --help')}`,
      });
    }
    if (action === 'list') return listed(session);
    if (action === 'export') return exported(session, needed(session, flags.output, 'export -o FILE'));
    if (action === 'import') return imported(session, needed(session, subject, 'import FILE'), flags.name);
    if (action === 'remove') return removed(session, needed(session, subject, 'remove NAME'));
    throw new HuntError('usage.value', `baseline cannot "${action}" anything`, {
      hint: `Try ${session.page.command('baseline list')}, or export, import or remove.`,
    });
  },
});

function needed(session: Session, value: string | undefined, usage: string): string {
  if (value !== undefined) return value;
  throw new HuntError('usage.missing', `baseline ${usage} is the whole of it`, {
    hint: `Try ${session.page.command('baseline --help')}`,
  });
}

function listed(session: Session): Promise<void> {
  return session.withWorkspace(async (workspace) => {
    const baselines = await workspace.baselines();
    if (session.json) return session.document({ baselines });
    return session.lines(baselineLines(baselines, session.page));
  });
}

async function exported(session: Session, output: string): Promise<void> {
  if (!output.toLowerCase().endsWith('.parquet')) {
    throw new HuntError('usage.value', `"${output}" does not end in .parquet`, {
      hint: 'A baseline is a Parquet file: end its name so.',
    });
  }
  const result = await session.withWorkspace((workspace) =>
    whileSaying(session.world.stderr, 'Looking at what is normal …', () => workspace.exportBaseline(output)),
  );
  if (session.json) return session.document(result);
  return session.notes(exportedLines(result, session.notesPage));
}

async function imported(session: Session, file: string, name: string | undefined): Promise<void> {
  const result = await session.withWorkspace((workspace) => workspace.importBaseline(file, name), {
    create: true,
  });
  if (session.json) return session.document(result);
  return session.lines(importedLines(result, session.page));
}

function removed(session: Session, name: string): Promise<void> {
  return session.withWorkspace(async (workspace) => {
    await workspace.removeBaseline(name);
    if (session.json) return session.document({ removed: name });
    return session.notes([`Baseline ${name} is out of use.`]);
  });
}

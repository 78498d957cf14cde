import { writeFile } from 'node:fs/promises';
import { HuntError } from '../../errors.ts';
import { importLines, marksLines } from '../../report/marks.ts';
import { plainText } from '../../report/plain-text.ts';
import { exportedFile } from '../../whole-file.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags } from '../common-flags.ts';
import { whileSaying } from '../progress.ts';
import type { Session } from '../session.ts';
import { someText } from '../values.ts';

type MarksFlags = CommonFlags & { readonly output?: string };

export const marks = defineCommand<MarksFlags, string[]>({
  docs: {
    brief: 'List marks; carry them to another workspace',
    usage: ['[list] [FLAGS]', 'export [-o FILE] [FLAGS]', 'import FILE [FLAGS]'],
    description: [
      'Lists what was marked, by whom, when and why, and whether the traffic of what is marked benign changed since.',
      'export writes the marks as YAML in a stable order, for review and for git. import merges such a file: of two marks of the same target the later one holds, and where they differ both are told.',
    ],
    examples: [
      ['marks', 'all marks'],
      ['marks export -o marks.yaml', 'a file for the repository of the team'],
      ['marks import marks.yaml', 'what the team knows, for this workspace'],
    ],
  },
  parameters: {
    flags: {
      output: {
        kind: 'parsed',
        parse: someText,
        optional: true,
        placeholder: 'FILE',
        brief: 'Write the export there (default: standard output)',
      },
      ...commonFlags,
    },
    aliases: { o: 'output' },
    positional: {
      kind: 'array',
      parameter: { parse: someText, placeholder: 'ACTION', brief: 'list, export, or import and a file' },
    },
  },
  run: async (session, flags, [action = 'list', file, ...others]) => {
    if (others.length > 0 || (action !== 'import' && file !== undefined)) {
      throw new HuntError('usage.value', `marks ${action} takes no "${others[0] ?? file}"`, {
        hint: `Try ${session.page.command('marks --help')}`,
      });
    }
    if (action === 'list') return listMarks(session);
    if (action === 'export') return exportMarks(session, flags.output);
    if (action === 'import') return importMarks(session, file);
    throw new HuntError('usage.value', `marks cannot "${action}" anything`, {
      hint: `Try ${session.page.command('marks list')}, ${session.page.command('marks export')} or ${session.page.command('marks import FILE')}`,
    });
  },
});

function listMarks(session: Session): Promise<void> {
  return session.withWorkspace(async (workspace) => {
    const report = await whileSaying(session.world.stderr, 'Looking at their traffic …', () =>
      workspace.marks(),
    );
    if (session.json) return session.document(report);
    return session.lines(marksLines(report, session.page));
  });
}

async function exportMarks(session: Session, output: string | undefined): Promise<void> {
  const yaml = await session.withWorkspace((workspace) => workspace.exportMarks());
  if (output === undefined) {
    if (session.json) return session.document({ yaml });
    return session.lines(yaml.trimEnd().split('\n').map(plainText));
  }
  await exportedFile(output, (beside) => writeFile(beside, yaml));
  if (session.json) return session.document({ file: output });
  return session.notes([`Wrote ${plainText(output)}.`]);
}

async function importMarks(session: Session, file: string | undefined): Promise<void> {
  if (file === undefined) {
    throw new HuntError('usage.missing', 'marks import needs a file', {
      hint: `Try ${session.page.command('marks import marks.yaml')}`,
    });
  }
  const result = await session.withWorkspace((workspace) => workspace.importMarks(file), { create: true });
  if (session.json) return session.document({ file, ...result });
  return session.lines(importLines(file, result, session.page));
}

import { renameSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenEquations } from '../../src/index.ts';
import {
  byteSoup,
  damagedFiles,
  type FlowLogFile,
  filesOfSeed,
  flowLogFiles,
  rearranged,
  several,
  writeFiles,
} from '../reference/generate-lines.ts';
import { Case, folderOf, line, lostLines, temporaryFolder } from './reading.ts';

/** Loads the files and holds what must hold on any input. Returns what a hunter sees of them. */
async function expectWhole(files: readonly FlowLogFile[]): Promise<void> {
  await using opened = await Case.open();
  await opened.load(writeFiles(files, temporaryFolder()));
  const rows = await opened.ask(
    'SELECT path, status, lines, header_lines, blank_lines, records, unreadable FROM files',
  );
  expect(rows).toHaveLength(files.length);
  expect(lostLines(rows)).toEqual([]);
  expect(brokenEquations(await opened.funnel())).toEqual([]);
}

describe('no line is lost and nothing crashes', () => {
  test('on any bytes', async () => {
    await fc.assert(fc.asyncProperty(several(byteSoup(), 20), expectWhole), { numRuns: 3 });
  });

  test('on damaged files', async () => {
    const files = several(damagedFiles({ records: [1, 20] }), 8);
    await fc.assert(fc.asyncProperty(files, expectWhole), { numRuns: 2 });
  });

  test('on JSON in pieces', async () => {
    const message = JSON.stringify({ message: line() });
    const crumbs = [
      message,
      `{"logEvents":[${message}]}`,
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      ' ',
      '\n',
      'null',
      '1e9',
    ];
    const more = [
      '{"srcaddr":"8.8.8.8","dstaddr":"10.0.0.1"}',
      '{"srcaddr":"8.8.8.8","":1,"a\\u0000b":{"c":2}}',
      '\\u0000',
      'ü',
    ];
    const body = fc
      .array(fc.constantFrom(...crumbs, ...more), { maxLength: 30 })
      .map((parts) => Buffer.from(parts.join('')));
    const files = fc.array(body, { minLength: 1, maxLength: 4 }).map((bodies) =>
      bodies.map(
        (each, index): FlowLogFile => ({
          ...{
            name: `${index}`,
            gzip: index % 2 === 1,
            bom: false,
            eol: '\n',
            lastEol: false,
            lines: [each],
          },
        }),
      ),
    );
    await fc.assert(fc.asyncProperty(several(files, 15), expectWhole), { numRuns: 2 });
  });
});

/** The funnel without the counts of files, and the largest destinations. */
async function seen(opened: Case): Promise<unknown> {
  const { files: _, emptyFiles: _empty, failedFiles: _failed, ...funnel } = await opened.funnel();
  return { funnel, top: await opened.top('bytes') };
}

describe('the same records give the same answer', () => {
  test('in any order and split, in one load or several, twice', async () => {
    await fc.assert(
      fc.asyncProperty(flowLogFiles(), fc.nat(1000), async (files, seed) => {
        await using one = await Case.open();
        await one.load(writeFiles(files, temporaryFolder()));
        const expected = await seen(one);

        const folder = temporaryFolder();
        const pieces = rearranged(files, seed);
        await using several = await Case.open();
        for (const [index, piece] of pieces.entries()) {
          await several.load(writeFiles([piece], join(folder, String(index))));
        }
        expect(await seen(several)).toEqual(expected);
        const { result } = await several.load(folder);
        expect(result ?? { records: 0, files: 0 }).toMatchObject({ records: 0, files: 0 });
        expect(await seen(several)).toEqual(expected);
      }),
      { numRuns: 4 },
    );
  });

  test('in another folder everything is a duplicate, and kept on demand', async () => {
    const files = filesOfSeed(5, { records: [300, 300] });
    await using opened = await Case.open();
    const folder = writeFiles(files, temporaryFolder());
    await opened.load(folder);
    const before = await opened.funnel();
    renameSync(folder, `${folder}-moved`);
    await opened.load(`${folder}-moved`);
    const after = await opened.funnel();
    const good = before.records - before.unreadable;
    expect(after).toMatchObject({ accepted: before.accepted, duplicate: before.duplicate + good });
    expect(brokenEquations(after)).toEqual([]);

    await using keeping = await Case.open();
    await keeping.load(folderOf({ 'a.log': line(), 'b.log': line() }), { keepDuplicates: true });
    expect(await keeping.funnel()).toMatchObject({ records: 2, duplicate: 0, accepted: 2 });
  });
});

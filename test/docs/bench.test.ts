import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { project } from '../cli/program.ts';

test('a workspace without findings is measured, and what could not be asked is said', async () => {
  const { workbenchTable } = (await import(pathToFileURL(`${project}/bench/results.mjs`).href)) as {
    workbenchTable: (measured: object) => string;
  };
  const rows = [
    { name: 'first picture', milliseconds: [12, 14, 90] },
    { name: 'a finding', milliseconds: [] },
    { name: 'mark, and see it', milliseconds: [] },
  ];
  const table = workbenchTable({ rows, prepared: 2, secondsToReady: 1, boundMs: 300 });
  expect(table).toMatch(/first picture +\| +3 +\| +14 +\| +90 +\|/);
  expect(table).toContain('Not asked, for want of what it is about: a finding; mark, and see it.');
});

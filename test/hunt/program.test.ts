import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AddressReport, FindingsResult, Hunt } from '../../src/detect/results.ts';
import { newFolder, northsouth, smallDemo } from '../cli/program.ts';

const folder = newFolder();
const workspace = join(folder, 'workspace');
const named = ['--workspace', workspace];
let hunt: Hunt;

beforeAll(async () => {
  const logs = await smallDemo(folder, 40_000, 8);
  const { code, stdout, stderr } = await northsouth(['hunt', logs, '--json', ...named]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  hunt = JSON.parse(stdout) as Hunt;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const json = async <Document>(...args: string[]): Promise<Document> => {
  const { code, stdout, stderr } = await northsouth([...args, '--json', ...named]);
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  return JSON.parse(stdout) as Document;
};

test('the first hunt has findings, and findings lists the same', async () => {
  expect(hunt.findings.length).toBeGreaterThan(0);
  const { findings } = await json<FindingsResult>('findings');
  expect(findings).toEqual(hunt.findings);
});

test('hunt shows them, hunt --no-findings does not', async () => {
  const { stdout } = await northsouth(['hunt', ...named]);
  expect(stdout).toMatch(/\nFindings: \d+ \w+/);
  expect(stdout).toContain(hunt.findings[0]?.peer);
  expect((await northsouth(['hunt', '--no-findings', ...named])).stdout).not.toContain('Findings: ');
});

test('findings in full, with a query that sql runs as it stands', async () => {
  const { stdout } = await northsouth(['findings', '--limit', '1', '--show-sql', ...named]);
  expect(stdout).toContain(hunt.findings[0]?.evidence[0]);
  const sql = hunt.findings[0]?.sql ?? '';
  expect(stdout).toContain(sql);
  const answer = await json<{ rows: unknown[] }>('sql', sql);
  expect(answer.rows.length).toBeGreaterThan(0);
});

test('ip answers the four questions for the first finding as findings does', async () => {
  const [first] = hunt.findings;
  const report = await json<AddressReport>('ip', first?.peer ?? '');
  const answer = report.questions.find(({ question }) => question === first?.question);
  expect(answer).toMatchObject({ answer: 'yes', score: first?.score, severity: first?.severity });
  const { stdout } = await northsouth(['ip', first?.peer ?? '', ...named]);
  for (const part of ['The four questions', 'Bytes per ', 'Conversations, by bytes', first?.evidence[0]])
    expect(stdout).toContain(part);
});

test('coverage and explain', async () => {
  const { stdout } = await northsouth(['coverage', '--limit', '2', ...named]);
  expect(stdout).toMatch(/records speak of \d+ %/);
  for (const question of ['scan', 'access', 'c2', 'exfil']) {
    const explained = await northsouth(['explain', question, ...named]);
    expect(explained).toMatchObject({ code: 0, stderr: '' });
    expect(explained.stdout).toContain('Settings in force');
    expect(explained.stdout).toContain(join(workspace, 'northsouth.yaml'));
  }
});

test('export of findings', async () => {
  const { code, stderr } = await northsouth(['export', 'findings', '-o', join(folder, 'f.csv'), ...named]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
});

test('wrong usage and a workspace that is not there', async () => {
  expect(await northsouth(['ip', 'example.com', ...named])).toMatchObject({ code: 2, stdout: '' });
  expect(await northsouth(['explain', 'virus', ...named])).toMatchObject({ code: 2, stdout: '' });
  for (const command of [['findings'], ['coverage'], ['ip', '203.0.113.7']])
    expect(await northsouth([...command, '--workspace', join(folder, 'none')])).toMatchObject({
      code: 3,
      stdout: '',
    });
});

test('a threshold out of bounds ends with 2 and says where', async () => {
  const other = join(folder, 'other');
  await northsouth(['load', join(folder, 'demo', 'logs'), '--workspace', other]);
  writeFileSync(join(other, 'northsouth.yaml'), 'local: []\nc2:\n  minStarts: -4\n');
  const { code, stderr } = await northsouth(['findings', '--workspace', other]);
  expect(code).toBe(2);
  expect(stderr).toContain(
    `${join(other, 'northsouth.yaml')}, line 3: c2.minStarts: expected a number from `,
  );
});

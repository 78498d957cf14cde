import { describe, expect, test } from 'vitest';
import {
  sampleCoverage,
  sampleFindings,
  sampleHunt,
  sampleLabels,
  sampleLists,
  sampleMarks,
  sampleNoise,
  sampleRejects,
} from '../report/samples.test.ts';
import { htmlReport } from './html.ts';
import { markdownReport } from './markdown.ts';
import type { Material } from './material.ts';

const none = { flows: 0, bytes: 0 };
const moment = { rejected: none, noise: none, outbound: none, inbound: none, eastWest: none };
const hour = (text: string, bytes: number) => ({ ...moment, start: text, outbound: { flows: 1, bytes } });

function material(changes: Partial<Material> = {}): Material {
  const chosen = sampleFindings.slice(0, 2);
  return {
    ...{ title: 'Case 7', note: null, by: 'alice', madeAt: '2026-06-05T08:00:00Z', version: '0.1.0' },
    ...{ command: 'northsouth report -o case.html', hunt: sampleHunt, broken: [], order: 'flows' },
    asked: { from: null, to: null, where: null },
    timeline: {
      bucketSeconds: 3600,
      buckets: [hour('2026-05-28T20:00:00Z', 5), hour('2026-05-28T21:00:00Z', 10)],
    },
    ...{ ignored: [], networks: [], countries: [], ports: [], locals: [] },
    coverage: { ...sampleCoverage, interfaces: sampleCoverage.interfaces.slice(0, 20) },
    computed: { computedOver: { from: null, to: null }, coverage: 0.9, skipped: 0 },
    ...{ choice: { severity: 'medium', unsettled: false }, chosen, below: 1, unsettled: 0 },
    inFull: chosen.map((finding) => ({
      ...{ finding, interArrivals: null, sessions: 3 },
      timeline: {
        bucketSeconds: 3600,
        buckets: [{ start: '2026-05-28T20:00:00Z', sessions: 3, bytesIn: 1, bytesOut: 2 }],
      },
      records: { total: 9, columns: ['start', 'bytes'], rows: [[1_780_000_000, 40]] },
    })),
    ...{ noise: sampleNoise, marks: sampleMarks, lists: sampleLists, labels: sampleLabels },
    ...{ failedFiles: sampleRejects.failedFiles, rejectReasons: sampleRejects.byReason },
    ...changes,
  };
}

describe('the page', () => {
  const { text } = htmlReport(material());

  test('loads and runs nothing', () => {
    expect(text).toMatch(
      /content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/]+=&#39;; base-uri/,
    );
    expect(text).not.toMatch(/<(?:script|img|iframe|link|object|embed|form|input|base)\b/i);
    expect(text).not.toMatch(/\s(?:on\w+|style|src|srcset)=/i);
    const links = [...text.matchAll(/href="([^"]*)"/g)].map(([, to = '']) => to);
    expect(links.filter((to) => !to.startsWith('#') && !to.startsWith('https://attack.mitre.org/'))).toEqual(
      [],
    );
    expect(links.filter((to) => to.startsWith('#') && !text.includes(`id="${to.slice(1)}"`))).toEqual([]);
  });

  test('closes every element that it opens', () => {
    const open: string[] = [];
    const body = text.slice(text.indexOf('<body>'), text.indexOf('</html>'));
    for (const [, close, name = '', empty] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
      if (empty === '/' || name === 'meta') continue;
      if (close === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  test('is for light, dark and paper', () => {
    expect(text).toContain('@media (prefers-color-scheme:dark)');
    expect(text).toContain('@media print');
    expect(text).toContain('break-before:page');
    expect(text).toContain('name="viewport"');
    expect(text).toContain('<html lang="en">');
  });

  test('has every step of the funnel with its number', () => {
    expect(text).toContain('<td class="number">10,000,000</td>');
    for (const [label, count] of [
      ['unreadable', '3'],
      ['rejected', '812,004'],
      ['kept', '3,766,333'],
    ])
      expect(text).toMatch(new RegExp(`>${label}</th><td class="number">${count}</td>`));
    expect(text).toContain('Reconciles: every record is counted once.');
    expect(htmlReport(material({ broken: ['records = 1 + 1'] })).text).toContain('Does not reconcile');
  });

  test('pictures have a title, and bars as high as their values', () => {
    expect(text).toContain('<title>To the Internet, bytes, up to 10 B</title>');
    // 44 high: half of it, then all of it.
    expect(text).toContain('d="M0 44v-22h1v22zM1 44v-44h1v44z"');
  });
});

test.each([
  ['html', htmlReport],
  ['md', markdownReport],
] as const)('hostile text is text in %s', (form, write) => {
  const hostile = `<img src=x onerror=alert(1)>"'[a](javascript:b) |\u202e\u001b]0;x\u0007`;
  const [first] = material().inFull;
  if (first === undefined) throw new Error('no finding');
  const finding = {
    ...first.finding,
    network: hostile,
    evidence: [hostile],
    attack: [hostile],
    sql: `\`\`\`${hostile}`,
  };
  const { text } = write(
    material({
      ...{ title: hostile, note: `${hostile}\n=====`, by: hostile, command: hostile },
      asked: { from: null, to: null, where: hostile },
      ...{
        chosen: [finding],
        inFull: [{ ...first, finding, records: { total: 1, columns: ['x'], rows: [[hostile]] } }],
      },
      failedFiles: [{ path: hostile, reason: hostile }],
    }),
  );
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  const outsideOfCode = form === 'md' ? text.replaceAll(/^(`{3,})[^`]*\n[\s\S]*?^\1$/gm, '') : text;
  expect(outsideOfCode).not.toContain('<img');
  if (form === 'md') {
    expect(outsideOfCode).not.toContain('[a](');
    expect(text).toMatch(/^````sql\n```<img/m);
  }
});

describe('many findings', () => {
  const [first] = material().inFull;
  const huge = 'so many reasons '.repeat(4000);
  const many = Array.from({ length: 2000 }, (_, index) => ({
    ...(first as NonNullable<typeof first>),
    finding: {
      ...(first as NonNullable<typeof first>).finding,
      ...{ id: `id${index}`, evidence: [huge], kind: index < 700 ? 'told' : 'left out' },
    },
  }));
  const { text, inFull, inALine } = htmlReport(
    material({ chosen: many.map(({ finding }) => finding), inFull: many }),
  );

  test('stay below 5 MB, and the page says what it leaves out', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(5_000_000);
    // 64 kB each.
    expect(inFull).toBeGreaterThan(50);
    expect(inALine).toBe(500);
    expect(text).toContain('2,000 findings: severity medium and above.');
    expect(text).toContain(`The first ${inFull} are told in full, 500 more in a line each`);
    expect(text).toContain(`${(2000 - inFull - 500).toLocaleString('en')} are left out.`);
    expect(text.match(/<article /g)).toHaveLength(inFull);
  });
});

test('the ticket, word for word', async () => {
  await expect(markdownReport(material({ note: 'First.\nSecond.\n\nThird.' })).text).toMatchFileSnapshot(
    'golden/report.md.txt',
  );
});

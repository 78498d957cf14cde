import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { coverageLines } from './coverage.ts';
import { explanationLines } from './explain.ts';
import { findingsLines, huntFindingLines } from './findings.ts';
import { addressLines } from './ip.ts';
import { type Page, plainPage } from './page.ts';
import {
  sampleAddress,
  sampleCoverage,
  sampleExplanation,
  sampleFindings,
  sampleFindingsResult,
} from './samples.test.ts';

const someCoverage = { ...sampleCoverage, interfaces: sampleCoverage.interfaces.slice(0, 6) };

const reports: Readonly<Record<string, (page: Page) => string[]>> = {
  'findings in a hunt': (page) => huntFindingLines(sampleFindings, true, page),
  findings: (page) => findingsLines(sampleFindingsResult, true, page),
  address: (page) => addressLines(sampleAddress, 6, page),
  coverage: (page) => coverageLines(someCoverage, page),
  explanation: (page) => explanationLines(sampleExplanation, page),
};

describe.each(Object.entries(reports))('%s', (name, report) => {
  test.each([80, 160])('at %d columns', async (width) => {
    const text = `${report(plainPage(width)).join('\n')}\n`;
    await expect(text).toMatchFileSnapshot(`golden/${name.replaceAll(' ', '-')}-${width}.txt`);
  });

  test('no line is wider than the terminal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 240 }), (width) => {
        for (const line of report(plainPage(width))) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }),
      { numRuns: 40 },
    );
  });

  test('nothing in it steers a terminal', () => {
    const text = report(plainPage()).join('\n');
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
  });
});

test('the name that a network gave itself is shown, made harmless', () => {
  const text = findingsLines(sampleFindingsResult, false, plainPage()).join('\n');
  expect(text).toContain('EVIL\\x1b]0;owned\\x07\\u{202e}');
});

test('the query is shown when asked for, and whole', () => {
  const sql = sampleFindings[0]?.sql ?? '';
  expect(findingsLines(sampleFindingsResult, true, plainPage()).join('\n')).toContain(sql);
  expect(findingsLines(sampleFindingsResult, false, plainPage()).join('\n')).not.toContain(sql);
});

test('a hunt shows what is medium and above; where nothing is, some of the low', () => {
  const text = huntFindingLines(sampleFindings, false, plainPage()).join('\n');
  expect(text).toContain('Findings: 1 critical, 1 medium, 1 low');
  expect(text).not.toContain('192.0.2.200');
  expect(text).toContain('1 more, and the reasons: northsouth findings');
  const low = sampleFindings.filter(({ severity }) => severity === 'low');
  expect(huntFindingLines(low, false, plainPage()).join('\n')).toContain('192.0.2.200');
  expect(huntFindingLines([], false, plainPage())[0]).toBe('Findings: none of severity low or above');
});

test('an address without traffic says so, and still its names', () => {
  const { totals } = sampleAddress;
  const zero = { ...totals, sessions: 0, flowsIn: 0, flowsOut: 0 };
  const text = addressLines({ ...sampleAddress, totals: zero }, 6, plainPage()).join('\n');
  expect(text).toContain('AS64500');
  expect(text).toContain('No loaded record has this address');
});

test('colours are asked for or absent, and change no width', () => {
  const colors = plainPage().colors;
  const coloured: Page = {
    ...plainPage(80),
    colors: { ...colors, red: (text) => `\u001b[31m${text}\u001b[39m` },
  };
  expect(coverageLines(someCoverage, coloured).join('')).toContain('\u001b[31m!');
  for (const line of addressLines(sampleAddress, 6, coloured)) {
    expect(stringWidth(line)).toBeLessThanOrEqual(80);
  }
});

import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import { exfilDetector, exfilSettings } from '../../src/detect/exfil/index.ts';
import { compareFindings, type Judgement, severities } from '../../src/detect/finding.ts';
import { defaultsOf } from '../../src/detect/settings.ts';
import { analysed } from './analysed.ts';

const labelled = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'labelled');
const settings = defaultsOf(exfilSettings);

/** The answers "yes", best first. */
async function found(path: string, local: readonly string[] = []): Promise<Judgement[]> {
  const { engine, context, close } = await analysed([path], local);
  const rows = await engine.ask(exfilDetector.candidates(settings, context, {}));
  await close();
  return rows
    .map((row) => exfilDetector.judge(row, settings, context))
    .filter(({ answer }) => answer === 'yes')
    .sort(compareFindings);
}

const isMediumOrAbove = ({ severity }: Judgement) => severities.indexOf(severity) >= 2;

describe.skipIf(!existsSync(labelled))('labelled traffic', () => {
  test('the peer of the Remcos set is first, low, because its packets are little more than headers', async () => {
    const folder = join(labelled, 'slips-test18-remcos-exfil');
    const truth = readFileSync(join(folder, 'truth.csv'), 'utf8').split('\n');
    const [malicious] = truth
      .filter((line) => line.includes(',malicious,'))
      .map((line) => line.split(',')[0]);
    const [first] = await found(folder);
    expect(first?.subject.peer).toBe(malicious);
    expect(first?.severity).toBe('low');
    expect(first?.severitySteps.map(({ because }) => because).join()).toContain('little more than headers');
  });

  test.each([
    'strato-008-normal40-day1',
    'strato-011-normal43-day1',
    'slips-test2-binetflow',
    'rita-proxy-rolling',
  ])('nothing above low in %s', async (name) => {
    expect((await found(join(labelled, name))).filter(isMediumOrAbove)).toEqual([]);
  });
});

describe('demo', () => {
  const own = ['10.20.0.0/16', '2a05:d014:1a2b:3c00::/56'];
  const generated = async (plants: readonly 'exfil'[], seed: number) => {
    const out = await mkdtemp(join(tmpdir(), 'northsouth-exfil-demo-'));
    await generateDemo({ out, records: 60_000, days: 2, seed, plants, force: true });
    const all = await found(join(out, 'logs'), own);
    await rm(out, { recursive: true, force: true });
    return all;
  };

  test('the planted theft is first, its nightly backups are not above low', async () => {
    const all = await generated(['exfil'], 7);
    expect(all[0]).toMatchObject({ kind: 'upload', severity: 'critical' });
    expect(all.slice(1).filter(isMediumOrAbove)).toEqual([]);
    expect(all.some(({ kind }) => kind === 'upload to a set-aside network')).toBe(true);
  });

  test('quiet traffic has nothing above low', async () => {
    expect((await generated([], 11)).filter(isMediumOrAbove)).toEqual([]);
  });
});

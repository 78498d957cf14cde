// The engine against the independent reference: the funnel and the largest destinations agree exactly.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scopeOf } from '../../src/addresses/scope.ts';
import { brokenEquations } from '../../src/index.ts';
import { scopeOf as referenceScopeOf } from '../reference/addresses.ts';
import {
  boundaryAddresses,
  damagedFiles,
  disputedAddresses,
  type FlowLogFile,
  filesOfSeed,
  flowLogFiles,
  headerlessFiles,
  several,
  writeFiles,
} from '../reference/generate-lines.ts';
import { type Reference, runReference } from '../reference/notebook.ts';
import { pandasAvailable, runPandas } from '../reference/pandas.ts';
import { Case, folderOf, temporaryFolder } from './reading.ts';

const data = join(import.meta.dirname, '../../../shared/data');
const orders = ['flows', 'bytes', 'packets'] as const;

async function expectParity(folder: string): Promise<Reference> {
  const reference = runReference(folder);
  await using opened = await Case.open();
  await opened.load(folder);
  const funnel = await opened.funnel();
  expect(brokenEquations(funnel)).toEqual([]);
  expect(funnel).toMatchObject(reference.funnel);
  for (const order of orders) {
    const expected = reference.top[order].map((row) => ({
      ...row,
      bytes: Number(row.bytes),
      packets: Number(row.packets),
    }));
    // The notebook knows no labels.
    const known = Object.keys(expected[0] ?? {});
    const rows = (await opened.top(order)).map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => known.includes(name))),
    );
    expect(rows, `by ${order}`).toEqual(expected);
  }
  return reference;
}

async function onFiles(files: readonly FlowLogFile[]): Promise<void> {
  await expectParity(writeFiles(files, temporaryFolder()));
}

describe('on generated files', () => {
  test.each([
    ['well-formed', flowLogFiles({ records: [0, 40] })],
    ['without header', headerlessFiles()],
    ['damaged', damagedFiles({ files: 3, records: [1, 30] })],
  ])('%s', async (_, files) => {
    await fc.assert(fc.asyncProperty(several(files, 6), onFiles), { numRuns: 3 });
  });

  test('of a seed, with thousands of records', async () => {
    const files = filesOfSeed(11, { records: [4000, 4000] });
    const { funnel, groups } = await expectParity(writeFiles(files, temporaryFolder()));
    expect(groups.length).toBeGreaterThan(1000);
    expect(funnel.duplicate).toBeGreaterThan(0);
  });

  test('in the default layout', async () => {
    await onFiles(filesOfSeed(12, { layout: 'default', records: [3000, 3000] }));
  });
});

test('both have the same scopes, at every boundary and where opinions part', () => {
  const addresses = [...boundaryAddresses, ...disputedAddresses];
  expect(addresses.map((address) => scopeOf(address))).toEqual(addresses.map(referenceScopeOf));
});

describe.skipIf(!existsSync(data))('on real and labelled logs', () => {
  const sets = existsSync(data) ? readdirSync(join(data, 'labelled')) : [];

  test.each(sets)('%s', async (set) => {
    const { funnel } = await expectParity(
      folderOf({ 'flow.log.gz': readFileSync(join(data, 'labelled', set, 'flow.log.gz')) }),
    );
    expect(funnel.records).toBeGreaterThan(100);
  });

  test('ec2-s3-v2.log', async () => {
    await expectParity(folderOf({ 'a.log': readFileSync(join(data, 'real/ec2-s3-v2.log')) }));
  });

  test('eks-cloudwatch-export.csv, against its lines without time and commas', async () => {
    const text = readFileSync(join(data, 'real/eks-cloudwatch-export.csv'), 'utf8');
    const [, ...records] = text.split('\n').filter((line) => line !== '');
    const plain = records.map((line) => line.trim().split(',').slice(1).join(' ')).join('\n');
    const reference = runReference(folderOf({ 'a.log': plain }));
    await using opened = await Case.open();
    await opened.load(join(data, 'real/eks-cloudwatch-export.csv'));
    const { unreadable, ...counts } = reference.funnel;
    expect(await opened.funnel()).toMatchObject({
      ...counts,
      records: counts.records + 1,
      unreadable: unreadable + 1,
    });
    const rows = await opened.top('bytes');
    expect(rows.map((row) => [row.srcAddr, row.dstAddr, row.dstPort, row.flows, row.bytes])).toEqual(
      reference.top.bytes.map((row) => [row.srcAddr, row.dstAddr, row.dstPort, row.flows, Number(row.bytes)]),
    );
  });
});

describe.skipIf(!pandasAvailable())("the notebook's own steps in pandas", () => {
  test.each([21, 22])('agree with the engine on clean input, seed %i', async (seed) => {
    const files = filesOfSeed(seed, {
      layout: 'default',
      addresses: 'plain',
      records: [3000, 3000],
      copies: false,
    });
    const folder = writeFiles(files, temporaryFolder());
    const pandas = runPandas(folder);
    await using opened = await Case.open();
    await opened.load(folder, { keepDuplicates: true });
    const funnel = await opened.funnel();
    expect(pandas).toMatchObject({
      loaded: funnel.records,
      flows: funnel.rejected + funnel.accepted,
      accepted: funnel.accepted,
      ns: funnel.northSouth,
      noise: funnel.noise,
      filtered_ns: funnel.kept,
      toInternet: funnel.toInternet,
    });
    const flows = (rows: readonly { flows: number }[]) => rows.map((row) => row.flows);
    expect(flows(await opened.top('flows'))).toEqual(flows(pandas.top));
  });
});

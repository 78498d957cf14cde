import pc from 'picocolors';
import { expect, test } from 'vitest';
import type { NoiseReport } from '../detect/noise-report.ts';
import { noiseLines } from './noise.ts';
import { sampleNoise } from './samples.test.ts';

const page = { colors: pc.createColors(false), command: (words: string) => `northsouth ${words}` };
const text = (report: NoiseReport) => noiseLines(report, page).join('\n');
const [amazon] = sampleNoise.setAsides;

test('each set-aside says which services it hides, unknown ones included', () => {
  expect(text(sampleNoise)).toMatch(/Amazon +S3 +700,000 +1\.2 TB +1,000/);
  expect(text(sampleNoise)).toMatch(/Amazon +unknown service +2,110/);
  expect(text(sampleNoise)).not.toContain('labels update');
});

test('a set-aside that is narrowed says to what; many services are joined, and still add up', () => {
  const services = Array.from({ length: 11 }, (_, index) => ({
    ...{ service: `S${index}`, records: 100 - index, bytes: 10, peers: 1 },
  }));
  const report = {
    ...sampleNoise,
    setAsides: [{ ...(amazon as NonNullable<typeof amazon>), except: ['EC2\u001b[31m'], services }],
  };
  // Three services with 92, 91 and 90 records.
  expect(text(report)).toMatch(/Amazon +3 others +273 +30 B +3/);
  expect(text(report)).toContain('Amazon hides all but EC2');
  expect(text(report)).not.toContain('\u001b');
});

test('where no list names services, it says how to get one', () => {
  const services = [{ service: null, records: 3, bytes: 4, peers: 2 }];
  const report = { ...sampleNoise, setAsides: [{ ...(amazon as NonNullable<typeof amazon>), services }] };
  expect(text(report)).toContain('northsouth labels update');
});

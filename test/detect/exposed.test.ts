import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorkspace } from '../../src/workspace/workspace.ts';
import { type Exposure, exposedLines } from './exposed-lines.ts';

/** All that is said of an exposed host, and how its sessions came out. */
async function hunted(exposure: Exposure) {
  const folder = await mkdtemp(join(tmpdir(), 'northsouth-exposed-'));
  await writeFile(join(folder, 'flow.log'), exposedLines(exposure));
  const workspace = await openWorkspace({ workspace: join(folder, 'workspace'), create: true });
  await workspace.load([join(folder, 'flow.log')]);
  const { findings } = await workspace.findings({ severity: 'info', unsettled: true });
  const starts = await workspace.query(
    `SELECT direction, state, count(*) AS sessions FROM sessions WHERE protocol = 6 AND peer LIKE '45.%'
      GROUP BY direction, state ORDER BY direction, state`,
  );
  await workspace.close();
  await rm(folder, { recursive: true });
  return { findings, starts: starts.rows.map((row) => row.slice(0, 2).join(' ')) };
}

describe.each([60, 600])('a host that the Internet reaches, windows of %d s', (window) => {
  test.each([3, 4])('seed %d: scanners that keep their source port are the weather', async (seed) => {
    const { findings, starts } = await hunted({ seed, window, days: 3, scanners: 40 });
    // From a registered port to a client's port, a probe and the rest of a connection look the same: nobody can tell.
    expect(starts.filter((start) => start !== 'unknown refused')).toEqual(['inbound refused']);
    const loud = findings.filter(
      ({ question, direction, severity, peer, local }) =>
        question !== 'scan' ||
        direction !== 'inbound' ||
        !['info', 'low'].includes(severity) ||
        peer === local,
    );
    expect(loud.map(({ question, kind, severity, peer }) => [question, kind, severity, peer])).toEqual([]);
    const named = new Set(findings.filter(({ answer }) => answer === 'yes').map(({ peer }) => peer));
    expect(named.size).toBeGreaterThanOrEqual(36);
  });
});

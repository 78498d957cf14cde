import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Workspace } from '../../src/index.ts';
import { countText } from '../../src/report/units.ts';
import {
  amazonPeer,
  beacon,
  beaconPeer,
  fileOf,
  host,
  hour,
  monday,
  place,
  quietPeer,
  removeScratchAfterwards,
  repeat,
  workspaceOf,
} from '../known/traffic.ts';

removeScratchAfterwards();

describe('a report', () => {
  let workspace: Workspace;
  const note = 'ours <b>| `really` \u202eevil';
  beforeAll(async () => {
    const others = repeat(40, (index) => ({
      from: host,
      to: quietPeer,
      port: 443,
      at: monday + index * 2000,
    }));
    const refused = repeat(12, (index) => ({
      ...{ from: quietPeer, to: host, port: 22, at: monday + index * 60, refused: true },
    }));
    const ntp = `2 123456789012 eni-1 ${host} 192.0.33.8 123 123 17 1 76 ${monday} ${monday + 20} ACCEPT OK`;
    workspace = await workspaceOf(beacon(beaconPeer), beacon(amazonPeer), others, refused, [ntp, '2 broken']);
    await workspace.addIntel(fileOf('bad.txt', `${beaconPeer}\n`), { name: 'ourlist' });
    await workspace.mark(quietPeer, 'suspicious', { note, by: 'alice' });
  });
  afterAll(() => workspace.close());

  /** The text of a report. */
  const written = async (ending: string, options: Parameters<Workspace['writeReport']>[1] = {}) => {
    const file = place(`report${ending}`);
    const result = await workspace.writeReport(file, options);
    const text = readFileSync(file, 'utf8');
    expect(result).toMatchObject({ file, bytes: statSync(file).size });
    return { result, text };
  };
  const unescaped = (text: string) =>
    text.replaceAll(
      /&(?:#39|quot|lt|gt|amp);/g,
      (entity) => ({ '&#39;': "'", '&quot;': '"', '&lt;': '<', '&gt;': '>' })[entity] ?? '&',
    );

  test('says what hunt, findings, marks and lists say', async () => {
    const hunt = await workspace.hunt({ limit: 20 });
    const { findings } = await workspace.findings({ severity: 'info', unsettled: true });
    const steps: string[] = [];
    const { result, text } = await written('.html', {
      all: true,
      onProgress: ({ step }) => steps.push(step),
    });
    const { funnel } = hunt;
    const { unreadable, duplicate, noData, skipData, rejected, accepted, eastWest, northSouth } = funnel;
    expect({ unreadable, rejected, noise: funnel.noise }).toEqual({ unreadable: 1, rejected: 12, noise: 1 });
    for (const [label, count] of Object.entries({
      ...{
        records: funnel.records,
        unreadable,
        duplicate,
        'no data': noData,
        'skipped data': skipData,
        rejected,
      },
      ...{
        accepted,
        'east/west': eastWest,
        'north/south': northSouth,
        noise: funnel.noise,
        kept: funnel.kept,
      },
      ...{ 'from the Internet': funnel.fromInternet, 'to the Internet': funnel.toInternet },
      ...{ 'set aside': funnel.setAside, shown: funnel.shown },
    }))
      expect(text, label).toMatch(new RegExp(`>${label}</th><td class="number">${countText(count)}</td>`));
    expect(findings.length).toBeGreaterThan(1);
    expect(result.findings).toEqual({
      chosen: findings.length,
      inFull: findings.length,
      inALine: 0,
      leftOut: 0,
    });
    const readable = unescaped(text);
    for (const finding of findings) {
      expect(text).toContain(`id="finding-${finding.id}"`);
      const said = [...finding.evidence, ...finding.counterEvidence, ...finding.missing, finding.sql];
      const because = [...finding.parts, ...finding.severitySteps].map((one) => one.because);
      for (const sentence of [...said, ...because])
        expect(readable).toContain(sentence.replaceAll('\u202e', '\\u{202e}'));
    }
    for (const row of hunt.top) expect(text).toContain(`<td class="text">${row.dstAddr}</td>`);
    expect(text).toContain('ours &lt;b&gt;| `really` \\u{202e}evil');
    expect(text).toContain('On threat lists: 1 peer');
    expect(text).toContain('1 line could not be read as records:');
    // What the first window of the beacon to a set-aside holds is there as a record.
    expect(text).toContain('2026-06-01 00:00:00');
    expect(new Set(steps)).toContain('collecting findings');
  });

  test('is of the findings that were chosen, by severity or by the beginning of an id', async () => {
    const { findings } = await workspace.findings({ severity: 'info' });
    const [first, second] = findings;
    const serious = findings.filter(({ severity }) => !['low', 'info'].includes(severity));
    const byDefault = await written('.md');
    expect(byDefault.result.findings.inFull).toBe(serious.length);
    const one = await written('.md', { findings: [second?.id.slice(0, 8) ?? ''] });
    expect(one.result.findings).toEqual({ chosen: 1, inFull: 1, inALine: 0, leftOut: 0 });
    expect(one.text).toContain(`\`${second?.id}\``);
    expect(one.text).not.toContain(`\`${first?.id}\``);
    expect(one.text).toContain('1 finding: chosen by the hunter.');
    await expect(written('.md', { findings: ['zzzz'] })).rejects.toMatchObject({ code: 'usage.value' });
    await expect(written('.md', { findings: [''] })).rejects.toMatchObject({ code: 'usage.value' });
  });

  test('is narrowed by a period and a filter, and says so; the funnel stays whole under a filter', async () => {
    const to = monday + 6 * hour;
    const { text } = await written('.html', { where: `peer:${quietPeer}`, to, all: true });
    const hunt = await workspace.hunt({ to });
    expect(text).toContain(`before 2026-06-01T06:00:00Z`);
    expect(text).toContain(`what meets the filter peer:${quietPeer}`);
    expect(text).toContain(`<td class="number">${countText(hunt.funnel.accepted)}</td>`);
    expect(text).not.toContain(`<td class="text">${beaconPeer}</td><td class="number">443/tcp`);
    await expect(written('.html', { where: 'account:123456789012' })).rejects.toMatchObject({
      code: 'filter.relation',
    });
  });

  test('is written whole or not at all', async () => {
    const file = place('kept.html');
    await workspace.writeReport(file, { title: 'First' });
    await workspace.writeReport(file, { title: 'Second' });
    expect(readFileSync(file, 'utf8')).toContain('<h1>Second</h1>');
    expect(
      readdirSync(dirname(file)).filter((name) => name.endsWith('.part') || name.endsWith('.tmp')),
    ).toEqual([]);
    const nowhere = place('nowhere/report.html');
    await expect(workspace.writeReport(nowhere)).rejects.toMatchObject({ code: 'export.unwritable' });
    expect(existsSync(nowhere)).toBe(false);
    await expect(workspace.writeReport(place('a.pdf'))).rejects.toMatchObject({
      ...{ code: 'usage.value', hint: 'Use one of .html, .md.' },
    });
    await expect(written('.html', { note: 'x'.repeat(20_001) })).rejects.toMatchObject({
      code: 'usage.value',
    });
  });
});

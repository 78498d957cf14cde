import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beacon, beaconPeer, place, removeScratchAfterwards, workspaceOf } from '../known/traffic.ts';
import { browserPath, startBrowser } from '../web/browser.ts';

removeScratchAfterwards();

const path = browserPath();

describe.skipIf(path === undefined)('a report in a browser', () => {
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];
  const said: string[] = [];

  beforeAll(async () => {
    const workspace = await workspaceOf(beacon(beaconPeer));
    const file = place('case.html');
    const { findings } = await workspace.writeReport(file, {
      ...{ title: '<script>document.title = "run"</script>', all: true },
      note: `${'a-word-without-an-end'.repeat(20)}\n<img src=x onerror="document.title='run'">`,
    });
    expect(findings.inFull).toBeGreaterThan(0);
    await workspace.close();
    browser = await startBrowser(path ?? '');
    page = await browser.newPage();
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    await page.goto(`file://${file}`);
  }, 60_000);
  afterAll(() => browser?.close());

  test('asks for nothing but itself, runs nothing, and its style sheet is taken', async () => {
    expect(asked).toHaveLength(1);
    expect(said).toEqual([]);
    expect(await page.title()).toBe('<script>document.title = "run"</script>');
    const margin = "getComputedStyle(document.querySelector('h1')).marginTop";
    expect(await page.evaluate(margin)).toBe('0px');
  });

  test.each(['light', 'dark'] as const)(
    'is accessible in %s, and as wide as the window',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
      if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe.source);
      const found = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
      );
      expect(found).toEqual([]);
    },
  );

  test('is for paper light, without the contents, each finding on a page of its own', async () => {
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const style = (selector: string, name: string) =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${name}')`);
    expect(await style('body', 'background-color')).toBe('rgb(255, 255, 255)');
    expect(await style('nav', 'display')).toBe('none');
    expect(await style('.finding', 'break-before')).toBe('page');
  });
});

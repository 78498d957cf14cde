import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { project } from '../cli/program.ts';
import { startServer, type TestServer } from '../server/serving.ts';
import { browserPath, startBrowser } from './browser.ts';

const path = browserPath();
const isPromised = process.env['CI'] !== undefined;
if (path === undefined) {
  const message = 'No browser: install chromium, or set NORTHSOUTH_BROWSER to one. The page is not tested.';
  if (isPromised) throw new Error(message);
  console.warn(message);
}
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** For people to look at; git ignores it. */
const pictures = join(project, 'coverage', 'screenshots');

describe.skipIf(path === undefined)('the page, in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];
  const foreign: string[] = [];

  const at = (url: string) => new URL(url, server.serving.link).href;
  const open = (url: string) => page.goto(at(url));
  const text = (selector: string) => page.locator(selector).first().innerText();
  const settled = () => page.locator('.stale, .waiting').first().waitFor({ state: 'detached' });
  const query = () => new URL(page.url()).searchParams;

  beforeAll(async () => {
    server = await startServer(20_000, join(project, 'dist', 'web'));
    browser = await startBrowser(path ?? '');
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
    context.setDefaultTimeout(15_000);
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(server.serving.link).origin) foreign.push(request.url());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('opens from the link, says that nothing is loaded, and loads', async () => {
    await page.goto(server.serving.link);
    await page.getByText('Nothing is loaded yet. Load logs').waitFor();
    expect(page.url()).not.toContain('token');
    await page.getByRole('navigation').getByRole('link', { name: 'Data' }).click();
    await page.getByLabel('Path').fill(join(server.root, 'demo', 'logs'));
    await page.getByRole('button', { name: 'Load', exact: true }).click();
    await page.getByText(/^done: [\d,]+ records/).waitFor();
    await page.locator('.status', { hasText: /\d records of 1\d files/ }).waitFor();
  });

  test('shows the overview: its numbers are those of the API', async () => {
    await open('/');
    await page.locator('.funnel').waitFor();
    const { funnel } = (await server.api('/api/overview')).json() as { funnel: Record<string, number> };
    const left = await page.locator('.funnel td.number').allInnerTexts();
    const wanted = ['records', 'accepted', 'northSouth', 'kept', 'toInternet', 'shown'];
    expect(left.map((each) => Number(each.replaceAll(',', '')))).toEqual(wanted.map((name) => funnel[name]));
    expect(await page.locator('.matter li').count()).toBeGreaterThan(3);
  });

  test('a brush narrows everything, back widens it again', async () => {
    const before = await text('.funnel td.number');
    const box = await page.locator('.chart canvas').first().boundingBox();
    if (box === null) throw new Error('no picture');
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 90, { steps: 6 });
    await page.mouse.up();
    await page.waitForURL(/from=.*to=/);
    await settled();
    const [from, to] = [query().get('from'), query().get('to')].map((time) => Date.parse(time ?? ''));
    // A fifth of a day and a little, since bars are taken whole.
    const hours = ((to ?? 0) - (from ?? 0)) / 3_600_000;
    expect(hours).toBeGreaterThan(4);
    expect(hours).toBeLessThan(6.5);
    await expect.poll(() => text('.funnel td.number')).not.toBe(before);
    await page.goBack();
    await expect.poll(() => text('.funnel td.number')).toBe(before);
    await page.goForward();
    await expect.poll(() => text('.funnel td.number')).not.toBe(before);
  });

  test('a filter is completed, applied and refused at its place', async () => {
    await open('/destinations');
    await page.keyboard.press('/');
    await page.keyboard.type('dst-po');
    await page.getByRole('option', { name: /dst-port:/ }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('53 ');
    await page.keyboard.press('Enter');
    await page.waitForURL(/where=dst-port%3A53/);
    await settled();
    const ports = await page.locator('.body .row > div:nth-child(4)').allInnerTexts();
    expect(ports.length).toBeGreaterThan(3);
    expect(new Set(ports)).toEqual(new Set(['53']));
    await page.keyboard.press('/');
    await page.locator('#filter').fill('dst-port:53 nonsense:1');
    await page.keyboard.press('Enter');
    await page.getByText(/\(character 13\)/).waitFor();
    expect(await text('.mistake mark')).toBe('nonsense');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await expect.poll(() => query().get('where')).toBeNull();
  });

  test('destinations are sorted and grouped by the server, and a link restores the view', async () => {
    await page.getByRole('columnheader', { name: 'bytes' }).getByRole('button').click();
    await expect.poll(() => query().get('sort')).toBe('bytes');
    await settled();
    const first = await text('.body .row');
    const { rows } = (await server.api('/api/destinations?sort=bytes&limit=1')).json() as {
      rows: { dstAddr: string }[];
    };
    expect(first).toContain(rows[0]?.dstAddr);
    await page.getByRole('group', { name: 'Group by' }).getByRole('button', { name: 'country' }).click();
    await expect.poll(() => query().get('group')).toBe('country');
    await page.goBack();
    await page.reload();
    await page.locator('.body .row').first().waitFor();
    expect(await text('[aria-sort=descending]')).toContain('bytes');
    expect(await text('.body .row')).toBe(first);
    // Rows far below are fetched when they come into view.
    await page.keyboard.press('End');
    const { total } = (await server.api('/api/destinations?limit=1')).json() as { total: number };
    await page
      .locator(`[aria-rowindex="${total + 1}"]`, { hasText: total.toLocaleString('en-US') })
      .waitFor();
    expect(await page.locator('.body .row').count()).toBeLessThan(100);
  });

  test('keys alone: to the findings, open one, mark it with a note, undo', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.locator('.findings .row').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/id=[0-9a-f]{16}/);
    await page.getByRole('heading', { name: 'For it' }).waitFor();
    await page.keyboard.press('n');
    await page.keyboard.type('seen before');
    await page.keyboard.press('Enter');
    await page.keyboard.press('m');
    await page.locator('.marks', { hasText: 'malicious' }).waitFor();
    expect(await text('.marks')).toContain('seen before');
    await page.locator('.row.open .verdict.malicious').waitFor();
    await page.keyboard.press('u');
    await page.locator('.marks').waitFor({ state: 'detached' });
    const { marks } = (await server.api('/api/marks')).json() as { marks: unknown[] };
    expect(marks).toEqual([]);
    const id = query().get('id');
    await page.keyboard.press('j');
    await expect.poll(() => query().get('id')).not.toBe(id);
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'hidden' });
  });

  test('a finding leads to its address, and that to others', async () => {
    const peer = await text('.detail a.address');
    await page.locator('.detail a.address').first().click();
    await page.waitForURL(/\/address\?/);
    expect(query().get('of')).toBe(peer);
    await page.locator('h2', { hasText: peer }).waitFor();
    const [other] = await page.locator('.grid a.address').allInnerTexts();
    expect(other).toMatch(/^[\d.:a-f]+$/);
  });

  test('SQL: a link only fills the editor; completion, result, error, saved queries', async () => {
    await open('/sql?q=SELECT%20count(*)%20AS%20n%20FROM%20rec');
    const editor = page.getByLabel('SQL');
    expect(await editor.inputValue()).toBe('SELECT count(*) AS n FROM rec');
    await page.getByText('One SELECT over the documented views').waitFor();
    await page.getByRole('heading', { name: 'Examples' }).waitFor();
    await editor.press('End');
    await editor.press('o');
    await page.locator('.offer.chosen', { hasText: 'records' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await editor.inputValue()).toBe('SELECT count(*) AS n FROM records');
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^1 rows in \d/).waitFor();
    const { records } = (await server.api('/api/status')).json() as { records: number };
    expect((await text('.body .row')).trim()).toBe(String(records));
    await page.getByLabel('Name to save the query as').fill('how many');
    await page.keyboard.press('Enter');
    await editor.fill('SELECT nothing FROM nowhere');
    await page.keyboard.press('Control+Enter');
    await page.locator('.failed').waitFor();
    await page.getByRole('button', { name: 'how many', exact: true }).click();
    expect(await editor.inputValue()).toContain('FROM records');
  });

  test('text from data stays text', async () => {
    await open(`/address?of=${encodeURIComponent('<img src=x onerror=alert(1)>')}`);
    await page.locator('.failed').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
  });

  test('every page in both themes: accessible, and a picture of it is kept', async () => {
    mkdirSync(pictures, { recursive: true });
    const { findings } = (await server.api('/api/findings')).json() as {
      findings: { id: string; peer: string }[];
    };
    const [finding] = findings;
    const views = {
      overview: '/',
      destinations: '/destinations?sort=bytes',
      findings: '/findings',
      finding: `/findings?id=${finding?.id}`,
      address: `/address?of=${finding?.peer}`,
      data: '/data',
      sql: '/sql',
    };
    const wrong: string[] = [];
    for (const [name, url] of Object.entries(views)) {
      await page.emulateMedia({ colorScheme: 'light' });
      await open(url);
      await page.waitForLoadState('networkidle').catch(() => undefined);
      await settled();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.waitForFunction(
          (theme) => document.documentElement.dataset['theme'] === theme,
          colorScheme,
        );
        await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
        await page.evaluate(axe);
        const found = (await page.evaluate(
          "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))",
        )) as string[];
        wrong.push(...found.map((each) => `${name} ${colorScheme} ${each}`));
      }
    }
    expect(wrong).toEqual([]);
  });

  test('usable at 800 pixels: nothing but tables scrolls sideways', async () => {
    await page.setViewportSize({ width: 800, height: 700 });
    for (const url of ['/', '/destinations', '/findings', '/data', '/sql']) {
      await open(url);
      await settled();
      const over = await page.evaluate(
        'document.querySelector("#main").scrollWidth - document.querySelector("#main").clientWidth',
      );
      expect({ url, over }).toEqual({ url, over: 0 });
    }
  });

  test('no complaint of the browser, no request to anyone else, no defect of the server', () => {
    // What the tests asked for on purpose is answered with an error, which the browser notes.
    const unwanted = complaints.filter((line) => !/status of 4\d\d/.test(line));
    expect(unwanted).toEqual([]);
    expect(foreign).toEqual([]);
    expect(server.defects).toEqual([]);
  });
});

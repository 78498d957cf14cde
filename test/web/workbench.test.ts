import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { browserPath } from './browser.ts';
import { keepPicture, show, sideways, take, viewsOf, violations } from './looks.ts';
import { startVisit, type Visit } from './visit.ts';

const path = browserPath();
const isMissing = 'The page is not tested: no browser. Install chromium, or set NORTHSOUTH_BROWSER to one.';
if (path === undefined) console.warn(isMissing);
const title = path === undefined ? 'the page (skipped: no browser)' : 'the page, in a browser';

// Where the tests promise something, what is left out is a failure.
test.runIf(process.env['CI'] !== undefined)('there is a browser to test the page with', () => {
  expect(path, isMissing).toBeDefined();
});

describe.skipIf(path === undefined)(title, () => {
  let visit: Visit;
  const answer = async <T>(url: string) => (await visit.server.api(url)).json() as T;
  const rows = () => visit.page.locator('.body .row');
  const shows = (selector: string) => expect.poll(() => visit.text(selector), { timeout: 15_000 });
  const url = (name: string) => expect.poll(() => visit.query(name), { timeout: 15_000 });

  beforeAll(async () => {
    visit = await startVisit(path ?? '');
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keepPicture(visit, `failed-${task.name.slice(0, 40)}`);
  });
  afterAll(() => visit?.close());

  test('opens from the link, says that nothing is loaded, and loads', async () => {
    const { page, server } = visit;
    await page.goto(server.serving.link);
    await page.getByText('Nothing is loaded yet. Load logs').waitFor();
    expect(page.url()).not.toContain('token');
    await page.getByRole('navigation').getByRole('link', { name: 'Data' }).click();
    await page.getByLabel('Path').fill(join(server.root, 'demo', 'nowhere'));
    await page.keyboard.press('Enter');
    await page.locator('.failed, [role=status]', { hasText: 'nowhere' }).first().waitFor();
    await page.getByLabel('Path').fill(join(server.root, 'demo', 'logs'));
    await page.getByRole('button', { name: 'Load', exact: true }).click();
    await page.locator('[role=status]', { hasText: /done: [\d,]+ records/ }).waitFor();
    await page.locator('.status', { hasText: /\d records of \d+ files/ }).waitFor();
  });

  test('shows the overview: its numbers are those of the API', async () => {
    const { page, open } = visit;
    await open('/');
    await page.locator('.funnel').waitFor();
    const { funnel } = await answer<{ funnel: Record<string, number> }>('/api/overview');
    const left = await page.locator('.funnel td.number').allInnerTexts();
    const wanted = ['records', 'accepted', 'northSouth', 'kept', 'toInternet', 'shown'];
    expect(left.map((each) => Number(each.replaceAll(',', '')))).toEqual(wanted.map((name) => funnel[name]));
    expect(await page.locator('.matter li').count()).toBeGreaterThan(3);
  });

  test('a brush narrows everything to whole steps of the sums, back widens it again', async () => {
    const { page, text, query } = visit;
    const before = await text('.funnel td.number');
    const box = await page.locator('.chart canvas').first().boundingBox();
    if (box === null) throw new Error('no picture');
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 90, { steps: 6 });
    await page.mouse.up();
    await page.waitForURL(/from=.*to=/);
    const [from, to] = ['from', 'to'].map((name) => Date.parse(query(name) ?? '') / 1000);
    const { period, resolutionSeconds } = await answer<{
      period: { from: string; to: string };
      resolutionSeconds: number;
    }>('/api/status');
    expect([(from ?? 1) % resolutionSeconds, (to ?? 1) % resolutionSeconds]).toEqual([0, 0]);
    // A fifth of the picture and a little, since bars are taken whole.
    const share = ((to ?? 0) - (from ?? 0)) / ((Date.parse(period.to) - Date.parse(period.from)) / 1000);
    expect(share).toBeGreaterThan(0.17);
    expect(share).toBeLessThan(0.27);
    await shows('.funnel td.number').not.toBe(before);
    const narrowed = await text('.funnel td.number');
    await page.goBack();
    await shows('.funnel td.number').toBe(before);
    await page.goForward();
    await shows('.funnel td.number').toBe(narrowed);
  });

  test('a filter is completed, applied and refused at its place', async () => {
    const { page, open, text, settled } = visit;
    await open('/destinations');
    await page.keyboard.press('/');
    await page.keyboard.type('dst-po');
    await page.getByRole('option', { name: /dst-port:/ }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('53 ');
    await page.keyboard.press('Enter');
    await url('where').toBe('dst-port:53');
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
    await page.locator('.mistake').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await url('where').toBeNull();
  });

  test('destinations are sorted and grouped by the server, and a link restores the view', async () => {
    const { page, text, settled } = visit;
    await page.getByRole('columnheader', { name: 'bytes' }).getByRole('button').click();
    await url('sort').toBe('bytes');
    await settled();
    const top = await answer<{ rows: { dstAddr: string }[] }>('/api/destinations?sort=bytes&limit=1');
    await shows('.body .row').toContain(top.rows[0]?.dstAddr);
    const first = await text('.body .row');
    await page.getByRole('columnheader', { name: 'bytes' }).getByRole('button').click();
    await page.locator('[aria-sort=ascending]').waitFor();
    await shows('.body .row').not.toBe(first);
    const least = await answer<{ rows: { dstAddr: string }[] }>(
      '/api/destinations?sort=bytes&descending=false&limit=1',
    );
    await shows('.body .row').toContain(least.rows[0]?.dstAddr);
    await page.goBack();
    await shows('.body .row').toBe(first);
    await page.getByRole('group', { name: 'Group by' }).getByRole('button', { name: 'country' }).click();
    await url('group').toBe('country');
    await shows('.head').not.toContain('destination');
    await page.goBack();
    await page.reload();
    await settled();
    expect(await text('[aria-sort=descending]')).toContain('bytes');
    await shows('.body .row').toBe(first);
    // Rows far below are fetched when they come into view.
    await page.keyboard.press('End');
    const { total } = await answer<{ total: number }>('/api/destinations?limit=1');
    await page
      .locator(`[aria-rowindex="${total + 1}"]`, { hasText: total.toLocaleString('en-US') })
      .waitFor();
    expect(await rows().count()).toBeLessThan(100);
    // The cursor stays in view on its way, not only at the ends.
    await page.keyboard.press('Home');
    for (let i = 0; i < 3; i++) await page.keyboard.press('PageDown');
    await page.keyboard.press('j');
    await page.locator('.row.cursor[aria-rowindex="63"]').waitFor();
    const [grid, row] = [
      await page.locator('.grid').boundingBox(),
      await page.locator('.row.cursor').boundingBox(),
    ];
    expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThanOrEqual((grid?.y ?? 0) + (grid?.height ?? 0));
  });

  test('export is what is shown: its filter, order and grouping', async () => {
    const { page, open } = visit;
    await open('/destinations?group=country&sort=bytes&where=-country:US');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'csv' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('destinations-by-country.csv');
    const [, ...lines] = (await readFile(await file.path(), 'utf8')).trim().split(/\r?\n/);
    const { total } = await answer<{ total: number }>('/api/destinations?group=country&where=-country:US');
    expect(lines.length).toBe(total);
    const shown = await page.locator('.body .row > div:nth-child(2)').allInnerTexts();
    expect(lines.map((line) => line.split(',')[1] || '-').slice(0, shown.length)).toEqual(shown);
  });

  test('keys alone: to the findings, open one, mark it with a note, undo', async () => {
    const { page, text, query } = visit;
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.locator('.findings .row').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
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
    expect(await answer<{ marks: unknown[] }>('/api/marks')).toMatchObject({ marks: [] });
    // The cursor went with the finding, whose place in the queue the mark had changed.
    await page.locator('.row.open.cursor').waitFor();
    const id = query('id');
    await page.keyboard.press('j');
    await url('id').not.toBe(id);
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'hidden' });
  });

  test('a mark shows at once, with a sign until it is written down; where it cannot be, it is taken back', async () => {
    const { page, open } = visit;
    await open('/findings');
    await page.keyboard.press('j');
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/marks', async (route) => {
      await held;
      await route.continue();
    });
    await page.keyboard.press('s');
    await page.locator('.row.cursor .verdict.suspicious.pending').waitFor();
    await shows('.row.cursor .verdict').toBe('suspicious …');
    release();
    await page.locator('.row .verdict.suspicious:not(.pending)').first().waitFor();
    await page.unroute('**/api/marks');
    await page.keyboard.press('u');
    await page.getByText(/^Undone: /).waitFor();
    await page.locator('.row .verdict.suspicious').first().waitFor({ state: 'detached' });
    expect(await answer<{ marks: unknown[] }>('/api/marks')).toMatchObject({ marks: [] });

    const refused = { code: 'workspace.locked', message: 'Another process writes.', hint: 'Try again.' };
    await page.route('**/api/marks', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await route.fulfill({ status: 409, json: { error: refused } });
    });
    await page.keyboard.press('b');
    await page.locator('.row .verdict.benign.pending').first().waitFor();
    await page.getByRole('alert').getByText('Another process writes. Try again.').waitFor();
    await page.locator('.row .verdict.benign').first().waitFor({ state: 'detached' });
    await page.unroute('**/api/marks');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'For it' }).waitFor();
  });

  test('a finding leads to its address, that to others, and back again', async () => {
    const { page, text, query, settled } = visit;
    await settled();
    const from = page.url();
    const peer = await text('.detail a.address');
    await page.locator('.detail a.address').first().click();
    await url('of').toBe(peer);
    await page.locator('h2', { hasText: peer }).waitFor();
    const other = await text('.grid .row a.address');
    expect(other).toMatch(/^[\d.:a-f]+$/);
    await page.locator('.grid .row a.address').first().click();
    await url('of').toBe(other);
    await page.locator('h2', { hasText: other }).waitFor();
    await page.goBack();
    await page.locator('h2', { hasText: peer }).waitFor();
    await page.goBack();
    await page.locator('.detail', { hasText: peer }).waitFor();
    expect(page.url()).toBe(from);
    expect(query('id')).not.toBeNull();
  });

  test('SQL: a link only fills the editor; completion, result, error, saved queries', async () => {
    const { page, open, text } = visit;
    await open('/sql?q=SELECT%20count(*)%20AS%20n%20FROM%20rec');
    const editor = page.getByLabel('SQL', { exact: true });
    expect(await editor.inputValue()).toBe('SELECT count(*) AS n FROM rec');
    await page.getByText('One SELECT over the documented views').waitFor();
    await page.getByRole('heading', { name: 'Examples' }).waitFor();
    await editor.press('End');
    await editor.press('o');
    await page.locator('.offer.chosen', { hasText: 'records' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await editor.inputValue()).toBe('SELECT count(*) AS n FROM records');
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^1 rows? in \d/).waitFor();
    const { records } = await answer<{ records: number }>('/api/status');
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
    const { page, open } = visit;
    await open(`/address?of=${encodeURIComponent('<img src=x onerror=alert(1)>')}`);
    await page.locator('.failed').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
  });

  test('every page, in both themes: accessible, as wide as its window from 800 to 2560 pixels', async () => {
    const { page } = visit;
    const sizes = [
      { width: 800, height: 700 },
      { width: 2560, height: 1300 },
      { width: 1280, height: 900 },
    ];
    const wrong: string[] = [];
    for (const [name, place] of Object.entries(await viewsOf(visit))) {
      await page.emulateMedia({ colorScheme: 'light' });
      await show(visit, place);
      for (const size of sizes) {
        await page.setViewportSize(size);
        await visit.settled();
        const over = await sideways(visit);
        if (over > 0) wrong.push(`${name} at ${size.width}: ${over} pixels too wide`);
        if (size.width !== 1280) await take(visit, 'light', `${name}-${size.width}`);
      }
      for (const theme of ['light', 'dark'] as const) {
        await take(visit, theme, name);
        wrong.push(...(await violations(visit)).map((each) => `${name}, ${theme}: ${each}`));
      }
    }
    expect(wrong).toEqual([]);
  });

  test('no complaint of the browser, no request to anyone else, no defect of the server', () => {
    const { complaints, requests, server } = visit;
    // What the tests asked for on purpose is answered with an error, which the browser notes.
    expect(complaints.filter((line) => !/status of 4\d\d/.test(line))).toEqual([]);
    expect(requests.length).toBeGreaterThan(100);
    expect(new Set(requests.map(({ origin }) => origin))).toEqual(
      new Set([`http://127.0.0.1:${server.serving.port}`]),
    );
    expect(server.defects).toEqual([]);
  });
});

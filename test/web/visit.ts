import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { project } from '../cli/program.ts';
import { startServer, type TestServer } from '../server/serving.ts';
import { startBrowser } from './browser.ts';

/** A server with the built page, and a browser on it that writes down what it complains of. */
export interface Visit {
  readonly server: TestServer;
  readonly page: Page;
  /** Errors and warnings of the console, and what was thrown. */
  readonly complaints: readonly string[];
  /** Every request of the browser, whether the server got it or not. */
  readonly requests: readonly URL[];
  open(url: string): Promise<void>;
  /** The text of the first element of a selector, as it is shown. */
  text(selector: string): Promise<string>;
  /** Waits until what the page shows is the answer to what its URL asks. */
  settled(): Promise<void>;
  /** What the URL says. */
  query(name: string): string | null;
  close(): Promise<void>;
}

/** Starts both; 20,000 records of made-up traffic lie beside the workspace, which is empty. */
export async function startVisit(executablePath: string): Promise<Visit> {
  const server = await startServer(20_000, join(project, 'dist', 'web'));
  const browser = await startBrowser(executablePath);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const [complaints, requests]: [string[], URL[]] = [[], []];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(new URL(request.url())));
  const settled = async () => {
    // Effects, which ask, run behind the frame that shows the new place.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))');
    await page.locator('main[aria-busy=false]:not(:has(.stale, .waiting))').waitFor();
  };
  return {
    ...{ server, page, complaints, requests, settled },
    open: async (url) => {
      await page.goto(new URL(url, server.serving.link).href);
      await settled();
    },
    // biome-ignore lint/performance/useDomNodeTextContent: what is shown counts, not what the document holds
    text: (selector) => page.locator(selector).first().innerText(),
    query: (name) => new URL(page.url()).searchParams.get(name),
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

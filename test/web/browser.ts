import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The browser to test with: the one that NORTHSOUTH_BROWSER names, Debian's, or Playwright's own; undefined where there
 * is none, and for the name "none".
 */
export function browserPath(): string | undefined {
  const named = process.env['NORTHSOUTH_BROWSER'];
  if (named === 'none') return undefined;
  if (named !== undefined && named !== '') return named;
  return [...usual, chromium.executablePath()].find((path) => existsSync(path));
}

/** Starts it; root, as containers have it, cannot use its sandbox. */
export function startBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

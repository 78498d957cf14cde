import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { project } from '../cli/program.ts';
import type { Visit } from './visit.ts';

/** For people to look at; git ignores it. */
const pictures = join(project, 'coverage', 'screenshots');

/** Every page with something on it. */
export async function viewsOf({ server }: Visit): Promise<Readonly<Record<string, string>>> {
  const { findings } = (await server.api('/api/findings')).json() as {
    findings: { id: string; peer: string; local: string }[];
  };
  const [finding] = findings;
  return {
    overview: '/',
    destinations: '/destinations?sort=bytes',
    findings: '/findings',
    finding: `/findings?id=${finding?.id}`,
    address: `/address?of=${finding?.peer}`,
    local: `/address?of=${finding?.local}`,
    data: '/data',
    sql: '/sql?q=SELECT%20service_port%2C%20count(*)%20AS%20sessions%0AFROM%20sessions%0AGROUP%20BY%20ALL%0AORDER%20BY%20sessions%20DESC',
  };
}

/** Opens a page as someone who looks at it; SQL has run. */
export async function show({ page, open, settled }: Visit, url: string): Promise<void> {
  await open(url);
  if (url.startsWith('/sql')) {
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText(/rows in \d/).waitFor();
  }
  await settled();
}

/** Keeps a picture of what the window shows. */
export async function keepPicture({ page }: Visit, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/** Puts the page into a theme, and keeps a picture of it. */
export async function take(visit: Visit, theme: 'light' | 'dark', name: string): Promise<void> {
  await visit.page.emulateMedia({ colorScheme: theme });
  await visit.page.locator(`html[data-theme=${theme}]`).waitFor();
  await keepPicture(visit, `${name}-${theme}`);
}

/** What axe-core finds against WCAG 2.1 AA, one line for each rule that is broken. */
export async function violations({ page }: Visit): Promise<string[]> {
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe.source);
  return page.evaluate(
    `axe.run({ resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then(({ violations }) => violations.map(
      ({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))`,
  );
}

/** By how many pixels the page is wider than its window. */
export function sideways({ page }: Visit): Promise<number> {
  return page.evaluate(
    `Math.max(...[document.documentElement, document.querySelector('main')].map((e) => e.scrollWidth - e.clientWidth))`,
  );
}

import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { underWay } from '../ask.ts';
import { Address } from '../pages/address.tsx';
import { Data } from '../pages/data/data.tsx';
import { Destinations } from '../pages/destinations.tsx';
import { Findings } from '../pages/findings/findings.tsx';
import { Overview } from '../pages/overview/overview.tsx';
import { Sql } from '../pages/sql/sql.tsx';
import { FilterBox } from '../parts/filter-box.tsx';
import { TimeRange } from '../parts/time-range.tsx';
import { followLinks, type PageName, place, urlOf } from '../route.ts';
import { Help } from './help.tsx';
import { onKey, pageKeys } from './keys.ts';
import { followStatus } from './status.ts';
import { StatusLine } from './status-line.tsx';

interface Page {
  readonly title: string;
  readonly View: () => JSX.Element;
}

const views: Readonly<Record<PageName, Page>> = {
  overview: { title: 'Overview', View: Overview },
  destinations: { title: 'Destinations', View: Destinations },
  findings: { title: 'Findings', View: Findings },
  address: { title: 'Address', View: Address },
  data: { title: 'Data', View: Data },
  sql: { title: 'SQL', View: Sql },
};

/** The whole workbench: what stays, and the page that is open. */
export function App() {
  useEffect(followStatus, []);
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    document.addEventListener('click', followLinks);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('click', followLinks);
    };
  }, []);
  const { page } = place.value;
  const view = views[page];
  useEffect(() => {
    document.title = `${view.title} - northsouth`;
  }, [view.title]);
  return (
    <>
      <a class="skip" href="#main" target="_self">
        Skip to the content
      </a>
      <header class="top">
        <strong class="brand">northsouth</strong>
        <nav aria-label="Pages">
          {Object.entries(views).map(([name, { title }]) => (
            <a
              key={name}
              href={urlOf(name as PageName)}
              aria-current={page === name ? 'page' : undefined}
              title={`g ${Object.entries(pageKeys).find(([, each]) => each === name)?.[0] ?? ''}`}
            >
              {title}
            </a>
          ))}
        </nav>
        <FilterBox />
        <TimeRange />
      </header>
      <StatusLine />
      <main id="main" tabIndex={-1} class={`page ${page}`} aria-busy={underWay.value > 0}>
        <h1 class="unseen">{view.title}</h1>
        <view.View />
      </main>
      <Help />
    </>
  );
}

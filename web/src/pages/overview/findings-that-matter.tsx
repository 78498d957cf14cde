import type { Overview } from '../../../../src/server/api.ts';
import { counted, port, questionWords } from '../../format.ts';
import { AddressLink } from '../../parts/address-link.tsx';
import { Severity } from '../../parts/severity.tsx';
import { Empty } from '../../parts/states.tsx';
import { urlOf } from '../../route.ts';

/** The most severe answers, with how many there are of each severity. */
export function FindingsThatMatter({ findings }: { readonly findings: Overview['findings'] }) {
  const { matter, bySeverity, total } = findings;
  return (
    <section class="panel" aria-labelledby="matter-title">
      <h2 id="matter-title">
        Findings <small>{counted(total)} in this time range and filter</small>
      </h2>
      <p class="severities">
        {Object.entries(bySeverity).map(([name, count]) => (
          <span key={name} class={count === 0 ? 'none' : ''}>
            <Severity of={name} /> {counted(count)}
          </span>
        ))}
      </p>
      {matter.length === 0 ? (
        <Empty>No finding. What cannot be told, and why, stands on the page Findings.</Empty>
      ) : (
        <ul class="matter">
          {matter.map((each) => (
            <li key={each.id}>
              <Severity of={each.severity} />
              <AddressLink of={each.peer} />
              <a href={urlOf('findings', { id: each.id })}>
                {questionWords[each.question]} {port(each.servicePort, each.protocol)}
              </a>
              <span class="host">{each.local}</span>
              <span class="reason" title={each.reason ?? ''}>
                {each.reason}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

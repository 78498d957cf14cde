import { useEffect } from 'preact/hooks';
import type { FindingDetail, FindingLine } from '../../../../src/server/api.ts';
import { useAnswer } from '../../answer.ts';
import { bytes, counted, moment, percent, port, questionNames } from '../../format.ts';
import { AddressLink } from '../../parts/address-link.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { InterArrivals, SessionTimeline } from '../../parts/session-pictures.tsx';
import { Severity } from '../../parts/severity.tsx';
import { SqlText } from '../../parts/sql-text.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { change, place, urlOf } from '../../route.ts';
import { MarkBar } from './mark-bar.tsx';
import { Marks, Reasons } from './reasons.tsx';
import { RecordSample, Sessions } from './samples.tsx';

interface FindingPageProps {
  readonly id: string;
  /** Hears which finding is shown. */
  readonly onShown: (finding: FindingLine) => void;
}

/** One finding with everything behind it. */
export function FindingPage({ id, onShown }: FindingPageProps) {
  const answer = useAnswer('finding', { params: { id } });
  const { data } = answer;
  useEffect(() => {
    if (data !== undefined)
      onShown({ ...data, reason: null, names: [], peersTotal: Math.max(1, data.peers.length) });
  }, [data]);
  return (
    <section class="detail" aria-label="Finding" tabIndex={0}>
      <button type="button" class="close" onClick={() => change({ id: '' })}>
        <kbd>esc</kbd> close
      </button>
      <Answered answer={answer}>{(finding) => <Detail finding={finding} asOf={answer.asOf} />}</Answered>
    </section>
  );
}

function Detail({ finding, asOf }: { readonly finding: FindingDetail; readonly asOf: number }) {
  const { question, kind, severity, score, peer, local, answer } = finding;
  return (
    <>
      <h2>
        {answer === 'yes' ? (
          <Severity of={severity} />
        ) : (
          <span class="faint">{answer === 'no' ? 'no' : 'cannot tell'}</span>
        )}{' '}
        {questionNames[question]}: {kind}
      </h2>
      <p>
        <AddressLink of={peer} /> and <AddressLink of={local} />,{' '}
        {port(finding.servicePort, finding.protocol)}, {finding.direction}; {labelOf(finding)}
      </p>
      {finding.names.length === 0 ? null : (
        <p>
          Names:{' '}
          {finding.names
            .map(({ name, askedByLocal }) => (askedByLocal ? `${name} (this host asked for it)` : name))
            .join(', ')}
        </p>
      )}
      {finding.threatLists.length === 0 ? null : (
        <p class="wrong">On lists: {finding.threatLists.join(', ')}</p>
      )}
      <p class="faint">
        {moment(finding.firstSeen)} to {moment(finding.lastSeen)} UTC; {bytes(finding.bytes)}; score{' '}
        {score.toFixed(3)}; {percent(finding.coverage)} of its minutes covered
        {finding.attack.length === 0 ? '' : `; ATT&CK ${finding.attack.join(', ')}`}
      </p>
      <Peers of={finding.peers} />
      <MarkBar target={peer} known={finding.mark} asOf={asOf} />
      <Marks marks={finding.marks} />
      <Reasons of={finding} />
      <h3>Traffic over time</h3>
      <SessionTimeline timeline={finding.timeline} />
      <h3>Gaps between sessions</h3>
      {finding.interArrivals === null ? (
        <Empty>It is about many hosts or ports: there is no one rhythm to show.</Empty>
      ) : (
        <InterArrivals of={finding.interArrivals} />
      )}
      <h3>
        Sessions{' '}
        <small>
          the first {counted(finding.sessions.rows.length)} of {counted(finding.sessions.total)}
        </small>
      </h3>
      <Sessions rows={finding.sessions.rows} />
      <h3>
        Records{' '}
        <small>
          the first {counted(finding.records.rows.length)} of {counted(finding.records.total)}
        </small>
      </h3>
      <RecordSample {...finding.records} />
      <h3>SQL</h3>
      <SqlText sql={finding.sql} />
      <Related lines={finding.related} />
      <details>
        <summary>Settings of the detector</summary>
        <ul class="settings">
          {finding.settings.map(({ name, value, unit, reason, isDefault }) => (
            <li key={name}>
              <code>{name}</code> {[value].flat().join(', ')} {unit}
              {isDefault ? '' : ' (changed)'} <span class="faint">{reason}</span>
            </li>
          ))}
        </ul>
      </details>
      <details>
        <summary>About the detector: what it looks for, what it cannot see</summary>
        <Markdown text={finding.about} />
      </details>
    </>
  );
}

/** All peers of a finding that has several, each with its bout. */
function Peers({ of }: { readonly of: FindingDetail['peers'] }) {
  if (of.length === 0) return null;
  return (
    <details open={of.length <= 12}>
      <summary>{counted(of.length)} peers</summary>
      <ul class="related">
        {of.map(({ peer, firstSeen, lastSeen, sessions, network, country }) => (
          <li key={peer}>
            <AddressLink of={peer} />
            <span>
              {counted(sessions)} sessions, {moment(firstSeen)} to {moment(lastSeen)}
              {network === null ? '' : `; ${network}`}
              {country === null ? '' : `, ${country}`}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What is known of the peer, in one phrase. */
function labelOf({ network, asn, country, city, provider, service, setAside }: FindingDetail): string {
  const known = [
    network,
    asn === null ? null : `AS${asn}`,
    city,
    country,
    provider,
    service,
    setAside === null ? null : `set aside: ${setAside}`,
  ].filter((each) => each !== null && each !== '');
  return known.length === 0 ? 'nothing is known of the peer' : known.join(', ');
}

function Related({ lines }: { readonly lines: readonly FindingLine[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>Other findings of its peer or host</h3>
      <ul class="related">
        {lines.slice(0, 50).map((line) => (
          <li key={line.id}>
            <Severity of={line.severity} />
            <a href={urlOf('findings', { ...place.value.params, id: line.id })}>
              {questionNames[line.question]}: {line.kind}
            </a>
            <span>
              {line.peer}
              {line.local === null ? '' : ` and ${line.local}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

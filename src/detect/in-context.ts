import * as v from 'valibot';
import type { Query } from '../sql/query.ts';
import { list, sql } from '../sql/sql.ts';
import { type Judgement, type SeverityStep, shifted } from './finding.ts';

// What the answers to the four questions say of each other.

/** An accepted session of this size moved something: banners and refused logins stay below 100 kB. */
const largeSessionBytes = 1_000_000;

/** A service with more clients than this is open to everybody: a large session there is a visit. */
const mostClients = 20;

const followUpRow = v.object({
  peer: v.string(),
  local: v.string(),
  servicePort: v.nullable(v.number()),
  bytes: v.number(),
  firstContact: v.number(),
});

/** What a source started at one local and port and was answered: its largest session, and when the first began. */
export type FollowUp = v.InferOutput<typeof followUpRow>;

/** Whom a large session can follow: scanners of any direction, and those who guess. */
export function sourcesOf(judgements: readonly Judgement[]): string[] {
  const scanning = judgements.filter(({ question, answer }) => answer === 'yes' && question === 'scan');
  return [...new Set(scanning.map(({ subject }) => subject.peer))].sort();
}

/**
 * The largest answered session that each source started, by local and port, where it is large and the service is
 * not open to everybody. An Internet source is the peer of its sessions, a local source their local end.
 */
export function followUps(sources: readonly string[]): Query<FollowUp> {
  return {
    name: 'sessions after a scan',
    sql: sql`
      WITH sources AS (SELECT unnest(CAST([${list(sources)}] AS VARCHAR[])) AS source),
      started AS (
        SELECT peer AS source, local AS target, service_port, bytes_out + bytes_in AS bytes, start FROM sessions
        WHERE state = 'answered' AND direction = 'inbound' AND peer IN (SELECT source FROM sources)
        UNION ALL
        SELECT local AS source, peer AS target, service_port, bytes_out + bytes_in AS bytes, start FROM sessions
        WHERE state = 'answered' AND traffic = 'east_west' AND local IN (SELECT source FROM sources)
      ),
      largest AS (
        SELECT source, target, service_port, max(bytes) AS bytes, min(start) AS first_contact
        FROM started
        GROUP BY source, target, service_port
        HAVING max(bytes) >= ${largeSessionBytes}
      ),
      services AS (
        SELECT CASE WHEN traffic = 'east_west' THEN peer ELSE local END AS target, service_port,
          count(DISTINCT CASE WHEN traffic = 'east_west' THEN local ELSE peer END) AS clients
        FROM conversations
        WHERE answered > 0 AND (traffic = 'east_west' OR direction = 'inbound')
        GROUP BY 1, 2
      )
      SELECT l.source AS peer, l.target AS local, l.service_port AS "servicePort", l.bytes,
        l.first_contact AS "firstContact"
      FROM largest AS l
      JOIN services AS s ON s.target = l.target AND s.service_port = l.service_port
      WHERE s.clients <= ${mostClients}
      ORDER BY l.bytes DESC, l.source, l.target, l.service_port`,
    row: followUpRow,
  };
}

/** The judgements with what the others say of their subject: each step and its reason stay visible. */
export function inContext(judgements: readonly Judgement[], sessions: readonly FollowUp[]): Judgement[] {
  return judgements.map((judgement) => {
    if (judgement.answer !== 'yes') return judgement;
    return raised(judgement, [
      ...afterProbing(judgement, sessions),
      ...alsoScanned(judgement, judgements),
      ...alsoC2OrExfil(judgement, judgements),
    ]);
  });
}

interface Remark {
  readonly step: SeverityStep;
  readonly evidence?: string;
}

function raised(judgement: Judgement, remarks: readonly Remark[]): Judgement {
  if (remarks.length === 0) return judgement;
  const steps = remarks.reduce((sum, { step }) => sum + step.steps, 0);
  return {
    ...judgement,
    severity: shifted(judgement.severity, steps),
    severitySteps: [...judgement.severitySteps, ...remarks.map(({ step }) => step)],
    evidence: [...judgement.evidence, ...remarks.flatMap(({ evidence }) => (evidence ? [evidence] : []))],
  };
}

/** A scan is common; one that is followed by a session in which much was moved is what everybody looks for. */
function afterProbing(judgement: Judgement, sessions: readonly FollowUp[]): Remark[] {
  const { question, subject, firstSeen } = judgement;
  if (question !== 'scan' || subject.direction === 'outbound') return [];
  const largest = sessions
    .filter(({ peer, firstContact }) => peer === subject.peer && firstContact >= firstSeen)
    .reduce<FollowUp | undefined>(
      (most, one) => (most === undefined || one.bytes > most.bytes ? one : most),
      undefined,
    );
  if (largest === undefined) return [];
  const where = `${largest.local}${largest.servicePort === null ? '' : ` port ${largest.servicePort}`}`;
  const evidence = `then one accepted session of ${megabytes(largest.bytes)} with ${where}`;
  return [
    { step: { because: 'the same source then moved data in an accepted session', steps: 2 }, evidence },
  ];
}

function alsoScanned({ question, subject }: Judgement, all: readonly Judgement[]): Remark[] {
  if (question !== 'access') return [];
  const scan = all.find(
    (other) => other.question === 'scan' && other.answer === 'yes' && other.subject.peer === subject.peer,
  );
  return scan === undefined
    ? []
    : [{ step: { because: `the same source scanned (${scan.kind})`, steps: 1 } }];
}

function alsoC2OrExfil({ question, subject }: Judgement, all: readonly Judgement[]): Remark[] {
  if (question !== 'c2' && question !== 'exfil') return [];
  const wanted = question === 'c2' ? 'exfil' : 'c2';
  const other = all.find(
    (one) =>
      one.question === wanted &&
      one.answer === 'yes' &&
      one.subject.peer === subject.peer &&
      (one.subject.local === null || subject.local === null || one.subject.local === subject.local),
  );
  if (other === undefined) return [];
  const what = wanted === 'c2' ? 'command and control' : 'exfiltration';
  return [{ step: { because: `${what} with the same peer: ${other.kind}, score ${other.score}`, steps: 1 } }];
}

function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

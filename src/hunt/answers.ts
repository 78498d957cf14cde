import * as v from 'valibot';
import type { DetectorValues } from '../detect/all.ts';
import { type Question, questions } from '../detect/finding.ts';
import type { Finding, QuestionAnswer } from '../detect/results.ts';
import type { Engine } from '../engine/engine.ts';
import type { DataContext } from '../kept/derived.ts';
import { findAll } from '../kept/findings.ts';
import { type Circumstances, withCircumstances } from '../known/circumstances.ts';
import { bytesText, counted, countText, durationText } from '../report/units.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { type AddressShape, shapeOfAddress } from '../traffic/ip.ts';

/** Up to so many conversations the detectors are asked about one address at once; it takes less than half a second. */
const fewConversations = 150_000;

/**
 * The answers to the four questions for one address: those that were worked out over all records; where a question
 * has none, the near misses that its detector finds when asked about this address alone, in data that are small enough
 * for that, or the numbers that say why there is nothing to judge.
 */
export async function answers(
  engine: Engine,
  address: string,
  {
    context,
    findings,
    values,
    circumstances,
    hasTraffic,
  }: {
    readonly context: DataContext;
    readonly findings: readonly Finding[];
    readonly values: DetectorValues;
    readonly circumstances: Circumstances;
    /** Whether the sessions of the address in the period are any. */
    readonly hasTraffic: boolean;
  },
  signal: AbortSignal | undefined,
): Promise<QuestionAnswer[]> {
  const [shape] = await engine.ask(shapeOfAddress(address, loginPorts(values)), signal);
  const isKnown =
    hasTraffic || (await countOf(engine, sql`local = ${address} OR peer = ${address}`, signal)) > 0;
  const unanswered = questions.filter(
    (question) => !findings.some((finding) => finding.question === question),
  );
  const isSmall = (await countOf(engine, sql`TRUE`, signal)) <= fewConversations;
  const nearMisses =
    isKnown && isSmall && unanswered.length > 0
      ? await withCircumstances(
          (await findAll(engine, context, values, { address }, signal)).map(unlisted),
          circumstances,
          signal,
        )
      : [];
  return questions.map((question) => {
    const all = [...findings, ...(unanswered.includes(question) ? nearMisses : [])].filter(
      (finding) => finding.question === question,
    );
    // The peer of a scan is who scans; to be scanned is no scanning.
    const own = question === 'scan' ? all.filter(({ peer }) => peer === address) : all;
    const answer =
      answerTo(question, own) ?? noCandidate(question, isKnown ? shape : undefined, context.covered);
    const scans = all.filter(({ answer, peer }) => answer === 'yes' && peer !== address);
    return question === 'scan' && scans.length > 0 ? { ...answer, ...scannedBy(scans, answer) } : answer;
  });
}

async function countOf(engine: Engine, condition: Sql, signal: AbortSignal | undefined): Promise<number> {
  const [found] = await engine.ask(
    {
      name: 'conversations',
      sql: sql`SELECT count(*) AS count FROM conversations WHERE ${condition}`,
      row: v.object({ count: v.number() }),
    },
    signal,
  );
  return found?.count ?? 0;
}

function loginPorts({ access }: DetectorValues): number[] {
  return Object.values(access).flatMap((value) => (typeof value === 'number' ? [] : [...value]));
}

function scannedBy(scans: readonly Finding[], answer: QuestionAnswer): Pick<QuestionAnswer, 'evidence'> {
  const [first] = scans;
  const who = first === undefined ? '' : `, as by ${first.peer} (${first.kind}, ${first.severity})`;
  return { evidence: [...answer.evidence, `it is scanned by ${counted(scans.length, 'source')}${who}`] };
}

/**
 * What a question says of an address alone is no finding where it was left out among all traffic: whatever is a yes is
 * listed, and whoever asks for an address hears nothing else than whoever asks for findings.
 */
function unlisted(finding: Finding): Finding {
  if (finding.answer !== 'yes' || finding.severity === 'info') return finding;
  const because = `asked of this address alone it looks like one (${finding.kind}, ${finding.severity}); among all traffic it was not singled out, and is no finding`;
  return { ...finding, answer: 'cannot-tell', severity: 'info', missing: [because, ...finding.missing] };
}

/**
 * One answer for all subjects of the address, that of the strongest: a yes, else what was read and cannot be told, else
 * what was read and is none, and last what is too little to read, as a single packet is.
 */
function answerTo(question: Question, findings: readonly Finding[]): QuestionAnswer | undefined {
  const own = findings.filter((finding) => finding.question === question);
  const best = strengths
    .map((isAsStrong) => own.find((finding) => isAsStrong(finding)))
    .find((finding) => finding !== undefined);
  if (best === undefined) return undefined;
  const { answer, peers, peer, local, servicePort, protocol, direction } = best;
  return {
    question,
    answer: best.answer,
    kind: best.kind,
    score: best.score,
    severity: best.answer === 'no' ? null : best.severity,
    evidence: best.evidence,
    counterEvidence: best.counterEvidence,
    missing: best.missing,
    attack: best.attack,
    parts: best.parts,
    severitySteps: best.severitySteps,
    subject: { peer, local, servicePort, protocol, direction },
    peers,
    subjects: own.filter((finding) => finding.answer === answer).length,
    coverage: best.coverage,
    sql: best.sql,
  };
}

const wasRead = ({ parts }: Finding) => parts.length > 0;
const strengths: readonly ((finding: Finding) => boolean)[] = [
  ({ answer }) => answer === 'yes',
  (finding) => finding.answer === 'cannot-tell' && wasRead(finding),
  (finding) => finding.answer === 'no' && wasRead(finding),
  ({ answer }) => answer === 'cannot-tell',
  () => true,
];

function noCandidate(question: Question, shape: AddressShape | undefined, covered: number): QuestionAnswer {
  return {
    question,
    answer: shape === undefined ? 'cannot-tell' : 'no',
    kind: null,
    score: 0,
    severity: null,
    evidence: [],
    counterEvidence: shape === undefined ? [] : [nothingToJudge[question](shape)],
    missing: shape === undefined ? ['traffic of this address: no loaded record has it'] : [],
    attack: [],
    parts: [],
    severitySteps: [],
    subject: null,
    peers: [],
    subjects: 0,
    coverage: Math.round(covered * 1000) / 1000,
    sql: null,
  };
}

/** Why a detector has nothing to judge in what an address did. */
const nothingToJudge: Readonly<Record<Question, (shape: AddressShape) => string>> = {
  scan: ({ started, inVain, targets, ports }) =>
    started === 0
      ? 'it started no session'
      : `it started ${counted(started, 'session')} with ${counted(targets, 'address', 'addresses')} on ${counted(ports, 'port')}, ${countText(inVain)} of them in vain`,
  access: ({ loginSessions, largestLogin }) =>
    loginSessions === 0
      ? 'no answered session on a port on which one logs in'
      : `${counted(loginSessions, 'answered session')} on ports on which one logs in, the largest of ${bytesText(largestLogin)}; nothing in them is out of the ordinary`,
  c2: ({ outbound, mostStarts, longest }) =>
    outbound === 0
      ? 'no conversation to the Internet'
      : `none of the ${counted(outbound, 'conversation')} to the Internet has a rhythm; the most sessions in one are ${countText(mostStarts)}, the longest lasts ${durationText(longest)}`,
  exfil: ({ outbound, mostOut, inOfMostOut }) =>
    outbound === 0
      ? 'no conversation to the Internet'
      : `the most that one conversation to the Internet sent out are ${bytesText(mostOut)}, with ${bytesText(inOfMostOut)} coming in`,
};

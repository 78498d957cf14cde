import type { Hit } from '../intel/list.ts';
import type { MarkShown, Verdict } from '../marks/mark.ts';
import type { Asked, RegistryFacts } from '../registries/facts.ts';
import type { Registration } from '../registries/registration.ts';
import type { Funnel } from '../traffic/funnel.ts';
import type { AddressConversation, AddressTotals, InterArrivals, Timeline } from '../traffic/ip.ts';
import type { DnsSummary } from '../traffic/names.ts';
import type { NewPeers } from '../traffic/new-peers.ts';
import type { TopRow } from '../traffic/top.ts';
import type { Judgement, Question, ScorePart, Severity, SeverityStep, Subject } from './finding.ts';
import type { EverythingShown } from './noise-report.ts';

// What hunts answer, as JSON carries it. Times are ISO texts in UTC; what is unknown is null.

/** What is known of the other end of a finding. */
export interface PeerLabels {
  readonly asn: number | null;
  readonly network: string | null;
  readonly country: string | null;
  readonly city: string | null;
  readonly provider: string | null;
  /** What the provider runs there, by its own list: EC2, CLOUDFRONT. */
  readonly service: string | null;
  /** The provider's region, by its own list: eu-west-1. */
  readonly region: string | null;
  /** The set-aside that the peer belongs to. */
  readonly setAside: string | null;
}

/** A name that DNS query logs give the peer of a finding. */
export interface FindingName {
  readonly name: string;
  /** First and last query, of the local end where it asked itself. */
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly askedByLocal: boolean;
}

/** One of several peers of a finding, with its part of the traffic. */
interface FindingPeer {
  readonly peer: string;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly sessions: number;
  readonly network: string | null;
  readonly country: string | null;
}

/** The answer to one of the four questions about one subject, with all that stands behind it. */
export interface Finding extends Subject, PeerLabels {
  /** All peers in the order of their first session, where the finding is about several; else empty. */
  readonly peers: readonly FindingPeer[];
  /** The best names of the peer first, of `namesTotal`. */
  readonly names: readonly FindingName[];
  readonly namesTotal: number;
  readonly question: Question;
  readonly kind: string;
  /** `cannot-tell` where something looks like an answer and the data cannot decide, see `missing`; `no` is not listed. */
  readonly answer: Judgement['answer'];
  readonly score: number;
  readonly severity: Severity;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly bytes: number;
  readonly evidence: readonly string[];
  readonly counterEvidence: readonly string[];
  readonly missing: readonly string[];
  readonly attack: readonly string[];
  readonly parts: readonly ScorePart[];
  readonly severitySteps: readonly SeverityStep[];
  /** What the hunter said of the peer; null where nothing. */
  readonly mark: Verdict | null;
  /** All marks that hold for the finding, the one that counts first. */
  readonly marks: readonly MarkShown[];
  /** Names of the threat lists that the peer is on. */
  readonly threatLists: readonly string[];
  /** Share of the interface-minutes of its period that records speak of, from 0 to 1. */
  readonly coverage: number;
  /** A query for `northsouth sql` that returns what was judged. */
  readonly sql: string;
  /** What a registry said of the peer; null: nothing is known, absent: nobody looked. */
  readonly registry?: Registration | null;
}

/** A finding with the name that `report --finding` and the page know it by: the same for the same subject in every run. */
export interface IdentifiedFinding extends Finding {
  readonly id: string;
}

/** Findings as `findings` lists them. */
export interface FindingsResult {
  readonly workspace: string;
  /** Of all loaded records: findings are never computed over less. */
  readonly computedOver: { readonly from: string | null; readonly to: string | null };
  /** Share of the interface-minutes that records speak of, and of those that AWS says it lost. */
  readonly coverage: number;
  readonly skipped: number;
  /** How many answers there are below what is listed, and how many that cannot be told. */
  readonly total: number;
  readonly below: number;
  readonly unsettled: number;
  readonly findings: readonly IdentifiedFinding[];
}

/** The answer of the main job: how the traffic narrows down, what is left to look at, and what was found in it. */
export interface Hunt {
  readonly workspace: string;
  /** Of the records found, as ISO times; null when there is none. */
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly funnel: Funnel;
  /** What DNS query logs were loaded, beside the funnel. */
  readonly dns: DnsSummary;
  /** How many peers are new since the time that was asked for; absent where none was. */
  readonly newPeers?: NewPeers;
  readonly top: readonly TopRow[];
  /** Answers "yes" of severity low or above, the most severe first. */
  readonly findings: readonly IdentifiedFinding[];
  /** What left this machine for the answer. */
  readonly asked: Asked;
  /** Whether noise rules, set-asides and benign marks do not count for the time being. */
  readonly everythingShown: EverythingShown | null;
  /** Peers on threat lists, also where no detector found anything. */
  readonly intel: readonly ListedPeer[];
}

/** A peer that is on a threat list, with its traffic, whatever the four questions say. */
export interface ListedPeer extends PeerLabels {
  readonly peer: string;
  /** The name that hosts asked DNS for last and got the address, and how many there are. */
  readonly name: string | null;
  readonly names: number;
  /** What threat lists say of it, and what known-good lists do. */
  readonly lists: readonly Hit[];
  readonly knownGood: readonly Hit[];
  readonly mark: string | null;
  /** null where no sessions were worked out. */
  readonly sessions: number | null;
  readonly records: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** Who started sessions with it: `outbound`, `inbound`, `unknown`; empty where no sessions were worked out. */
  readonly directions: readonly string[];
  readonly locals: number;
  /** The first service ports in order. */
  readonly ports: readonly number[];
  /** Whether a list names one of the ports. */
  readonly portMatches: boolean;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Findings about it among those listed; null where the four questions were not asked. */
  readonly findings: number | null;
}

/** The answer to one question about one address. */
export interface QuestionAnswer {
  readonly question: Question;
  readonly answer: Judgement['answer'];
  readonly kind: string | null;
  readonly score: number;
  /** null where the answer is no. */
  readonly severity: Severity | null;
  readonly evidence: readonly string[];
  readonly counterEvidence: readonly string[];
  readonly missing: readonly string[];
  readonly attack: readonly string[];
  readonly parts: readonly ScorePart[];
  readonly severitySteps: readonly SeverityStep[];
  /** What the answer is about: the strongest of `subjects` that were judged. */
  readonly subject: Subject | null;
  /** All peers of that, where they are several. */
  readonly peers: readonly FindingPeer[];
  readonly subjects: number;
  /** Share of the interface-minutes that the answer stands on. */
  readonly coverage: number;
  readonly sql: string | null;
}

/** What a baseline is: what was normal in another workspace, without its records. */
interface BaselineFacts {
  readonly version: string;
  readonly exportedAt: string;
  /** Of the records that it was made from, and the share of the minutes that they speak of. */
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly coverage: number;
  readonly peers: number;
  readonly locals: number;
  readonly rows: number;
  /** Rows beyond the bound of its size. */
  readonly leftOut: number;
}

/** A baseline that was written to a file. */
export interface ExportedBaseline extends BaselineFacts {
  readonly file: string;
}

/** A baseline that the workspace uses. */
export interface BaselineInfo extends BaselineFacts {
  readonly name: string;
  /** SHA-256 of the file that was imported. */
  readonly digest: string | null;
  readonly importedAt: string | null;
}

/** What became of a file that was imported. */
export interface ImportedBaseline extends BaselineInfo {
  readonly status: 'added' | 'replaced' | 'unchanged';
}

/** What a baseline knows of an address; `bytesMax` and the medians are of a day. */
export interface KnownAddress {
  readonly baseline: string;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Days on which its most usual port was seen. */
  readonly days: number;
  readonly ports: readonly {
    readonly servicePort: number | null;
    readonly protocol: number | null;
    readonly direction: string;
    readonly others: number;
    readonly days: number;
    readonly firstSeen: string | null;
    readonly lastSeen: string | null;
    readonly flowsMedian: number;
    readonly bytesMedian: number;
    readonly bytesMax: number;
  }[];
}

/** A name of an address, with who asked for it. */
interface AddressName {
  readonly name: string;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly queries: number;
  /** How many hosts asked; `askers` are the last of them. */
  readonly hosts: number;
  readonly askers: readonly {
    readonly host: string;
    readonly instance: string | null;
    readonly firstSeen: string | null;
    readonly lastSeen: string | null;
    readonly queries: number;
  }[];
}

/** What marks and lists would add to the severity of a finding about an address. */
export interface WouldAdd {
  /** Where the service port counts; null: any other. */
  readonly servicePort: number | null;
  readonly steps: readonly SeverityStep[];
}

/** What the records say of one address. In and out are as the local end sees them. */
export interface TrafficReport extends PeerLabels {
  readonly address: string;
  readonly scope: string | null;
  /** What the hunter said of it; null where nothing. */
  readonly mark: Verdict | null;
  /** All marks that hold for the address, those for one port or local end too; the one that counts first. */
  readonly marks: readonly MarkShown[];
  /** Names that hosts asked DNS for and got this address, those asked for last first, of `namesTotal`. */
  readonly names: readonly AddressName[];
  readonly namesTotal: number;
  /** What threat lists and known-good lists say of it. */
  readonly intel: readonly Hit[];
  /** What lists and marks would add to a finding about it, whether there is one or not; empty where nothing. */
  readonly wouldAdd: readonly WouldAdd[];
  /** What baselines know of the address, and how its traffic differs from that. */
  readonly baselines: readonly KnownAddress[];
  readonly baselineChanges: readonly string[];
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly totals: AddressTotals;
  /** Share of the interface-minutes of all records that records speak of. */
  readonly coverage: number;
  readonly conversationsTotal: number;
  readonly conversations: readonly AddressConversation[];
  readonly timeline: Timeline;
  /** Gaps between the starts of what looks regular. */
  readonly interArrivals: readonly InterArrivals[];
  readonly questions: readonly QuestionAnswer[];
}

/** Everything about one address: what the records say of it, and what others do. */
export interface AddressReport extends TrafficReport, Omit<RegistryFacts, 'asked'> {
  /** Names of reverse DNS; null where they were not asked for, or no answer came. */
  readonly reverseNames: readonly string[] | null;
  /** What left this machine for the answer. */
  readonly asked: Asked;
}

import { questions, severities } from '../detect/finding.ts';
import { verdicts } from '../marks/mark.ts';

/** How the values of a key are written. */
type ValueKind =
  | 'address'
  | 'port'
  | 'protocol'
  | 'bytes'
  | 'count'
  | 'seconds'
  | 'share'
  | 'asn'
  | 'country'
  | 'text'
  | 'word';

export interface Key {
  readonly name: string;
  readonly kind: ValueKind;
  readonly doc: string;
  /** A term to learn from. */
  readonly example: string;
  /** Other names that people try. */
  readonly aliases?: readonly string[];
  /** The words that a key of kind `word` knows. */
  readonly words?: readonly string[];
  /** True where `none` asks for what has no such value. */
  readonly hasNone?: boolean;
}

/** Everything that a filter can ask about, once. */
export const keys: readonly Key[] = [
  {
    name: 'peer',
    kind: 'address',
    doc: 'The other end: of what crosses the Internet the Internet end.',
    example: 'peer:185.220.101.0/24',
    aliases: ['remote'],
  },
  { name: 'local', kind: 'address', doc: 'The end that is your own.', example: 'local:10.0.3.0/24' },
  {
    name: 'address',
    kind: 'address',
    doc: 'Either end. An address, network or range alone means this.',
    example: 'address:10.0.0.1-10.0.0.9',
    aliases: ['ip', 'host', 'addr', 'net'],
  },
  {
    name: 'src',
    kind: 'address',
    doc: 'Where the packets of a record come from.',
    example: 'src:2001:db8::/32',
    aliases: ['srcaddr', 'source'],
  },
  {
    name: 'dst',
    kind: 'address',
    doc: 'Where the packets of a record go.',
    example: 'dst:203.0.113.7',
    aliases: ['dstaddr', 'destination'],
  },
  {
    name: 'port',
    kind: 'port',
    doc: 'Service port. Of a record, which does not say who called, the lower one of its two ports.',
    example: 'port:443/tcp,8000-8100',
    aliases: ['service-port'],
  },
  {
    name: 'src-port',
    kind: 'port',
    doc: 'Port that the packets of a record come from.',
    example: 'src-port:53',
    aliases: ['srcport', 'sport'],
  },
  {
    name: 'dst-port',
    kind: 'port',
    doc: 'Port that the packets of a record go to.',
    example: 'dst-port:22',
    aliases: ['dstport', 'dport'],
  },
  {
    name: 'protocol',
    kind: 'protocol',
    doc: 'IP protocol, by name or IANA number.',
    example: 'protocol:tcp,udp',
    aliases: ['proto'],
  },
  {
    name: 'bytes',
    kind: 'bytes',
    doc: 'Bytes, both directions where the row has both. Of the rows of top: their total.',
    example: 'bytes>1GB',
    aliases: ['size'],
  },
  {
    name: 'packets',
    kind: 'count',
    doc: 'Packets, counted as bytes are.',
    example: 'packets>=10',
    aliases: ['pkts'],
  },
  {
    name: 'flows',
    kind: 'count',
    doc: 'Records that a row is made of.',
    example: 'flows<5',
    aliases: ['records'],
  },
  { name: 'sessions', kind: 'count', doc: 'Sessions that a row is made of.', example: 'sessions>100' },
  {
    name: 'duration',
    kind: 'seconds',
    doc: 'From the first to the last packet.',
    example: 'duration>2h',
    aliases: ['seconds'],
  },
  {
    name: 'asn',
    kind: 'asn',
    doc: 'AS number that announces the peer. AS15169 alone means this.',
    example: 'asn:15169',
    aliases: ['as'],
    hasNone: true,
  },
  {
    name: 'network',
    kind: 'text',
    doc: 'Name of the organisation of that AS; * stands for anything.',
    example: 'network:"Google LLC",*hetzner*',
    aliases: ['org', 'organisation', 'organization'],
    hasNone: true,
  },
  {
    name: 'country',
    kind: 'country',
    doc: 'Country in which the peer is registered, two letters.',
    example: 'country:RU,CN',
    aliases: ['cc'],
    hasNone: true,
  },
  {
    name: 'city',
    kind: 'text',
    doc: 'City of the peer, where a label source knows cities.',
    example: 'city:Amsterdam',
    hasNone: true,
  },
  {
    name: 'provider',
    kind: 'text',
    doc: 'Cloud, content network or OS vendor of the peer.',
    example: '-provider:Amazon',
    aliases: ['cloud'],
    hasNone: true,
  },
  {
    name: 'service',
    kind: 'text',
    doc: 'What the provider runs there, by its own list.',
    example: 'service:EC2,CLOUDFRONT',
    hasNone: true,
  },
  {
    name: 'name',
    kind: 'text',
    doc: 'Name that a host of yours asked DNS for and got the peer, from DNS query logs; any of several.',
    example: 'name:*.example.com',
    aliases: ['hostname', 'domain', 'dns'],
    hasNone: true,
  },
  {
    name: 'mark',
    kind: 'word',
    doc: 'What you said of the peer with mark; of findings also what holds for one port or local end.',
    example: '-mark:benign',
    aliases: ['verdict', 'marked'],
    words: verdicts,
    hasNone: true,
  },
  {
    name: 'list',
    kind: 'text',
    doc: 'Threat list or known-good list that has the peer; * for any, none for peers on no list.',
    example: 'list:feodo,spamhaus*',
    aliases: ['intel', 'threat-list', 'threat'],
    hasNone: true,
  },
  {
    name: 'set-aside',
    kind: 'text',
    doc: 'Set-aside that hides the peer; none where it is shown.',
    example: 'set-aside:none',
    aliases: ['aside', 'setaside'],
    hasNone: true,
  },
  {
    name: 'scope',
    kind: 'word',
    doc: 'Scope of either end.',
    example: 'scope:multicast',
    words: [
      ...['internet', 'private', 'shared', 'link-local', 'loopback', 'multicast'],
      ...['documentation', 'reserved'],
    ],
  },
  {
    name: 'traffic',
    kind: 'word',
    doc: 'north-south crosses the Internet, to or from it; east-west does not.',
    example: 'traffic:from-internet',
    words: ['north-south', 'east-west', 'to-internet', 'from-internet'],
  },
  {
    name: 'direction',
    kind: 'word',
    doc: 'outbound where the local end started it, inbound where the peer did.',
    example: 'direction:inbound',
    words: ['outbound', 'inbound', 'internal', 'unknown'],
    aliases: ['initiator'],
  },
  {
    name: 'action',
    kind: 'word',
    doc: 'What security groups and network ACLs did.',
    example: 'action:reject',
    words: ['accept', 'reject'],
  },
  {
    name: 'state',
    kind: 'word',
    doc: 'answered: records of both directions; unanswered: of one; refused: only RSTs or ICMP errors came back; rejected: every record is.',
    example: 'state:unanswered',
    words: ['answered', 'unanswered', 'refused', 'rejected'],
  },
  {
    name: 'interface',
    kind: 'text',
    doc: 'Network interface that saw the traffic.',
    example: 'interface:eni-0a1b*',
    aliases: ['eni', 'interface-id'],
    hasNone: true,
  },
  {
    name: 'account',
    kind: 'text',
    doc: 'Account of the interface.',
    example: 'account:123456789012',
    aliases: ['account-id'],
    hasNone: true,
  },
  {
    name: 'vpc',
    kind: 'text',
    doc: 'VPC of the interface.',
    example: 'vpc:vpc-0f00*',
    aliases: ['vpc-id'],
    hasNone: true,
  },
  {
    name: 'subnet',
    kind: 'text',
    doc: 'Subnet of the interface.',
    example: 'subnet:subnet-01*',
    aliases: ['subnet-id'],
    hasNone: true,
  },
  {
    name: 'instance',
    kind: 'text',
    doc: 'Instance of the interface.',
    example: 'instance:i-0abc*',
    aliases: ['instance-id'],
    hasNone: true,
  },
  {
    name: 'region',
    kind: 'text',
    doc: 'AWS region.',
    example: 'region:eu-central-1',
    hasNone: true,
  },
  {
    name: 'question',
    kind: 'word',
    doc: 'Which of the four questions a finding answers.',
    example: 'question:c2',
    words: questions,
  },
  {
    name: 'severity',
    kind: 'word',
    doc: 'Severity of a finding; they are ordered, so that severity>=medium works.',
    example: 'severity>=high',
    words: severities,
  },
  {
    name: 'kind',
    kind: 'text',
    doc: 'What was found, in a few words.',
    example: 'kind:"horizontal scan"',
  },
  { name: 'score', kind: 'share', doc: 'Score of a finding, from 0 to 1.', example: 'score>=0.8' },
];

const byName = new Map(keys.flatMap((key) => [key.name, ...(key.aliases ?? [])].map((name) => [name, key])));

/** The key of a name or of one of its other names, in any case. */
export function keyNamed(name: string): Key | undefined {
  return byName.get(name.toLowerCase().replaceAll('_', '-'));
}

/** True where values of the key are in an order, so that `>` means something. */
export function isOrdered({ name, kind }: Key): boolean {
  return ['bytes', 'count', 'seconds', 'share'].includes(kind) || name === 'severity';
}

import { severities } from '../detect/finding.ts';
import { list, type Sql, sql } from '../sql/sql.ts';
import type { Relation } from './filter.ts';

/** Where a relation has what a filter asks for; a key that is not there cannot be answered. */
export interface Columns {
  /** The name in errors. */
  readonly name: string;
  /** Whether the ends are addresses or the numbers that `addresses` has for them. */
  readonly ends: 'address' | 'address_id';
  /** Columns with one end each; `address` has all that are either end. */
  readonly addresses: Readonly<Record<string, readonly Sql[]>>;
  /** The end that carries labels: network, country, provider. */
  readonly labelled: Sql | undefined;
  /** A list of addresses that stand where {@link labelled} stands, itself among them: a row is met by any of them. */
  readonly members?: Sql;
  /** The number of the labels of that end, where rows have it, and the relation that says which labels these are. */
  readonly labelSet?: { readonly column: Sql; readonly relation: Sql };
  /** Labels that rows have themselves, because they say more than those of the end. */
  readonly ownLabels?: Readonly<Record<string, Sql>>;
  readonly ports: Readonly<Record<string, Sql>>;
  readonly numbers: Readonly<Record<string, Sql>>;
  readonly texts: Readonly<Record<string, Sql>>;
  /** Turns a condition on texts into one on rows, where rows do not have the texts themselves. */
  readonly ofText?: (condition: Sql) => Sql;
  /** For each key and word the condition, undefined for a word that the relation cannot answer. */
  readonly words: Readonly<Record<string, (word: string) => Sql | undefined>>;
}

/** The measure of both directions together. */
const bytes = sql`(bytes_in + bytes_out)`;
const packets = sql`(packets_in + packets_out)`;

const traffic = (word: string) =>
  word === 'north-south'
    ? sql`traffic = 'north_south'`
    : word === 'east-west'
      ? sql`traffic = 'east_west'`
      : undefined;

const peer = sql`peer`;
const labelEnds = { ends: 'address', labelled: peer } as const;
const localAndPeer = {
  peer: [peer],
  local: [sql`local`],
  address: [sql`local`, peer],
};

/** What each relation can be asked. */
export const columnsOf: Readonly<Record<Relation, Columns>> = {
  flows: {
    name: 'flows',
    ...labelEnds,
    addresses: {
      peer: [sql`peer`],
      local: [sql`local`],
      address: [sql`srcaddr`, sql`dstaddr`],
      src: [sql`srcaddr`],
      dst: [sql`dstaddr`],
    },
    ports: { port: sql`least(srcport, dstport)`, 'src-port': sql`srcport`, 'dst-port': sql`dstport` },
    numbers: {
      protocol: sql`protocol`,
      bytes: sql`bytes`,
      packets: sql`packets`,
      duration: sql`("end" - start)`,
    },
    texts: {
      interface: sql`coalesce(interface_id, tgw_attachment_id, resource_id)`,
      account: sql`account_id`,
      vpc: sql`vpc_id`,
      subnet: sql`subnet_id`,
      instance: sql`instance_id`,
      region: sql`region`,
    },
    words: {
      action: (word) => sql`coalesce(action, 'ACCEPT') = ${word.toUpperCase()}`,
      traffic: (word) => {
        if (word === 'to-internet') return sql`dst_scope = 'internet'`;
        if (word === 'from-internet')
          return sql`src_scope = 'internet' AND dst_scope IS DISTINCT FROM 'internet'`;
        return word === 'north-south' ? sql`peer IS NOT NULL` : sql`peer IS NULL`;
      },
    },
  },
  sessions: {
    name: 'sessions',
    ...labelEnds,
    addresses: localAndPeer,
    ports: { port: sql`service_port` },
    numbers: {
      protocol: sql`protocol`,
      bytes,
      packets,
      flows: sql`records`,
      duration: sql`("end" - start)`,
    },
    texts: { interface: sql`interface_id`, account: sql`account_id` },
    words: {
      direction: (word) => sql`direction = ${word}`,
      state: (word) => sql`state = ${word}`,
      traffic,
    },
  },
  conversations: {
    name: 'conversations',
    ...labelEnds,
    addresses: localAndPeer,
    ports: { port: sql`service_port` },
    numbers: {
      protocol: sql`protocol`,
      bytes,
      packets,
      flows: sql`flows`,
      sessions: sql`sessions`,
      duration: sql`(last_seen - first_seen)`,
    },
    texts: {},
    words: {
      direction: (word) => sql`direction = ${word}`,
      traffic,
    },
  },
  peers: {
    name: 'peers',
    ...labelEnds,
    addresses: { peer: [sql`peer`], address: [sql`peer`] },
    ports: {},
    numbers: {
      bytes,
      packets,
      flows: sql`flows`,
      sessions: sql`sessions`,
      duration: sql`(last_seen - first_seen)`,
    },
    texts: {},
    words: {},
  },
  findings: {
    name: 'findings',
    ...labelEnds,
    members: sql`peers`,
    ownLabels: { mark: sql`mark` },
    addresses: localAndPeer,
    ports: { port: sql`service_port` },
    numbers: {
      protocol: sql`protocol`,
      bytes: sql`bytes`,
      duration: sql`(last_seen - first_seen)`,
      score: sql`score`,
      severity: sql`list_position([${list(severities)}], severity)`,
    },
    texts: { kind: sql`kind` },
    words: {
      question: (word) => sql`question = ${word}`,
      severity: (word) => sql`severity = ${word}`,
      direction: (word) => sql`direction = ${word}`,
    },
  },
};

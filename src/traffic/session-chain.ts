import { id, list, sql } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import {
  conversationColumns,
  conversationsOf,
  dataAsAWhole,
  numberedConversations,
  peersOf,
} from './conversations.ts';
import { coverageHoursOf, hoursOf, interfacesOf } from './hours.ts';
import { headerOf, partsOf, portionFlows, tuplesOf } from './session-parts.ts';
import { sessionColumns, sessionsOf } from './session-words.ts';
import { numberedSessions, sessionSteps } from './sessions.ts';

const isOwn = sql`(SELECT own AS address_id FROM session_ends WHERE scope IS DISTINCT FROM 'internet')`;
const isOutside = sql`(SELECT own AS address_id FROM session_ends WHERE scope = 'internet')`;
const texts = {
  a: sql`(SELECT own AS address_id, address FROM session_ends)`,
  b: sql`(SELECT own AS address_id, address FROM session_ends)`,
};

/**
 * From `records` with these columns and `labelled_addresses` to sessions, conversations and peers, as a cluster keeps
 * them: each step over all that there is. On this machine the same statements take the records portion by portion and
 * the addresses slice by slice, so that memory does not grow with them (see derived/).
 */
export function sessionChain(columns: ReadonlySet<string>): readonly Step[] {
  return [
    {
      name: 'hours',
      about: 'What records say of each interface and hour.',
      reads: ['records'],
      sql: hoursOf(sql`records`, columns),
      isKept: true,
    },
    {
      name: 'session_interfaces',
      about: 'The interfaces, numbered, with the length of their windows.',
      reads: ['hours'],
      sql: interfacesOf(sql`SELECT * FROM hours`),
    },
    {
      name: 'session_ends',
      about: 'The addresses with their numbers and scopes.',
      reads: ['labelled_addresses'],
      sql: sql`SELECT address_id AS own, address, scope, ${headerOf(sql`address`)} AS header FROM labelled_addresses`,
    },
    {
      name: 'session_flows',
      about: 'Records with numbers for interface and ends, and the ends in a fixed order.',
      reads: ['records', 'session_interfaces', 'session_ends'],
      sql: portionFlows({
        ...{ records: sql`records`, columns },
        ...{ interfaces: sql`session_interfaces`, ends: sql`session_ends` },
      }),
    },
    {
      name: 'session_tuples',
      about: '5-tuples, each as if it were one session.',
      reads: ['session_flows'],
      sql: tuplesOf(sql`session_flows`),
    },
    {
      name: 'session_parts',
      about: 'Sessions at each interface: 5-tuples, cut where silence is too long.',
      reads: ['session_flows', 'session_tuples'],
      sql: partsOf(sql`session_flows`, sql`session_tuples`),
      isKept: true,
    },
    ...sessionSteps(columns),
    {
      name: 'told_sessions',
      about:
        'Sessions of one observation point each, with who started them and what became of them, as numbers.',
      reads: [
        ...['session_parts', 'session_interfaces', 'session_repeats', 'session_rests', 'session_turned_away'],
        ...['session_ports', 'session_scan_ports', 'session_ends'],
      ],
      sql: numberedSessions({ own: isOwn, outside: isOutside }),
    },
    {
      name: 'told_conversations',
      about: 'All sessions of two ends, service port, protocol and starter as one row, as numbers.',
      reads: ['told_sessions'],
      sql: numberedConversations(sql`told_sessions`),
    },
    {
      name: 'numbered_sessions',
      about: 'Sessions in words, with the numbers of their ends.',
      reads: ['told_sessions', 'session_interfaces', 'session_ends'],
      sql: sessionsOf(sql`told_sessions`, texts),
      isKept: true,
    },
    {
      name: 'numbered_conversations',
      about: 'Conversations in words, with the numbers of their ends.',
      reads: ['told_conversations', 'session_ends'],
      sql: conversationsOf(sql`told_conversations`, texts),
      isKept: true,
    },
    {
      name: 'numbered_peers',
      about: 'Every Internet address that was talked to, with its number.',
      reads: ['told_conversations', 'session_ends'],
      sql: peersOf(sql`told_conversations`, texts),
      isKept: true,
    },
    {
      name: 'sessions',
      about: 'Sessions as users see them: numbers of addresses change with every load.',
      reads: ['numbered_sessions'],
      sql: sql`SELECT ${list(sessionColumns.map(id))} FROM numbered_sessions`,
    },
    {
      name: 'conversations',
      about: 'Conversations as users see them.',
      reads: ['numbered_conversations'],
      sql: sql`SELECT ${list(conversationColumns.map(id))} FROM numbered_conversations`,
    },
    {
      name: 'coverage_hours',
      about: 'What is there for each interface and hour.',
      reads: ['hours', 'session_interfaces'],
      sql: coverageHoursOf(sql`SELECT * FROM hours`, sql`SELECT * FROM session_interfaces`),
      isKept: true,
    },
    dataAsAWhole,
  ];
}

import { quantile, wholes } from '../../sql/dialect.ts';
import { id, list, type Sql, sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { fewHosts, type Inputs } from './inputs.ts';
import { rowColumns } from './row.ts';

function columnsOf(table: string, columns: readonly (readonly [string, string])[]): Sql {
  return list(columns.map(([column]) => sql`${id(table)}.${id(column)}`));
}

/**
 * Steps that choose whom to judge: `kept` (what can be a yes), `looked` (among how many), what other hosts do alike,
 * and `best`, the rarest and most regular.
 */
export function choice(inputs: Inputs): readonly Step[] {
  return [kept(inputs), looked(inputs), alikes, ...companies, best(inputs)];
}

function kept({ settings, focus }: Inputs): Step {
  // Wide: what `judge` says no to is left out here only where it cannot be a yes.
  const worthJudging =
    focus.address !== undefined
      ? sql`TRUE`
      : sql`t.shape <> 'pair' OR 2 * p.near_35 >= p.gaps AND p.period >= ${settings.floorWindows * 0.8} * t.window_seconds
        OR k.slots >= 1 OR l.session_start IS NOT NULL`;
  return {
    name: 'kept',
    about: 'Candidates that can be a yes, with their pace, counts and longest session.',
    reads: ['talks', 'paces', 'counts', 'longest_sessions', 'channels'],
    sql: sql`
    SELECT t.*, ${columnsOf('p', rowColumns.pace)}, ${columnsOf('k', rowColumns.counts)},
      ${columnsOf('l', rowColumns.session)}, ${columnsOf('c', rowColumns.channel)},
      CASE WHEN p.near_35 >= 0.4e0 * p.gaps AND p.period >= ${settings.floorWindows * 0.9} * t.window_seconds
          THEN round(8 * ln(p.period))
        WHEN 1e0 * k.slot_squares / k.slots - 1e0 * k.slot_sum * k.slot_sum / k.slots / k.slots
          < 0.8e0 * k.slot_sum / k.slots THEN round(8 * ln(greatest(1e0, 1e0 * (t.last_seen - t.first_seen) / t.sessions)))
        END AS pitch,
      coalesce((p.near_35 - 0.4e0 * p.gaps) / sqrt(p.gaps), 0e0) AS promise
    FROM talks AS t
    LEFT JOIN paces AS p ON p.talk = t.talk
    LEFT JOIN counts AS k ON k.talk = t.talk
    LEFT JOIN longest_sessions AS l ON l.talk = t.talk
    LEFT JOIN channels AS c ON c.talk = t.talk
    WHERE ${worthJudging}`,
  };
}

function looked({ settings }: Inputs): Step {
  return {
    name: 'looked',
    about: 'How many conversations could look paced by chance, the same for whoever asks.',
    reads: ['numbered_conversations'],
    sql: sql`SELECT count(*) AS looked FROM numbered_conversations WHERE sessions >= ${settings.minStarts}`,
  };
}

const alikes: Step = {
  name: 'alikes',
  about: 'How many hosts keep one pace to one network and port.',
  reads: ['kept'],
  sql: sql`
    SELECT asn, service_port, pitch, count(DISTINCT local_id) AS hosts
    FROM kept
    WHERE asn IS NOT NULL AND pitch IS NOT NULL AND shape = 'pair' AND way <> 'in'
    GROUP BY asn, service_port, pitch`,
};

/** Hosts that keep some pace to one network and port, and to one port wherever. */
const companies: readonly Step[] = [
  { name: 'network_companies', keys: sql`asn, service_port, protocol`, what: 'one network and port' },
  { name: 'port_companies', keys: sql`service_port, protocol`, what: 'one port, wherever' },
].map(({ name, keys, what }) => ({
  name,
  about: `How many hosts keep some pace to ${what}.`,
  reads: ['kept'],
  sql: sql`
    SELECT ${keys}, count(DISTINCT local_id) AS hosts
    FROM kept
    WHERE pitch IS NOT NULL AND shape = 'pair' AND way <> 'in'
    GROUP BY ${keys}`,
}));

function best({ settings, context, focus }: Inputs): Step {
  return {
    name: 'best',
    about: 'The rarest and most regular of them, with what other hosts do alike.',
    reads: ['kept', 'alikes', 'network_companies', 'port_companies', 'looked'],
    sql: sql`
    SELECT k.*, n.looked, coalesce(x.hosts, 0) AS alike, coalesce(c.hosts, 0) AS network_hosts,
      coalesce(o.hosts, 0) AS port_hosts
    FROM kept AS k
    CROSS JOIN looked AS n
    LEFT JOIN alikes AS x ON x.asn = k.asn AND x.service_port = k.service_port AND x.pitch = k.pitch
    LEFT JOIN network_companies AS c ON c.asn = k.asn AND c.service_port = k.service_port AND c.protocol = k.protocol
    LEFT JOIN port_companies AS o ON o.service_port = k.service_port AND o.protocol = k.protocol
    ORDER BY CASE WHEN k.shape <> 'pair' OR k.locals <= ${fewHosts(settings, context)} THEN 0 ELSE 1 END,
      promise DESC, k.sessions DESC, k.talk
    LIMIT ${focus.address === undefined ? settings.maxCandidates : 100_000}`,
  };
}

/** Steps over what was chosen: sizes of its sessions, the hours of the day, and the peers of rows and meshes. */
export const details: readonly Step[] = [
  {
    name: 'sizes',
    about: 'Ports, length and sizes of the sessions that were answered.',
    reads: ['starts', 'best'],
    sql: sql`
    SELECT talk, count(DISTINCT port) AS ports, count(DISTINCT ${wholes(sql`start % 86400`, 3600)}) AS day_hours,
      ${quantile(sql`stop - start`, 0.5)} AS seconds, ${sizeOf('bytes_out', 'out')}, ${sizeOf('bytes_in', 'in')}
    FROM starts
    WHERE talk IN (SELECT talk FROM best)
    GROUP BY talk`,
  },
  {
    name: 'host_days',
    about: 'In how many hours of the day a host starts sessions at all.',
    reads: ['numbered_sessions', 'best'],
    sql: sql`
    SELECT local_id, count(DISTINCT ${wholes(sql`start % 86400`, 3600)}) AS host_hours
    FROM numbered_sessions
    WHERE direction = 'outbound' AND local_id IN (SELECT local_id FROM best WHERE last_seen - first_seen >= 172800)
    GROUP BY local_id`,
  },
];

function sizeOf(column: string, name: string): Sql {
  const value = sql`CASE WHEN is_answered = 1 THEN ${id(column)} END`;
  const shares = [0.25, 0.5, 0.75] as const;
  const ends = ['low', 'mid', 'high'];
  return list(shares.map((share, at) => sql`${quantile(value, share)} AS ${id(`${name}_${ends[at]}`)}`));
}

import { wholes } from '../../sql/dialect.ts';
import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { total } from '../../traffic/total.ts';
import type { AccessValues } from './settings.ts';

/** Short sessions from outside do not count: guessing is no use of a service. */
const clients: Step = {
  name: 'clients',
  about: 'How many sources work on each service, and how many at least talk to it.',
  reads: ['marked'],
  sql: sql`
    SELECT target_id, service_port, count(DISTINCT CASE WHEN kind = 'active' THEN source_id END) AS sources,
      count(DISTINCT source_id) AS speakers
    FROM marked
    WHERE kind = 'active' OR kind = 'attempt' AND class <> 'inbound'
    GROUP BY target_id, service_port`,
};

const privateWork = (values: AccessValues): Step => ({
  name: 'private_work',
  about: 'Work inside on services that few others work on.',
  reads: ['marked', 'clients'],
  sql: sql`
    SELECT m.source_id, m.target_id, m.service_port, m.start, m.payload, m.bytes FROM marked AS m
    JOIN clients AS c ON c.target_id = m.target_id AND c.service_port = m.service_port
    WHERE m.kind = 'active' AND m.class = 'internal' AND c.sources < ${values.sharedClients}`,
});

function fanOuts(values: AccessValues): Step {
  return {
    name: 'fan_outs',
    about: 'Sources inside that worked on several hosts, and how many of them were new to it in one hour.',
    reads: ['private_work'],
    sql: sql`
    SELECT p.source_id, count(*) AS fan_out, max(p.newly) AS burst, max(t.ports) AS ports, max(t.hours) AS hours,
      max(t.days) AS days, max(t.bytes) AS bytes, max(t.speaks) AS speaks, min(t.start) AS start
    FROM (
      SELECT source_id, count(*) OVER (PARTITION BY source_id ORDER BY first_start
        RANGE BETWEEN 3600 PRECEDING AND CURRENT ROW) AS newly
      FROM (SELECT source_id, target_id, min(start) AS first_start FROM private_work GROUP BY source_id, target_id)
    ) AS p
    JOIN (
      SELECT source_id, count(DISTINCT service_port) AS ports, count(DISTINCT ${wholes(sql`start`, 3600)}) AS hours,
        count(DISTINCT ${wholes(sql`start`, 86_400)}) AS days, ${total(sql`bytes`)} AS bytes,
        max_by(service_port, payload) AS speaks, min(start) AS start
      FROM private_work GROUP BY source_id
    ) AS t ON t.source_id = p.source_id
    GROUP BY p.source_id
    HAVING count(*) >= ${values.lateralTargets}`,
  };
}

const neighbours: Step = {
  name: 'neighbours',
  about: 'How many sources of each network were let in from the Internet.',
  reads: ['marked', 'addresses'],
  sql: sql`
    SELECT a.asn, count(DISTINCT m.source_id) AS sources
    FROM marked AS m JOIN addresses AS a ON a.address_id = m.source_id
    WHERE m.kind = 'active' AND m.class = 'inbound' AND a.asn IS NOT NULL
    GROUP BY a.asn`,
};

/** Who works where, apart from any one source. */
export const moves = (values: AccessValues): readonly Step[] => [
  clients,
  privateWork(values),
  fanOuts(values),
  neighbours,
];

import { quantile } from '../../sql/dialect.ts';
import { sql } from '../../sql/sql.ts';
import type { Step } from '../../sql/step.ts';
import { isShort } from './sessions.ts';
import type { AccessValues } from './settings.ts';

function callers(values: AccessValues): Step {
  return {
    name: 'callers',
    about:
      'Sources on a service of ours whose sessions are short and small as a rule: the middle one and the largest.',
    reads: ['marked'],
    sql: sql`
    SELECT target_id, service_port, source_id, middle, most
    FROM (
      SELECT target_id, service_port, source_id, login_bytes, ${quantile(sql`payload`, 0.5)} AS middle,
        max(payload) AS most
      FROM marked
      WHERE class = 'inbound' AND kind <> 'greeting' AND ${isShort(values)}
      GROUP BY target_id, service_port, source_id, login_bytes
    )
    WHERE middle <= ${values.certainFactor} * login_bytes`,
  };
}

/**
 * An outlier that several unrelated sources show is what the server gives to anybody: of the largest short sessions of
 * each network, the one that as many networks reach.
 */
function given(values: AccessValues): Step {
  return {
    name: 'given',
    about: 'What a service of ours gives to those who are not let in, over all their networks.',
    reads: ['callers', 'addresses'],
    sql: sql`
    SELECT target_id, service_port, count(*) AS networks, ${quantile(sql`middle`, 0.5)} AS usual,
      max(CASE WHEN nth = ${values.unrelatedNetworks} THEN most END) AS given
    FROM (
      SELECT target_id, service_port, middle, most,
        row_number() OVER (PARTITION BY target_id, service_port ORDER BY most DESC, network) AS nth
      FROM (
        SELECT c.target_id, c.service_port, coalesce(a.asn, -1 - a.address_id) AS network, max(c.most) AS most,
          ${quantile(sql`c.middle`, 0.5)} AS middle
        FROM callers AS c
        JOIN addresses AS a ON a.address_id = c.source_id
        GROUP BY 1, 2, 3
      )
    )
    GROUP BY target_id, service_port`,
  };
}

/** How many sources guess on each port: what everybody gets is the Internet's weather. */
function guessers(values: AccessValues): Step {
  return {
    name: 'guessers',
    about: 'How many sources from the Internet guess on each port.',
    reads: ['marked'],
    sql: sql`
    SELECT service_port, count(*) AS sources
    FROM (
      SELECT service_port, source_id FROM marked
      WHERE class = 'inbound' AND kind = 'attempt'
      GROUP BY service_port, source_id HAVING count(*) >= ${values.guessAttempts}
    )
    GROUP BY service_port`,
  };
}

const sizes: Step = {
  name: 'sizes',
  about: 'How many sources each service answered with just so many bytes.',
  reads: ['marked'],
  sql: sql`
    SELECT target_id, service_port, down, count(DISTINCT source_id) AS sources
    FROM marked WHERE kind = 'attempt' GROUP BY target_id, service_port, down`,
};

/** What is known of services and ports over all sources. */
export const services = (values: AccessValues): readonly Step[] => [
  callers(values),
  given(values),
  guessers(values),
  sizes,
];

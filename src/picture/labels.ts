import { type Sql, sql } from '../sql/sql.ts';
import { isHidden } from './view.ts';

/** Networks with a number each, in their order: groupings of millions of peers are by numbers, not by texts. */
export const networks: Sql = sql`
  SELECT CAST(row_number() OVER (ORDER BY asn NULLS FIRST, network NULLS FIRST, provider NULLS FIRST) AS INTEGER) AS net, *
  FROM (SELECT DISTINCT asn, network, provider FROM addresses)`;

/** What pictures ask of each address, by its number. */
export const labels: Sql = sql`
  SELECT a.address_id, n.net, a.country
  FROM addresses AS a
  JOIN workbench_networks AS n ON a.asn IS NOT DISTINCT FROM n.asn AND a.network IS NOT DISTINCT FROM n.network
    AND a.provider IS NOT DISTINCT FROM n.provider`;

/** The addresses that are hidden: one in twenty or so, so that to look for a destination here costs next to nothing. */
export const hiddenAddresses: Sql = sql`SELECT address_id FROM addresses WHERE ${isHidden}`;

import { id, list, type Sql, sql } from '../sql/sql.ts';
import { isHidden } from './view.ts';

/** Whose an address is; what is set aside or marked is no part of it. */
const columns = ['asn', 'network', 'provider', 'country', 'city', 'service', 'region'].map(id);
const inOrder = (some: readonly Sql[]) => list(some.map((column) => sql`${column} NULLS FIRST`));

/**
 * Labels as they occur together, each with a number, in their order, and with that of their network. Millions of peers
 * have some ten thousand of them: filters and groupings are by these numbers, not by the texts of each peer.
 */
export const labelSets: Sql = sql`
  SELECT CAST(row_number() OVER (ORDER BY ${inOrder(columns)}) AS INTEGER) AS label_set,
    CAST(dense_rank() OVER (ORDER BY ${inOrder(columns.slice(0, 3))}) AS INTEGER) AS net, *
  FROM (SELECT DISTINCT ${list(columns)} FROM labelled_addresses)`;

/** The number of each address and of its labels. */
export const numberedAddresses: Sql = sql`
  SELECT a.address, a.address_id, l.label_set
  FROM labelled_addresses AS a
  JOIN workbench_label_sets AS l ON ${list(
    columns.map((column) => sql`a.${column} IS NOT DISTINCT FROM l.${column}`),
    ' AND ',
  )}`;

/** The addresses that are hidden: one in twenty or so, so that to look for a destination here costs next to nothing. */
export const hiddenAddresses: Sql = sql`SELECT address_id FROM addresses WHERE ${isHidden}`;

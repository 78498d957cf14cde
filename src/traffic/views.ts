import { columnOf, columnType, fields } from '../records/fields.ts';
import { id, list, or, type Sql, sql, trusted } from '../sql/sql.ts';
import type { Step } from '../sql/step.ts';
import { addressesRead, isNoise } from './noise.ts';
import type { NoiseRule } from './noise-rules.ts';

/** Every column of a flow log that AWS documents, in the order of its versions. */
const documented: readonly string[] = fields.map(({ name }) => columnOf(name));

/** Columns of stored records that are ours or come first in every view. */
const stored = ['file_id', 'record_hash'];

/**
 * The columns of records as the views give them: all documented ones, NULL where no loaded file has the field,
 * then the undocumented ones that files had.
 */
function recordColumns(present: ReadonlySet<string>): Sql {
  const types = new Map(fields.map(({ name, kind }) => [columnOf(name), columnType(kind)]));
  const known = documented.map((column) =>
    present.has(column)
      ? sql`r.${id(column)}`
      : sql`CAST(NULL AS ${trusted(types.get(column) ?? 'VARCHAR')}) AS ${id(column)}`,
  );
  const more = [...present].filter((column) => !types.has(column) && !stored.includes(column)).sort();
  return list([...known, ...more.map((column) => sql`r.${id(column)}`)]);
}

/** Peers that no set-aside hides: those on a threat list, and those that the hunter does not trust. */
export const isExposed = trusted(
  `(threat_lists IS NOT NULL OR coalesce(mark IN ('suspicious', 'malicious'), FALSE))`,
);

// Nearly all distinct addresses are on the Internet and belong to no set-aside. Only the others are joined: with
// millions of them, their texts would not fit into memory beside the records.
const notable = sql`scope IS DISTINCT FROM 'internet'`;

function scopeOf(joined: 's' | 'd', column: 'srcaddr' | 'dstaddr'): Sql {
  const address = sql`${id(joined)}.address`;
  return sql`CASE WHEN r.${id(column)} IS NULL THEN NULL WHEN ${address} IS NULL THEN 'internet' ELSE ${id(joined)}.scope END`;
}

/**
 * The documented views over `records` (what is stored) and `addresses` (labels of every address), in the order in
 * which they build on each other. They are plain SQL, the same on every engine.
 */
export function trafficViews(present: ReadonlySet<string>, rules: readonly NoiseRule[]): readonly Step[] {
  const accepted = sql`coalesce(log_status, 'OK') = 'OK' AND coalesce(action, 'ACCEPT') = 'ACCEPT'`;
  const undocumented = [...present]
    .filter((column) => !documented.includes(column) && !stored.includes(column))
    .sort();
  const flowColumns = list(
    [...documented, ...undocumented, 'file_id', 'src_scope', 'dst_scope', 'local', 'peer'].map(id),
  );
  return [
    {
      name: 'labelled_flows',
      about:
        'flows, with the set-aside that hides the destination, or would if it were not exposed; for the funnel.',
      reads: ['records', 'addresses'],
      sql: sql`
        SELECT *,
          CASE WHEN dst_scope = 'internet' THEN srcaddr WHEN src_scope = 'internet' THEN dstaddr END AS local,
          CASE WHEN dst_scope = 'internet' THEN dstaddr WHEN src_scope = 'internet' THEN srcaddr END AS peer
        FROM (
          SELECT ${recordColumns(present)}, r.file_id, ${scopeOf('s', 'srcaddr')} AS src_scope,
            ${scopeOf('d', 'dstaddr')} AS dst_scope, CASE WHEN NOT d.is_exposed THEN d.set_aside END AS dst_set_aside,
            coalesce(d.is_exposed AND d.set_aside IS NOT NULL, FALSE) AS dst_in_spite
          FROM records AS r
          LEFT JOIN (SELECT address, scope FROM addresses WHERE ${notable}) AS s ON s.address = r.srcaddr
          LEFT JOIN (
            SELECT address, scope, set_aside, ${isExposed} AS is_exposed FROM addresses
            WHERE ${or(notable, sql`set_aside IS NOT NULL`)}
          ) AS d ON d.address = r.dstaddr
        )`,
    },
    {
      name: 'flows',
      about: 'Every record that was read, duplicates left out. peer is the Internet end, local the other.',
      reads: ['labelled_flows'],
      sql: sql`SELECT ${flowColumns} FROM labelled_flows`,
    },
    {
      name: 'north_south',
      about: 'Accepted records with at least one end on the Internet, noise included.',
      reads: ['flows'],
      sql: sql`SELECT * FROM flows WHERE ${accepted} AND peer IS NOT NULL`,
    },
    {
      name: 'east_west',
      about: 'The other accepted records.',
      reads: ['flows'],
      sql: sql`SELECT * FROM flows WHERE ${accepted} AND peer IS NULL`,
    },
    {
      name: 'labelled_outbound_flows',
      about: 'outbound_flows, with the set-aside of the destination; for top.',
      reads: ['labelled_flows', ...addressesRead(rules.filter(({ on }) => on))],
      sql: sql`SELECT * FROM labelled_flows
        WHERE ${accepted} AND dst_scope = 'internet' AND NOT ${isNoise(rules)}`,
    },
    {
      name: 'outbound_flows',
      about: 'Accepted records to the Internet without noise, set-asides included.',
      reads: ['labelled_outbound_flows'],
      sql: sql`SELECT ${flowColumns} FROM labelled_outbound_flows`,
    },
  ];
}

/** Views that are worked out from all records when somebody first asks for one. */
export const analysisViews = ['sessions', 'conversations', 'peers', 'findings', 'coverage_hours'] as const;

/** The views that users may rely on; `records` and the `labelled_` ones are ours. */
export const documentedViews = [
  'flows',
  'north_south',
  'east_west',
  'outbound_flows',
  ...analysisViews,
  'addresses',
  'intel',
  'names',
  'askers',
  'dns_hours',
  'baseline',
  'files',
  'rejects',
] as const;

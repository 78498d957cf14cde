import { bitAnd, bitCount, bitsOf, shifted, wholes } from '../sql/dialect.ts';
import { id, list, type Sql, sql } from '../sql/sql.ts';

/** What names the interface of a record `r`: its id, or what stands for one at a transit gateway. */
export function interfaceOf(columns: ReadonlySet<string>): Sql {
  const names = ['interface_id', 'tgw_attachment_id', 'resource_id'].filter((name) => columns.has(name));
  return sql`coalesce(${list([...names.map((name) => sql`r.${id(name)}`), sql`'-'`])})`;
}

/** The hour that a time lies in: its begin, in Unix seconds. */
export function hourOf(seconds: Sql | number): Sql {
  return sql`(${wholes(seconds, 3600)} * 3600)`;
}

/**
 * What records say of each interface and hour, in numbers that can be added up over portions of the records: first
 * start and last end; records with data, those that span more than a window of a minute can, rejects, NODATA and
 * SKIPDATA records; and the minutes in which windows start, as 60 bits. `records` is a relation of records with these
 * columns.
 */
export function hoursOf(records: Sql, columns: ReadonlySet<string>): Sql {
  // A 60 s window can hold 61 seconds; a record that spans clearly more belongs to windows of 600 s.
  return sql`
    SELECT account_id, interface_id, ${hourOf(sql`start`)} AS hour, min(start) AS first_start, max("end") AS last_end,
      min(start) FILTER (WHERE status = 'OK') AS data_from,
      count(*) FILTER (WHERE status = 'OK') AS records,
      count(*) FILTER (WHERE status = 'OK' AND seconds BETWEEN 75 AND 1200) AS wide_records,
      count(*) FILTER (WHERE action = 'REJECT') AS rejected,
      count(*) FILTER (WHERE status = 'NODATA') AS no_data,
      count(*) FILTER (WHERE status = 'SKIPDATA') AS skip_data,
      count(*) FILTER (WHERE seconds BETWEEN 75 AND 1200) AS wide,
      ${bitsOf(sql`CASE WHEN status <> 'SKIPDATA' THEN minute_bit ELSE 0 END`)} AS minute_bits,
      ${bitsOf(sql`CASE WHEN status = 'SKIPDATA' THEN minute_bit ELSE 0 END`)} AS skipped_bits
    FROM (
      SELECT r.account_id, ${interfaceOf(columns)} AS interface_id, r.start, r.action,
        greatest(r.start, coalesce(r."end", r.start)) AS "end", r."end" - r.start AS seconds,
        coalesce(r.log_status, 'OK') AS status, ${shifted(1, wholes(sql`r.start % 3600`, 60))} AS minute_bit
      FROM ${records} AS r
      WHERE r.start IS NOT NULL
    )
    GROUP BY 1, 2, 3`;
}

/**
 * The interfaces (or what stands for them) of hours, with the length of their aggregation windows: columns iface (a
 * number), account_id, interface_id, seen_from, window_seconds. A few long records per thousand are clock jumps.
 */
export function interfacesOf(hours: Sql): Sql {
  return sql`
    SELECT CAST(row_number() OVER (ORDER BY account_id, interface_id) AS INTEGER) AS iface, account_id, interface_id,
      min(data_from) AS seen_from,
      CASE WHEN sum(wide_records) > 0.002e0 * sum(records) THEN 600 ELSE 60 END AS window_seconds
    FROM (${hours})
    GROUP BY account_id, interface_id
    HAVING sum(records) > 0`;
}

/**
 * What is there for each interface and hour: records with data, their rejects, NODATA and SKIPDATA records, and the
 * minutes of the hour that any record speaks of, by the length of the interface's windows. Columns: account_id,
 * interface_id, hour, first_start, last_end (Unix seconds), records, rejected, no_data, skip_data, minutes,
 * skipped_minutes (of windows for which AWS says it lost records). Hours without any record are no rows.
 */
export function coverageHoursOf(hours: Sql, interfaces: Sql): Sql {
  return sql`
    SELECT h.account_id, h.interface_id, h.hour, first_start, last_end, records, rejected, no_data, skip_data,
      ${minutes(sql`minute_bits`)} AS minutes, ${minutes(sql`skipped_bits`)} AS skipped_minutes
    FROM (
      SELECT account_id, interface_id, hour, min(first_start) AS first_start, max(last_end) AS last_end,
        CAST(sum(records) AS BIGINT) AS records, CAST(sum(rejected) AS BIGINT) AS rejected,
        CAST(sum(no_data) AS BIGINT) AS no_data, CAST(sum(skip_data) AS BIGINT) AS skip_data, sum(wide) AS wide,
        ${bitsOf(sql`minute_bits`)} AS minute_bits, ${bitsOf(sql`skipped_bits`)} AS skipped_bits
      FROM (${hours})
      GROUP BY account_id, interface_id, hour
    ) AS h
    LEFT JOIN (${interfaces}) AS i ON i.account_id IS NOT DISTINCT FROM h.account_id AND i.interface_id = h.interface_id`;
}

/** Minutes that windows cover which start in the minutes of the bits; without data, records tell their own window. */
function minutes(bits: Sql): Sql {
  const tens = [0, 10, 20, 30, 40, 50].map(
    (first) => sql`CASE WHEN ${bitAnd(bits, shifted(1023, first))} <> 0 THEN 10 ELSE 0 END`,
  );
  const seconds = sql`coalesce(i.window_seconds, CASE WHEN h.wide > 0 THEN 600 ELSE 60 END)`;
  return sql`CAST(CASE WHEN ${seconds} = 600 THEN ${list(tens, ' + ')} ELSE ${bitCount(bits)} END AS BIGINT)`;
}

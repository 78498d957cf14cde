import { exportedTime, quotedMessage } from './export-lines.ts';
import { type DnsShape, messageColumnOf } from './shape.ts';

/** The key of a query's name, as it stands in JSON, in JSON inside of a JSON text, and in CSV. */
const asked = /(?:\\"|"")?"?query_name\\?"{1,2}\s*:/;
const beside = /(?:query_timestamp|query_type|rcode|srcaddr)\\?"/;
const envelope = /^\s*\{.*"(?:logEvents|events)"\s*:\s*\[/;
const message = /^\s*\{.*"@?message"\s*:\s*"/;
const exported = new RegExp(exportedTime);

/** The shape of a Route 53 Resolver query log; undefined where fewer than half of the lines hold a query. */
export function dnsShape(lines: readonly string[]): DnsShape | undefined {
  const [first = '', ...rest] = lines;
  const column = messageColumnOf(first);
  const judged = column === undefined ? lines : rest;
  const queries = judged.filter((line) => asked.test(line) && beside.test(line));
  if (queries.length === 0 || queries.length * 2 < judged.length) return undefined;
  if (column !== undefined)
    return { kind: 'dns', around: 'csv-message', header: true, messageColumn: column };
  const most = (pattern: RegExp) => queries.filter((line) => pattern.test(line)).length * 2 >= queries.length;
  const around = most(exported)
    ? 'iso-time'
    : most(quotedMessage)
      ? 'csv-message'
      : most(envelope)
        ? 'json-events'
        : most(message)
          ? 'json-message'
          : 'line';
  return { kind: 'dns', around, header: false };
}

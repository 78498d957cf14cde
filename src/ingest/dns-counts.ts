import type { FileOutcome } from './input-file.ts';
import type { LoadResult } from './load-result.ts';

/** What the DNS query logs among the files held, together. */
export function dnsCountsOf(outcomes: readonly FileOutcome[]): LoadResult['dns'] {
  const sums = { files: 0, queries: 0, answers: 0, unreadable: 0, duplicate: 0 };
  for (const { dns, unreadable } of outcomes) {
    if (dns === undefined) continue;
    sums.files += 1;
    sums.queries += dns.queries;
    sums.answers += dns.answers;
    sums.unreadable += unreadable;
    sums.duplicate += dns.duplicate;
  }
  return sums;
}

// Hunts in the labelled sets and measures what was found.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureSet, unsupported } from './measure.mjs';
import { comparePairs } from './sessions.mjs';

/** Loads logs into a workspace of its own, gives it to `work`, and removes it. */
export async function inWorkspace(library, logs, local, work) {
  const folder = mkdtempSync(join(tmpdir(), 'northsouth-eval-'));
  try {
    const workspace = await library.openWorkspace({ workspace: folder, create: true, local });
    try {
      await workspace.load([logs]);
      return await work(workspace);
    } finally {
      await workspace.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every answer that is yes or cannot be told, in their order. */
export async function everyFinding(workspace) {
  const { findings } = await workspace.findings({ severity: 'info', unsettled: true });
  return findings;
}

/** Rows of a query as objects. */
export async function rowsOf(workspace, text) {
  const { columns, rows } = await workspace.query(text);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
}

export async function evaluateSet(library, set) {
  return inWorkspace(library, set.logs, set.local, async (workspace) => {
    const findings = await everyFinding(workspace);
    const named = new Set(findings.map(({ question, peer }) => `${question} ${peer}`));
    const unnamed = set.truth.filter(
      ({ questions, address }) => questions.includes('c2') && !named.has(`c2 ${address}`),
    );
    const reports = [];
    for (const { address } of unnamed) reports.push(await workspace.ip(address));
    const records = await rowsOf(
      workspace,
      'SELECT address, count(*) AS records FROM (SELECT srcaddr AS address FROM flows UNION ALL SELECT dstaddr FROM flows) GROUP BY address',
    );
    const [data] = await rowsOf(
      workspace,
      'SELECT count(*) AS records, max("end") - min(start) AS seconds FROM flows',
    );
    const [traffic] = await rowsOf(
      workspace,
      "SELECT count(DISTINCT local) AS locals FROM sessions WHERE traffic = 'north_south'",
    );
    const conversations =
      set.pairs.length === 0
        ? []
        : await rowsOf(
            workspace,
            'SELECT local, peer, service_port, protocol, direction, sessions FROM conversations WHERE protocol IN (6, 17)',
          );
    return {
      name: set.name,
      records: data.records,
      days: data.seconds / 86_400,
      locals: traffic.locals,
      truth: set.truth,
      recordsOf: new Map(records.map((row) => [row.address, row.records])),
      findings,
      // What is answered to a hunter who asks about an address that no finding names.
      answers: new Map(reports.map(({ address, questions }) => [address, questions])),
      measured: measureSet(set.truth, findings),
      unsupported: unsupported(set.truth, findings),
      pairs: set.pairs.length === 0 ? undefined : comparePairs(set.pairs, conversations),
    };
  });
}

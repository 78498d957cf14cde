// Hunts in sets with a truth and measures what was found.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionsOf, internalBy, northsouthNames, ritaNames, serversOf, twinOf } from './against-rita.mjs';
import { falseAlarms, judged, recallByLabel } from './measure.mjs';
import { comparePairs } from './sessions.mjs';
import { namesOf } from './verdict.mjs';

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
    const verdicts = judged(set.truth, findings);
    const traffic = await trafficByAddress(workspace);
    const [data] = await rowsOf(
      workspace,
      'SELECT count(*) AS records, max("end") - min(start) AS seconds FROM flows',
    );
    const [{ locals }] = await rowsOf(
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
      ...{ name: set.name, records: data.records, days: data.seconds / 86_400, locals },
      ...{ truth: set.truth, traffic, findings, verdicts },
      answers: await answersOf(workspace, set.truth, findings),
      alarms: falseAlarms(verdicts),
      recall: recallByLabel(set.truth, findings, traffic),
      pairs: set.pairs.length === 0 ? undefined : comparePairs(set.pairs, conversations),
      beside: beside(set, findings, await connectionsOf(workspace)),
    };
  });
}

/** northsouth and RITA on the same records, and RITA on the exact times of the Zeek original. */
function beside(set, findings, connections) {
  const isInternal = internalBy({ local: set.local, alone: set.local.length > 0 }, set.publicLocals);
  const exact = twinOf(set.path, set.name);
  return {
    name: set.name,
    servers: serversOf(set.truth).length,
    northsouth: northsouthNames(findings, set.truth),
    rita: ritaNames(connections, set.truth, isInternal),
    exact: exact === null ? null : ritaNames(exact, set.truth, isInternal),
  };
}

/** Records, sessions, and distinct ends and ports of the other side, by address. */
async function trafficByAddress(workspace) {
  const rows = await rowsOf(
    workspace,
    `WITH ends AS (
      SELECT peer AS address, local AS other, local_port AS port, 1 AS session, 0 AS record FROM sessions
      UNION ALL SELECT local, peer, peer_port, 1, 0 FROM sessions
      UNION ALL SELECT srcaddr, NULL, NULL, 0, 1 FROM flows
      UNION ALL SELECT dstaddr, NULL, NULL, 0, 1 FROM flows
    )
    SELECT address, sum(record)::BIGINT AS records, sum(session)::BIGINT AS sessions,
      count(DISTINCT other) AS targets, count(DISTINCT port) AS ports
    FROM ends GROUP BY address`,
  );
  return new Map(rows.map((row) => [row.address, row]));
}

/** What is answered to a hunter who asks about a C2 server that no finding names. */
async function answersOf(workspace, truth, findings) {
  const named = new Set(findings.filter(({ question }) => question === 'c2').flatMap(namesOf));
  const answers = new Map();
  for (const { questions, address } of truth) {
    if (!questions.includes('c2') || named.has(address)) continue;
    answers.set(address, (await workspace.ip(address)).questions);
  }
  return answers;
}

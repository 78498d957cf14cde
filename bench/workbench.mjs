// What whoever looks at the workbench waits for: a real `serve` on a workspace, asked over HTTP as the page does.
//   node bench/workbench.mjs WORKSPACE    measures a workspace and prints the table
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../scripts/steps.mjs';
import { machine, workbenchTable } from './results.mjs';

const cli = join(root, 'bin', 'northsouth.js');
const variants = 5;

/** What whoever looks at so many records should wait for at most. */
const boundMsOf = (records) => (records > 10_000_000 ? 2000 : 300);

/** Serves the workspace and measures each interaction; the first run prepares what is kept, the second is measured. */
export async function workbench(workspace) {
  const prepared = await served(workspace, async ({ secondsToReady }) => secondsToReady);
  return served(workspace, async ({ ask, secondsToReady }) => {
    const rows = [];
    const measure = async (name, questions) => {
      const milliseconds = [];
      for (const question of questions) milliseconds.push((await ask(question)).milliseconds);
      // Where nothing is found there is no finding to look at.
      if (milliseconds.length > 0) rows.push({ name, milliseconds });
    };
    // Nobody asked anything yet.
    await measure('first picture', ['/api/overview']);
    for (const [name, questions] of Object.entries(await interactions(ask))) await measure(name, questions);
    for (const [name, milliseconds] of Object.entries(await marks(ask)))
      if (milliseconds.length > 0) rows.push({ name, milliseconds });
    const { records } = (await ask('/api/status')).json;
    return { rows, prepared, secondsToReady, boundMs: boundMsOf(records) };
  });
}

/** Questions by what somebody does; each filter is a new one, so that no answer is one that was given before. */
async function interactions(ask) {
  const rowsBy = async (group, more = '') =>
    (await ask(`/api/destinations?group=${group}&sort=bytes&limit=${variants}${more}`)).json.rows;
  const [peers, ports, countries, locals] = [
    ...[await rowsBy('peer'), await rowsBy('port'), await rowsBy('country'), await rowsBy('local')],
  ];
  const { total } = (await ask('/api/destinations?group=peer&limit=1')).json;
  const { findings } = (await ask(`/api/findings?limit=${variants}`)).json;
  const { period } = (await ask('/api/status')).json;
  const filters = {
    peer: peers.map(({ peer }) => `peer:${peer}`),
    port: ports.map(({ dstPort }) => `port:${dstPort}`),
    country: countries.filter(({ country }) => country !== null).map(({ country }) => `country:${country}`),
    network: ['Amazon*', 'Google*', 'Micro*', '*Telecom*', '*Cloud*'].map((name) => `network:"${name}"`),
    'local host': locals.map(({ local }) => `local:${local}`),
    size: [1, 2, 3, 4, 5].map((size) => `bytes>${size}MB`),
    'several terms': ports.map(({ dstPort }) => `port:${dstPort} -country:US bytes>10KB`),
  };
  const where = (texts) => texts.map((text) => `where=${encodeURIComponent(text)}`);
  const found = {};
  for (const [name, texts] of Object.entries(filters))
    found[`overview, by ${name}`] = where(texts).map((filter) => `/api/overview?${filter}`);
  found['overview, in a time range'] = ranges(period).map((range) => `/api/overview?${range}`);
  for (const group of ['flow', 'peer', 'local', 'asn', 'country', 'port']) {
    const narrowed = where(ports.map(({ dstPort }) => `-port:${dstPort} bytes>0`));
    found[`destinations by ${group}`] = narrowed.map(
      (filter) => `/api/destinations?group=${group}&${filter}`,
    );
  }
  const list = '/api/destinations?group=peer&descending=true&limit=200';
  found['destinations in another order'] = ['bytes', 'packets', 'peer', 'network', 'country'].map(
    (sort) => `${list}&sort=${sort}`,
  );
  found['destinations further down'] = [1, 2, 3, 4, 5].map(
    (part) => `${list}&sort=bytes&offset=${Math.max(0, Math.floor((total * part) / 5) - 200)}`,
  );
  found.findings = ['scan', 'access', 'c2', 'exfil'].map((question) => `/api/findings?question=${question}`);
  found['findings, by peer'] = where(filters.peer).map((filter) => `/api/findings?${filter}`);
  found['a finding'] = findings.map(({ id }) => `/api/findings/${id}`);
  found['the address of a peer'] = peers.map(({ peer }) => `/api/addresses/${peer}`);
  found['the address of a local host'] = locals.map(({ local }) => `/api/addresses/${local}`);
  // These are remembered: the first time is what somebody waits for.
  for (const name of ['coverage', 'noise']) found[name] = [`/api/${name}`];
  for (const name of ['files', 'rejects', 'labels', 'marks']) found[name] = Array(3).fill(`/api/${name}`);
  return found;
}

/** Until a finding shows the mark that was made of its peer, and until it is gone again. The workspace keeps none. */
async function marks(ask) {
  const { findings } = (await ask(`/api/findings?limit=${variants}`)).json;
  const found = { 'mark, and see it': [], 'undo a mark, and see it': [] };
  const seen = async (finding, mark, path, sent) => {
    const start = performance.now();
    await ask(path, sent);
    const { json } = await ask(`/api/findings?where=${encodeURIComponent(`peer:${finding.peer}`)}`);
    if (json.findings.find(({ id }) => id === finding.id)?.mark !== mark)
      throw new Error(`${path} is not seen`);
    return performance.now() - start;
  };
  for (const finding of findings) {
    const body = JSON.stringify({ target: finding.peer, verdict: 'malicious' });
    const [made, undone] = Object.values(found);
    made.push(await seen(finding, 'malicious', '/api/marks', { method: 'POST', body }));
    undone.push(await seen(finding, null, `/api/marks?target=${finding.peer}`, { method: 'DELETE' }));
  }
  return found;
}

/** Parts of the period on whole hours, as a brush leaves them. */
function ranges({ from, to }) {
  const hour = 3_600_000;
  const [first, last] = [Date.parse(from), Date.parse(to)].map((time) => Math.floor(time / hour) * hour);
  return [0.1, 0.3, 0.5, 0.7, 0.9].map((share) => {
    const end = first + Math.max(hour, Math.floor(((last - first) * share) / hour) * hour);
    return `from=${new Date(first).toISOString()}&to=${new Date(end).toISOString()}`;
  });
}

async function served(workspace, work) {
  const began = performance.now();
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--json', '--workspace', workspace], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  try {
    const line = await new Promise((heard, failed) => {
      child.stdout.once('data', (data) => heard(String(data)));
      child.once('exit', (code) => failed(new Error(`serve ended with ${code}`)));
    });
    const { token, port } = JSON.parse(line);
    const ask = async (path, sent = {}) => {
      const start = performance.now();
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        ...sent,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text.slice(0, 500)}`);
      return { milliseconds: performance.now() - start, json: JSON.parse(text) };
    };
    for (let state = ''; state !== 'ready'; ) {
      const { json } = await ask('/api/status');
      ({ state } = json);
      if (state === 'failed') throw new Error(json.failed.message);
      if (state === 'empty') throw new Error('The workspace is empty.');
      await new Promise((done) => setTimeout(done, 20));
    }
    return await work({ ask, secondsToReady: (performance.now() - began) / 1000 });
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , workspace] = process.argv;
  if (workspace === undefined) {
    console.error('node bench/workbench.mjs WORKSPACE');
    process.exit(2);
  }
  console.log(machine());
  console.log(workbenchTable(await workbench(resolve(workspace))));
}

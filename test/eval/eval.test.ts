import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const scripts = join(import.meta.dirname, '..', '..', 'scripts');
const part = (name: string) => import(pathToFileURL(join(scripts, 'eval', name)).href);

const finding = (question: string, peer: string, severity = 'medium', answer = 'yes') => ({
  ...{ question, peer, severity, answer, local: '10.0.0.1', kind: question, score: 0.8 },
  ...{ evidence: ['something'], counterEvidence: [], missing: [] },
});

test('labels say which questions must find whom, and what the truth supports at most', async () => {
  const { meaningOf, parseCsv } = await part('truth.mjs');
  const asks = (label: string, detail = '') => {
    const { questions, allows, otherwise, gotIn } = meaningOf(label, detail);
    const most = Object.entries(allows).map(([question, severity]) => `${question} ${severity}`);
    return [questions.join(' or '), most.join(', '), otherwise, gotIn];
  };
  const attempts = 'scan medium, access medium';
  const logins = 'scan medium, access critical';
  expect(asks('malicious', 'External-Attack-to-Device')).toEqual([
    'scan or access',
    attempts,
    'false',
    false,
  ]);
  expect(asks('malicious', 'Malware_data_exfiltration-X')).toEqual([
    ...['exfil', 'exfil critical, c2 critical', 'excused', true],
  ]);
  expect(asks('port-scan', 'SYN scan of 1,000 ports')).toEqual(['scan', 'scan critical', 'excused', true]);
  expect(asks('port-scan', '1500 packets refused, 1359 ports')).toEqual(['scan', 'scan low', 'false', false]);
  expect(asks('ssh-bruteforce', '74 SSH connections')).toEqual(['access', logins, 'excused', true]);
  expect(asks('ssh-bruteforce', '9 tries, none got in')).toEqual(['access', attempts, 'false', false]);
  expect(asks('bruteforce', '159 failed and 0 accepted logins')).toEqual([
    'access',
    attempts,
    'false',
    false,
  ]);
  expect(asks('honeypot-login', '40 failed and 10 accepted logins')).toEqual([
    ...['access', logins, 'excused', true],
  ]);
  expect(asks('attack-got-in')).toEqual(['access', logins, 'excused', true]);
  expect(asks('attack')).toEqual(['', attempts, 'excused', false]);
  expect(asks('probe', '34 packets refused, 1 ports')).toEqual(['scan', 'scan low', 'false', false]);
  expect(asks('probe', '9 connections')).toEqual(['scan', attempts, 'false', false]);
  expect(asks('out-of-state')).toEqual(['', '', 'false', false]);
  for (const label of ['c2', 'c2-beacon'])
    expect(asks(label)).toEqual(['c2', 'c2 critical', 'excused', true]);
  expect(asks('benign', 'Dropbox')).toEqual(['', '', 'false', false]);
  expect(asks('benign-beacon')).toEqual(['', 'c2 low', 'false', false]);
  expect(asks('benign', 'ESET mixed:Benign=14/Malicious=1')).toEqual(['', '', 'excused', true]);
  expect(asks('infected-host')).toEqual(['', '', 'excused', true]);
  for (const label of ['background', 'unlabelled']) expect(asks(label)).toEqual(['', '', 'unknown', false]);
  expect(parseCsv('ip,detail\n1.2.3.4,"a ""b"", c"\r\n5.6.7.8,\n')).toEqual([
    { ip: '1.2.3.4', detail: 'a "b", c' },
    { ip: '5.6.7.8', detail: '' },
  ]);
});

const truthOf = async (rows: Record<string, string>) => {
  const { meaningOf } = await part('truth.mjs');
  return Object.entries(rows).map(([address, text]) => {
    const [label = '', detail = ''] = text.split(': ');
    return { address, label, flows: 1, ...meaningOf(label, detail) };
  });
};

test('a finding is true where the truth supports what it says and how severe it is', async () => {
  const { judge, labelsOf } = await part('verdict.mjs');
  const labels = labelsOf(
    await truthOf({
      ...{
        guesser: 'ssh-bruteforce: none got in',
        inside: 'attack-got-in',
        door: 'port-scan: 9 packets refused',
      },
      ...{
        c2: 'c2',
        other: 'c2',
        good: 'benign',
        host: 'infected-host',
        scanner: 'port-scan',
        plain: 'unlabelled',
      },
    }),
  );
  const verdict = (one: object) => judge(one, labels).verdict;
  const guessing = { ...finding('access', 'guesser'), kind: 'password guessing' };
  expect(verdict(guessing)).toBe('true');
  expect(verdict({ ...guessing, severity: 'high' })).toBe('false');
  expect(verdict({ ...guessing, kind: 'guessing followed by success' })).toBe('false');
  expect(verdict({ ...finding('access', 'inside', 'critical'), kind: 'guessing followed by success' })).toBe(
    'true',
  );
  expect(verdict(finding('scan', 'door', 'low'))).toBe('true');
  expect(verdict(finding('scan', 'door'))).toBe('false');
  expect(verdict(finding('c2', 'guesser'))).toBe('false');
  expect(verdict(finding('c2', 'inside'))).toBe('excused');
  expect(verdict(finding('c2', 'nobody'))).toBe('false');
  expect(verdict({ ...finding('c2', 'nobody'), local: 'host' })).toBe('excused');
  expect(verdict({ ...finding('c2', 'plain'), local: 'host' })).toBe('excused');
  expect(verdict({ ...finding('scan', 'plain'), local: 'scanner' })).toBe('true');
  expect(verdict({ ...finding('c2', 'good'), local: 'host' })).toBe('false');
  expect(verdict({ ...finding('c2', 'good'), peers: ['c2', 'good'] })).toBe('true');
  expect(verdict({ ...finding('c2', 'c2'), peers: [{ peer: 'good' }, { peer: 'guesser' }] })).toBe('false');
});

test('precision by severity, recall by label and ranks, worked by hand', async () => {
  const { falseAlarms, judged, precisionOf, rankOf, recallByLabel } = await part('measure.mjs');
  const truth = await truthOf({
    a: 'malicious',
    b: 'malicious',
    c: 'c2',
    e: 'c2',
    d: 'benign',
    f: 'infected-host',
  });
  const found = [
    finding('c2', 'd', 'high'),
    { ...finding('c2', 'x', 'high'), peers: ['c', 'x'] },
    { ...finding('access', 'a'), kind: 'password guessing' },
    { ...finding('c2', 'y', 'critical'), local: 'f' },
    finding('scan', 'a', 'info'),
    finding('scan', 'b', 'info'),
    finding('c2', 'e', 'high', 'cannot-tell'),
  ];
  const verdicts = judged(truth, found);
  expect(precisionOf(verdicts, 'high', 'critical')).toEqual({ right: 1, wrong: 1, precision: 0.5 });
  expect(precisionOf(verdicts, 'medium')).toEqual({ right: 1, wrong: 0, precision: 1 });
  expect(precisionOf(verdicts, 'low')).toEqual({ right: 0, wrong: 0, precision: null });
  expect(falseAlarms(verdicts).map(({ peer }: { peer: string }) => peer)).toEqual(['d']);
  const traffic = new Map([
    ['a', { sessions: 10, targets: 1, ports: 1 }],
    ['b', { sessions: 9, targets: 1, ports: 14 }],
    ['c', { sessions: 12, targets: 1, ports: 1 }],
    ['e', { sessions: 400, targets: 1, ports: 1 }],
  ]);
  expect(recallByLabel(truth, found, traffic)).toEqual([
    {
      ...{ label: 'malicious', question: 'scan or access', addresses: 2, named: 2, shown: 1 },
      ...{
        enough: '15 or more targets or ports, or 10 or more sessions',
        asked: 1,
        askedNamed: 1,
        missed: [],
      },
    },
    {
      ...{ label: 'c2', question: 'c2', addresses: 2, named: 1, shown: 1 },
      ...{ enough: '12 or more sessions', asked: 2, askedNamed: 1, missed: ['e'] },
    },
  ]);
  expect(['d', 'x', 'c', 'a', 'e'].map((address) => rankOf(address, found))).toEqual([1, 2, 2, 4, 7]);
});

test('targets are held or missed by what was measured', async () => {
  const { targetsOf } = await part('targets.mjs');
  const { judged, recallByLabel } = await part('measure.mjs');
  const set = async (name: string, rows: Record<string, string>, findings: object[], sessions = 10) => {
    const truth = await truthOf(rows);
    const traffic = new Map(
      truth.map(({ address }) => [address, { records: 4, sessions, targets: 1, ports: 1 }]),
    );
    const verdicts = judged(truth, findings);
    const recall = recallByLabel(truth, findings, traffic);
    return {
      ...{ name, truth, traffic, findings, verdicts, recall },
      answers: new Map(),
      locals: 1,
      days: 1,
      alarms: [],
    };
  };
  const held = (results: object[]) =>
    Object.fromEntries(
      targetsOf(results).map((one: { name: string; measured: string; holds: boolean }) => [
        one.name,
        `${one.measured}, ${one.holds}`,
      ]),
    );
  const office = (peers: string[], severity = 'medium') =>
    set(
      'm57-office-day',
      { p: 'unlabelled' },
      peers.map((peer) => finding('c2', peer, severity)),
    );
  const quiet = held([await office(['p', 'q'])]);
  expect(quiet['at most 2 false findings of severity medium']).toBe('2, true');
  expect(quiet['no false finding of severity high or critical']).toBe('0 of 0, true');
  expect(held([await office(['p', 'q', 'r'])])['at most 2 false findings of severity medium']).toBe(
    '3, false',
  );
  expect(held([await office(['p'], 'high')])['no false finding of severity high or critical']).toBe(
    '1 of 1 (m57-office-day 1), false',
  );
  const every = 'every attack that got in with 10 or more sessions is named by an access finding';
  const attack = { a: 'attack-got-in', b: 'attack-got-in' };
  expect(held([await set('trap', attack, [finding('access', 'a')])])[every]).toBe('1 of 2, false');
  expect(held([await set('trap', attack, [finding('scan', 'a')], 9)])[every]).toBe('0 of 0, true');
  const guessers = '90 % of the guessers with 10 or more sessions are named';
  expect(held([await set('trap', attack, [finding('access', 'a')])])[guessers]).toBe(
    '50.0 % (1 of 2), false',
  );
});

test('connections are found again as sessions, with who started them', async () => {
  const { compareConnections, comparePairs } = await part('sessions.mjs');
  const connection = {
    question: 'c2',
    kind: 'beacon',
    start: 100,
    end: 110,
    local: 'l',
    localPort: 5,
    peer: 'p',
    peerPort: 443,
    protocol: 6,
    initiator: 'local',
  };
  const session = {
    local: 'l',
    local_port: 5,
    peer: 'p',
    peer_port: 443,
    protocol: 6,
    initiator: 'local',
    start: 90,
    end: 120,
  };
  const turned = { ...session, local: 'p', local_port: 443, peer: 'l', peer_port: 6, initiator: 'peer' };
  expect(
    compareConnections(
      [
        connection,
        { ...connection, localPort: 6 },
        { ...connection, localPort: 7 },
        { ...connection, start: 9000, end: 9001 },
      ],
      [session, turned, { ...session, local_port: 7, initiator: 'unknown' }],
    ),
  ).toEqual([{ name: 'c2 beacon', connections: 4, seen: 3, sessions: 3, agreed: 2, unknown: 1 }]);
  const pair = (src: string, dst: string, flows: string) => ({ src, dst, dport: '22', proto: '6', flows });
  const talk = { local: 'l', peer: 'p', service_port: 22, protocol: 6, direction: 'inbound', sessions: 4 };
  expect(comparePairs([pair('p', 'l', '4'), pair('l', 'p', '1'), pair('q', 'l', '2')], [talk])).toEqual({
    ...{ pairs: 3, flows: 7, seen: 2, agreed: 1, seenFlows: 5, agreedFlows: 4, sessions: 4 },
  });
});

test('the command measures a labelled set', () => {
  const folder = mkdtempSync(join(tmpdir(), 'northsouth-eval-test-'));
  mkdirSync(join(folder, 'theft'));
  const from = Date.UTC(2026, 4, 4) / 1000;
  const record = (src: string, dst: string, ports: string, bytes: number, at: number) =>
    `2 123456789012 eni-1 ${src} ${dst} ${ports} 6 ${Math.ceil(bytes / 1000)} ${bytes} ${at} ${at + 50} ACCEPT OK`;
  const lines = Array.from({ length: 40 }, (_, n) => n).flatMap((n) => [
    record('10.0.0.1', `93.184.${n % 8}.34`, `${40_000 + n} 443`, 2000, from + n * 600),
    record(`93.184.${n % 8}.34`, '10.0.0.1', `443 ${40_000 + n}`, 60_000, from + n * 600),
  ]);
  lines.push(record('10.0.0.1', '5.79.64.10', '50000 4444', 80_000_000, from + 20_000));
  lines.push(record('5.79.64.10', '10.0.0.1', '4444 50000', 500_000, from + 20_000));
  const header =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
  writeFileSync(join(folder, 'theft', 'flow.log.gz'), gzipSync(`${[header, ...lines].join('\n')}\n`));
  writeFileSync(
    join(folder, 'theft', 'truth.csv'),
    'ip,label,detail,evidence,flows\n5.79.64.10,malicious,data_exfiltration,planted,1\n93.184.0.34,benign,,planted,5\n',
  );
  const ran = spawnSync(process.execPath, [join(scripts, 'eval.mjs'), folder, '--json', '--dry'], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true, force: true });
  expect(ran.stderr).toContain('Hunting in theft');
  expect(ran.status).toBe(0);
  const { results } = JSON.parse(ran.stdout).labelled;
  expect(results[0].recall).toEqual([
    expect.objectContaining({
      label: 'malicious',
      question: 'exfil',
      addresses: 1,
      named: 1,
      asked: 1,
      askedNamed: 1,
    }),
  ]);
  expect(results[0].verdicts).toContainEqual(
    expect.objectContaining({ question: 'exfil', peer: '5.79.64.10', verdict: 'true' }),
  );
});

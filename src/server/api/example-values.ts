/** Pieces that several examples of the API share. */

export const labels = {
  asn: 64500,
  network: 'Example Transit',
  country: 'DE',
  city: null,
  provider: null,
  service: null,
  region: null,
  setAside: null,
};

const beacon = {
  question: 'c2',
  kind: 'beacon',
  answer: 'yes',
  severity: 'high',
  score: 0.97,
  peer: '203.0.113.7',
  local: '10.0.1.23',
  servicePort: 443,
  protocol: 6,
  direction: 'outbound',
  firstSeen: '2026-05-28T20:26:40Z',
  lastSeen: '2026-06-04T20:26:40Z',
  bytes: 1_204_000,
  coverage: 1,
} as const;

/** A finding as a line of a list. */
export const line = {
  id: '6f1d9c2b7a3e4850',
  ...beacon,
  peersTotal: 1,
  ...labels,
  reason: 'starts every 60 s ± 2 s, 1,418 of 1,440 expected',
  mark: null,
  threatLists: [],
  names: ['updates.example'],
} as const;

export const timeline = {
  bucketSeconds: 3600,
  buckets: [{ start: '2026-05-28T20:00:00Z', sessions: 34, bytesIn: 12_240, bytesOut: 27_880 }],
};

export const gaps = {
  ...{
    local: '10.0.1.23',
    peer: '203.0.113.7',
    servicePort: 443,
    protocol: 6,
    gaps: 1417,
    medianSeconds: 60,
  },
  bins: [{ fromSeconds: 58, toSeconds: 62, count: 1411 }],
};

/** A finding with its reasons. */
export const fullFinding = {
  ...beacon,
  peers: [],
  ...labels,
  mark: null,
  marks: [],
  threatLists: [],
  evidence: ['starts every 60 s ± 2 s, 1,418 of 1,440 expected'],
  counterEvidence: ['the peer answers as a web server does'],
  missing: [],
  attack: ['T1071'],
  parts: [{ name: 'regularity', value: 0.98, weight: 0.5, because: 'gaps lie within 2 s of 60 s' }],
  severitySteps: [],
  sql: "SELECT * FROM sessions WHERE peer = '203.0.113.7' AND local = '10.0.1.23' ORDER BY start",
  names: [
    {
      name: 'updates.example',
      firstSeen: '2026-05-28T20:26:39Z',
      lastSeen: '2026-06-04T20:25:39Z',
      askedByLocal: true,
    },
  ],
} as const;

export const madeMark = {
  target: '203.0.113.7',
  port: null,
  local: null,
  verdict: 'benign',
  note: 'our own updates',
  by: 'ada',
  at: '2026-06-05T08:00:00Z',
} as const;

export const runningLoad = {
  id: '0b5e6f0a-6e1d-4a55-9f0e-3f1d2c4b5a69',
  paths: ['/logs/AWSLogs'],
  state: 'running',
  progress: {
    ...{
      filesTotal: 500,
      filesDone: 120,
      bytesTotal: 238_000_000,
      bytesDone: 57_000_000,
      records: 2_400_000,
    },
  },
  secondsRunning: 6.2,
  secondsLeft: 19.7,
  result: null,
  error: null,
} as const;

// Who started what, and how many sessions there were, against what is known of it.

/** An end-to-end key that both directions share. */
const keyOf = (protocol, ...ends) =>
  [protocol, ...ends.map(([address, port]) => `${address} ${port}`).sort()].join(' ');

/**
 * Compares planted connections with sessions of the same 5-tuple at the same time, by kind of planting: how many
 * have a session, how many sessions there are for them, and in how many the initiator agrees.
 */
export function compareConnections(connections, sessions) {
  const byKey = groupBy(sessions, (one) =>
    keyOf(one.protocol, [one.local, one.local_port], [one.peer, one.peer_port]),
  );
  const rows = new Map();
  const used = new Set();
  for (const one of connections) {
    const name = `${one.question} ${one.kind}`;
    const row = rows.get(name) ?? { name, connections: 0, seen: 0, sessions: 0, agreed: 0, unknown: 0 };
    rows.set(name, row);
    row.connections++;
    const key = keyOf(one.protocol, [one.local, one.localPort], [one.peer, one.peerPort]);
    const there = (byKey.get(key) ?? []).filter(
      ({ start, end }) => start <= one.end + 660 && end >= one.start - 660,
    );
    if (there.length === 0) continue;
    row.seen++;
    for (const session of there) if (!used.has(session)) row.sessions++;
    for (const session of there) used.add(session);
    const [session] = there;
    const starter = one.initiator === 'local' ? one.local : one.peer;
    if (session.initiator === 'unknown') row.unknown++;
    else if ((session.initiator === 'local' ? session.local : session.peer) === starter) row.agreed++;
  }
  return [...rows.values()];
}

/**
 * Compares labelled pairs (who asked whom, on which port) with conversations: by flows, how many pairs have a
 * conversation with the same service port, and in how many the same end started it.
 */
export function comparePairs(pairs, conversations) {
  const byPair = groupBy(conversations, (one) => pairKey(one.local, one.peer, one.protocol));
  const sum = { pairs: 0, flows: 0, seen: 0, agreed: 0, seenFlows: 0, agreedFlows: 0, sessions: 0 };
  for (const { src, dst, dport, proto, flows } of pairs) {
    if (proto !== '6' && proto !== '17') continue;
    sum.pairs++;
    sum.flows += Number(flows);
    const there = byPair.get(pairKey(src, dst, Number(proto))) ?? [];
    if (there.length === 0) continue;
    sum.seen++;
    sum.seenFlows += Number(flows);
    const same = there.filter(
      (one) =>
        one.service_port === Number(dport) && (one.direction === 'inbound' ? one.peer : one.local) === src,
    );
    if (same.length === 0) continue;
    sum.agreed++;
    sum.agreedFlows += Number(flows);
    sum.sessions += same.reduce((total, { sessions }) => total + sessions, 0);
  }
  return sum;
}

function pairKey(one, other, protocol) {
  return [protocol, ...[one, other].sort()].join(' ');
}

// Map.groupBy is newer than Node.js 20.
function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

import type { Context } from '../detector.ts';
import { weightedScore } from '../finding.ts';
import { isUnusualPort } from './context.ts';
import { fewHosts } from './inputs.ts';
import type { Reading } from './reading.ts';
import type { C2Row } from './row.ts';
import { evenness, part, within01 } from './score.ts';
import type { C2Values } from './settings.ts';
import { amount, duration, percent, size } from './words.ts';

/**
 * Reads the longest session by its records in each window: a trickle of keep-alives, a steady or pulsing channel, or
 * work. Undefined where no session is long.
 */
export function bySeries(row: C2Row, settings: C2Values, context: Context): Reading | undefined {
  const { sessionStart, sessionEnd, sessionBytesOut, sessionBytesIn } = row;
  if (row.connections !== null && row.rejected < row.sessions) {
    const held = heldOpen(row, settings);
    if (held !== undefined) return held;
  }
  if (sessionStart === null || sessionEnd === null) return undefined;
  const seconds = sessionEnd - sessionStart;
  const perMinute = (bytes: number | null) => ((bytes ?? 0) * 60) / Math.max(1, seconds);
  const out = perMinute(sessionBytesOut);
  const back = perMinute(sessionBytesIn);
  const told = `one session of ${duration(seconds)} carries ${size(out)} out and ${size(back)} in each minute`;
  if (Math.max(out, back) <= settings.trickleBytes) return keepAlive(row, told);

  const { packetsLow, packetsMid, packetsHigh, channelSlots, channelDue } = row;
  const even = evenness(packetsLow, packetsMid, packetsHigh);
  const presence = within01((channelSlots ?? 0) / Math.max(1, channelDue ?? 1));
  const rare = row.locals <= fewHosts(settings, context);
  const unusual = isUnusualPort(row, settings) && !settings.tunnelPorts.includes(row.servicePort ?? 0);
  const series = `${amount(packetsMid ?? 0)} packets out in each window (middle 80 %: ${amount(packetsLow ?? 0)} to ${amount(packetsHigh ?? 0)}), in ${percent(presence)} of ${amount(channelDue ?? 0)} windows`;
  const parts = [
    part('even series', even, 3, series),
    part('presence', presence, 1, `packets in ${percent(presence)} of the windows`),
    part('length', (channelDue ?? 0) / settings.steadyWindows, 1, `${amount(channelDue ?? 0)} whole windows`),
    part('unusual port', unusual ? 1 : 0, 2, `port ${row.servicePort}`),
    part('rare peer', rare ? 1 : 0, 1, `${amount(row.locals)} local hosts talk to it`),
  ];
  const small = Math.max(out, back) <= settings.channelBytes;
  const yes =
    small && unusual && rare && even >= 0.5 && presence >= 0.8 && weightedScore(parts) >= settings.minScore;
  return {
    kind: 'long channel',
    verdict: yes ? 'yes' : channelSlots === null ? 'cannot-tell' : 'no',
    base: 'medium',
    beats: channelSlots ?? 0,
    seconds,
    parts,
    evidence: [told, ...(channelSlots === null ? [] : [series])],
    counterEvidence: [
      ...(even >= 0.5 || channelSlots === null
        ? []
        : ['the packets in each window vary like work, not like a channel that waits']),
      ...(small
        ? []
        : [`more than ${size(settings.channelBytes)} a minute is a call, a stream or a transfer`]),
      ...(unusual ? [] : [`port ${row.servicePort} is a usual service, where long sessions are common`]),
    ],
    missing: channelSlots === null ? ['the records of the session, window by window'] : [],
  };
}

/** Connections that are silent for longer than a session lasts, and go on: their sessions are no starts. */
function heldOpen(row: C2Row, settings: C2Values): Reading | undefined {
  const minutes = Math.max(1, (row.lastSeen - row.firstSeen) / 60);
  const rate = Math.max(row.bytesOut, row.bytesIn) / minutes;
  if (rate > settings.trickleBytes) return undefined;
  const told = `${amount(row.sessions)} sessions are ${amount(row.connections ?? 0)} TCP connections by their ports, held open for ${duration(row.lastSeen - row.firstSeen)} with ${size(rate)} a minute: kept alive, not started anew`;
  return {
    ...{
      kind: 'keep-alive',
      verdict: 'no',
      base: 'info',
      beats: 0,
      seconds: 60 * minutes,
      evidence: [],
      counterEvidence: [told],
      missing: [],
    },
    parts: [part('trickle', 1, 1, `${size(rate)} a minute in the larger direction`)],
  };
}

function keepAlive(row: C2Row, told: string): Reading {
  const seconds = Math.max(1, (row.sessionEnd ?? 0) - (row.sessionStart ?? 0));
  const windows = Math.max(1, seconds / row.windowSeconds);
  const packets = ((row.sessionPacketsOut ?? 0) + (row.sessionPacketsIn ?? 0)) / windows;
  return {
    kind: 'keep-alive',
    verdict: 'no',
    base: 'info',
    beats: 0,
    seconds,
    parts: [part('trickle', 1, 1, `${packets.toFixed(1)} packets in each window`)],
    evidence: [],
    counterEvidence: [
      `${told}, ${packets.toFixed(1)} packets in each window: a session that is kept open, not a series of starts`,
    ],
    missing: [],
  };
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Connection, cut, tcpVolume } from './connection.ts';
import type { NetworkInterface } from './hosts.ts';

interface Cut {
  readonly outbound: boolean;
  readonly packets: number;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  readonly windowEnd: number;
}

function nicOf(windowSeconds: number, phaseSeconds: number): NetworkInterface {
  return { id: 'eni-1', windowSeconds, phaseSeconds };
}

function allOf(connection: Connection, nic: NetworkInterface, borders: readonly number[]): Cut[] {
  const cuts: Cut[] = [];
  const capture = { from: borders[0] ?? 0, to: borders.at(-1) ?? 0 };
  for (let at = 1; at < borders.length; at++)
    cut(
      connection,
      nic,
      capture,
      borders[at - 1] ?? 0,
      borders[at] ?? 0,
      (outbound, packets, bytes, first, last, windowEnd) =>
        cuts.push({ outbound, packets, bytes, first, last, windowEnd }),
    );
  return cuts;
}

const someConnection = fc
  .record({
    start: fc.integer({ min: 10_000, max: 20_000 }),
    seconds: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 60_000 })),
    packetsOut: fc.integer({ min: 0, max: 100_000 }),
    packetsIn: fc.integer({ min: 0, max: 100_000 }),
    size: fc.integer({ min: 40, max: 1500 }),
    bursts: fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined }),
  })
  .map(
    ({ start, seconds, packetsOut, packetsIn, size, bursts }): Connection => ({
      start,
      end: start + seconds,
      local: '10.20.0.1',
      localPort: 40_000,
      localInterface: nicOf(60, 0),
      peer: '62.210.0.1',
      peerPort: 443,
      protocol: 6,
      packetsOut,
      bytesOut: packetsOut * size,
      packetsIn,
      bytesIn: packetsIn * (size - 1),
      ...(bursts === undefined ? {} : { bursts }),
      initiator: 'local',
    }),
  );

const someNic = fc
  .record({ windowSeconds: fc.constantFrom(60, 600), phase: fc.integer({ min: 0, max: 599 }) })
  .map(({ windowSeconds, phase }) => nicOf(windowSeconds, phase % windowSeconds));

describe('cutting a connection into records', () => {
  test('the records sum to the connection, wherever the slices are cut', () =>
    fc.assert(
      fc.property(
        someConnection,
        someNic,
        fc.uniqueArray(fc.integer({ min: 9_001, max: 90_000 }), { maxLength: 12 }),
        (connection, nic, between) => {
          const borders = [9_000, ...between.sort((left, right) => left - right), 90_001];
          const cuts = allOf(connection, nic, borders);
          const sum = (outbound: boolean, field: 'packets' | 'bytes') =>
            cuts.filter((one) => one.outbound === outbound).reduce((total, one) => total + one[field], 0);
          expect(sum(true, 'packets')).toBe(connection.packetsOut);
          expect(sum(true, 'bytes')).toBe(connection.bytesOut);
          expect(sum(false, 'packets')).toBe(connection.packetsIn);
          expect(sum(false, 'bytes')).toBe(connection.bytesIn);
        },
      ),
    ));

  test('every record lies in one window and in its connection, and no window has two of one direction', () =>
    fc.assert(
      fc.property(someConnection, someNic, (connection, nic) => {
        const cuts = allOf(connection, nic, [9_000, 90_001]);
        const windows = new Set<string>();
        for (const { outbound, packets, first, last } of cuts) {
          const windowOf = (second: number) => Math.floor((second - nic.phaseSeconds) / nic.windowSeconds);
          expect(packets).toBeGreaterThan(0);
          expect(first).toBeLessThanOrEqual(last);
          expect(windowOf(first)).toBe(windowOf(last));
          expect(first).toBeGreaterThanOrEqual(connection.start);
          expect(last).toBeLessThanOrEqual(connection.end);
          windows.add(`${outbound} ${windowOf(first)}`);
        }
        expect(windows.size).toBe(cuts.length);
      }),
    ));

  test('what a capture cuts off at its ends is not recorded', () => {
    const connection: Connection = {
      start: 0,
      end: 599,
      local: '10.20.0.1',
      localPort: 40_000,
      localInterface: nicOf(60, 0),
      peer: '62.210.0.1',
      peerPort: 443,
      protocol: 6,
      packetsOut: 600,
      bytesOut: 60_000,
      packetsIn: 0,
      bytesIn: 0,
      initiator: 'local',
    };
    const cuts = allOf(connection, nicOf(60, 0), [90, 270]);
    expect(cuts.map(({ first, last, packets }) => [first, last, packets])).toEqual([
      [90, 119, 30],
      [120, 179, 60],
      [180, 239, 60],
      [240, 269, 30],
    ]);
  });
});

test('a keep-alive every two minutes is in every other window of a minute', () => {
  const connection: Connection = {
    start: 30,
    end: 30 + 4 * 120,
    local: '10.20.0.1',
    localPort: 40_000,
    localInterface: nicOf(60, 0),
    peer: '62.210.0.1',
    peerPort: 443,
    protocol: 6,
    packetsOut: 10,
    bytesOut: 1_000,
    packetsIn: 5,
    bytesIn: 500,
    bursts: 5,
    initiator: 'local',
  };
  const out = allOf(connection, nicOf(60, 0), [0, 1_000]).filter(({ outbound }) => outbound);
  expect(out.map(({ first, packets, bytes }) => [first, packets, bytes])).toEqual([
    [30, 2, 200],
    [150, 2, 200],
    [270, 2, 200],
    [390, 2, 200],
    [510, 2, 200],
  ]);
});

// 1 segment out, 2 in: 3 + 1 + 1 packets out, 2 + 2 + 0 in; 52 bytes of headers each, 8 more for the options of SYN.
test('the volume of a TCP connection counts headers and acknowledgements', () => {
  expect(tcpVolume(1000, 2000)).toEqual({ packetsOut: 5, bytesOut: 1268, packetsIn: 4, bytesIn: 2216 });
});

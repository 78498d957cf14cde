/** A session to write as records of version 2, one for each direction that has packets. */
export interface Session {
  readonly from: string;
  readonly fromPort?: number;
  readonly to: string;
  readonly port: number;
  /** Seconds after the start of the log. */
  readonly at: number;
  readonly lasts?: number;
  readonly protocol?: number;
  /** Packets and bytes of each end; by default one SYN and no answer. */
  readonly says?: readonly [packets: number, bytes: number];
  readonly hears?: readonly [packets: number, bytes: number];
  readonly refused?: boolean;
}

const start = Date.UTC(2026, 5, 1) / 1000;

/** The sessions as a flow log of one interface, with a client port of its own for each. */
export function sessionLines(sessions: readonly Session[]): string {
  const lines = sessions.flatMap((session, index) => {
    const { from, to, port, at, lasts = 5, protocol = 6, says = [1, 44], hears = [0, 0] } = session;
    const clientPort = session.fromPort ?? 33_000 + (index % 28_000);
    const times = `${start + at} ${start + at + lasts} ${session.refused === true ? 'REJECT' : 'ACCEPT'} OK`;
    const record = (ends: string, [packets, bytes]: readonly [number, number]) =>
      `2 123456789012 eni-1 ${ends} ${protocol} ${packets} ${bytes} ${times}`;
    const answer = hears[0] === 0 ? [] : [record(`${to} ${from} ${port} ${clientPort}`, hears)];
    return [record(`${from} ${to} ${clientPort} ${port}`, says), ...answer];
  });
  return `${lines.join('\n')}\n`;
}

import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reverseNames } from './reverse-names.ts';

/** A name server for PTR questions: names by the question, none for others; `silent` ones get no answer. */
const names: Readonly<Record<string, readonly string[]>> = {
  '7.113.0.203.in-addr.arpa': ['b.example.net', 'a.example.net'],
};
const silent = '8.113.0.203.in-addr.arpa';

let server: Socket;
let servers: string[] = [];
let asked: string[] = [];

beforeEach(async () => {
  asked = [];
  server = createSocket('udp4');
  server.on('message', (message, { port, address }) => {
    const question = nameIn(message, 12);
    asked.push(question);
    if (question !== silent) server.send(answerTo(message, names[question]), port, address);
  });
  await new Promise<void>((done) => server.bind(0, '127.0.0.1', done));
  servers = [`127.0.0.1:${server.address().port}`];
});
afterEach(() => server.close());

function nameIn(message: Buffer, from: number): string {
  const labels: string[] = [];
  for (let at = from; (message[at] ?? 0) > 0; at += 1 + (message[at] ?? 0)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + (message[at] ?? 0)));
  }
  return labels.join('.');
}

function written(name: string): Buffer {
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function answerTo(message: Buffer, found: readonly string[] | undefined): Buffer {
  const question = message.subarray(12, 12 + nameIn(message, 12).length + 2 + 4);
  const header = Buffer.alloc(12);
  message.copy(header, 0, 0, 2);
  header.writeUInt16BE(found === undefined ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found?.length ?? 0, 6);
  const records = (found ?? []).map((name) => {
    const data = written(name);
    const head = Buffer.alloc(12);
    head.writeUInt16BE(0xc00c, 0);
    head.writeUInt16BE(12, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt32BE(60, 6);
    head.writeUInt16BE(data.length, 10);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([header, question, ...records]);
}

test('names of addresses, sorted; no name and no answer are told apart', async () => {
  const addresses = ['203.0.113.7', '203.0.113.1', '203.0.113.8', '203.0.113.7'];
  const found = await reverseNames(addresses, { servers, timeoutMs: 200 });
  expect([...found]).toEqual([
    ['203.0.113.7', ['a.example.net', 'b.example.net']],
    ['203.0.113.1', []],
    ['203.0.113.8', null],
  ]);
  expect(asked.filter((name) => name !== silent).sort()).toEqual([
    '1.113.0.203.in-addr.arpa',
    '7.113.0.203.in-addr.arpa',
  ]);
});

test('IPv6 is asked for in its own tree; what no resolver can ask is no answer', async () => {
  const found = await reverseNames(['2001:db8::1', 'nonsense'], { servers, timeoutMs: 200 });
  expect([...found.values()].sort()).toEqual([[], null]);
  expect(asked).toEqual([`1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`]);
});

test('ends when the caller gives up', async () => {
  const interrupt = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => interrupt.abort(reason), 50);
  const started = performance.now();
  await expect(
    reverseNames(['203.0.113.8'], { servers, timeoutMs: 5000, signal: interrupt.signal }),
  ).rejects.toBe(reason);
  expect(performance.now() - started).toBeLessThan(2000);
});

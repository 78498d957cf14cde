import { spawnSync } from 'node:child_process';
import { constants, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Files, header, line, lines, lostLines, reading } from './reading.ts';

const text = (count: number, from = 1) => `${header}\n${lines(count, from).join('\n')}\n`;

/** Zstandard by its command line tool, the only writer of it at hand; undefined where it is not installed. */
function zstd(content: string, ...options: string[]): Buffer | undefined {
  const { status, stdout } = spawnSync('zstd', ['-q', '-c', ...options], {
    input: content,
    maxBuffer: 2 ** 26,
  });
  return status === 0 ? stdout : undefined;
}

async function portsIn(files: Files): Promise<number[]> {
  const { records, files: rows } = await reading(files);
  expect(lostLines(rows)).toEqual([]);
  return records.map((record) => Number(record['srcport']));
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Records whose text does not compress away, so that a gzip file of them has many blocks. */
function noisyLines(count: number): string[] {
  let state = 7;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % below;
  };
  return Array.from({ length: count }, (_, index) =>
    line({
      srcport: String(index % 65536),
      dstaddr: [1 + random(200), random(256), random(256), random(256)].join('.').replace(/^10\./, '11.'),
      bytes: String(random(2_000_000_000)),
      packets: String(1 + random(1_000_000)),
    }),
  );
}

describe('gzip', () => {
  test('is known by its bytes, whatever the name, and of several members', async () => {
    const members = Buffer.concat([
      gzipSync(`${header}\n${lines(2).join('\n')}\n`),
      gzipSync(`${lines(2, 3).join('\n')}\n`),
    ]);
    expect(await portsIn({ 'a.txt': gzipSync(text(2)) })).toEqual([1, 2]);
    expect(await portsIn({ 'a.log': members })).toEqual([1, 2, 3, 4]);
    // A member may end inside of a line, and zeros may follow the last.
    const whole = text(4);
    const cut = Buffer.concat([gzipSync(whole.slice(0, 200)), gzipSync(whole.slice(200)), Buffer.alloc(512)]);
    expect(await portsIn({ 'a.gz': cut })).toEqual([1, 2, 3, 4]);
  });

  test('a cut file gives the records before the cut; its torn last line is a reject', async () => {
    const packed = gzipSync(text(2000));
    const { records, rejects, files, result } = await reading({
      'a.log.gz': packed.subarray(0, packed.length / 2),
    });
    expect(records.length).toBeGreaterThan(400);
    expect(records.map((record) => record['srcport'])).toEqual(upTo(records.length));
    expect(rejects).toMatchObject([
      { line: records.length + 2, reason: 'the line is cut off where the file breaks' },
    ]);
    expect(files).toMatchObject([
      { status: 'failed', header_lines: 1, records: records.length, unreadable: 1 },
    ]);
    expect(result?.failedFiles).toMatchObject([
      { reason: 'the gzip data is cut off (unexpected end of file)' },
    ]);
    expect(lostLines(files)).toEqual([]);
  });

  test('a file that breaks after a line has no torn line', async () => {
    const flushed = gzipSync(text(3), { finishFlush: constants.Z_SYNC_FLUSH });
    const { records, rejects, result } = await reading({ 'a.gz': flushed });
    expect(records).toHaveLength(3);
    expect(rejects).toEqual([]);
    expect(result?.failedFiles).toHaveLength(1);
  });

  test('a corrupt file gives what comes before the damage', async () => {
    const body = noisyLines(20_000);
    const packed = gzipSync(`${header}\n${body.join('\n')}\n`);
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, packed.length / 2, packed.length / 2 + 200);
    const { records, files, result } = await reading({ 'a.gz': damaged });
    expect(result?.failedFiles[0]?.reason).toMatch(/^the gzip data is corrupt/);
    expect(lostLines(files)).toEqual([]);
    // Half of the bytes hold about half of the records. What a corrupt block says may be wrong, but not before it.
    expect(records.length).toBeGreaterThan(8000);
    const [first] = body[5000]?.split(' ').slice(4, 5) ?? [];
    expect(records[5000]?.['dstaddr']).toBe(first);
  });

  test('a wrong checksum or length is told, and the records are kept', async () => {
    const packed = gzipSync(text(50));
    for (const fromEnd of [8, 1]) {
      const damaged = Buffer.from(packed);
      const at = packed.length - fromEnd;
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      const { records, result, files } = await reading({ 'a.gz': damaged });
      expect(records).toHaveLength(50);
      expect(result?.failedFiles[0]?.reason).toMatch(
        /^the gzip data is corrupt \(incorrect (data|length) check\)/,
      );
      expect(lostLines(files)).toEqual([]);
    }
  });

  test('a broken second member does not take the first away', async () => {
    const second = gzipSync(`${lines(500, 3).join('\n')}\n`);
    const { records, result } = await reading({
      'a.gz': Buffer.concat([gzipSync(text(2)), second.subarray(0, 12)]),
    });
    expect(records.map((record) => record['srcport']).slice(0, 2)).toEqual([1, 2]);
    expect(result?.failedFiles).toHaveLength(1);
  });

  test('a file with no more than the mark of gzip fails and nothing else', async () => {
    const { result } = await reading({
      'a.gz': Buffer.from([0x1f, 0x8b]),
      'b.gz': gzipSync(''),
      'c.log': text(1),
    });
    expect(result).toMatchObject({ records: 1, files: 3, emptyFiles: 1, failedFiles: [{}] });
  });

  test('what is larger than one piece is unpacked as a stream', async () => {
    const body = lines(50_000).join('\n');
    const packed = gzipSync(`${header}\n${body}\n`, { level: 0 });
    expect(packed.length).toBeGreaterThan(4 * 1024 * 1024);
    const { result, files } = await reading({
      'a.gz': Buffer.concat([gzipSync(`${header}\n`), gzipSync('\n'), packed]),
    });
    // The header of the second part is one more header line, and there is one blank line.
    expect(files).toMatchObject([{ lines: 50_003, header_lines: 2, blank_lines: 1, records: 50_000 }]);
    expect(result?.failedFiles).toEqual([]);
  });
});

test('a small gzip of millions of line ends is read in no time, and lines keep their numbers', async () => {
  const blank = '\n'.repeat(12_000_000);
  const text = `${header}\n${lines(1)[0]}\n${blank}no record\n${lines(2)[1]}\n \n\n${blank}`;
  const began = performance.now();
  const { records, rejects, files } = await reading({ 'a.gz': gzipSync(text), 'b.gz': gzipSync(blank) });
  // Read by the engine, a line end costs a microsecond, and 36 million more than half a minute.
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(records.length).toBe(2);
  expect(rejects.map(({ line }) => Number(line))).toEqual([12_000_003]);
  expect(files.map(({ lines, blank_lines }) => [Number(lines), Number(blank_lines)])).toEqual([
    [24_000_006, 24_000_002],
    [12_000_000, 12_000_000],
  ]);
});

describe.runIf(zstd('x') !== undefined)('zstd', () => {
  const packed = (content: string, ...options: string[]) => zstd(content, ...options) ?? Buffer.alloc(0);

  test('is known by its bytes, of one frame or several, small ones first', async () => {
    expect(await portsIn({ 'a.log': packed(text(3)) })).toEqual([1, 2, 3]);
    const frames = [packed('\n'), packed(header), packed('\n'), packed(lines(2).join('\n')), packed('\n')];
    expect(await portsIn({ 'a.zst': Buffer.concat(frames) })).toEqual([1, 2]);
  });

  test('a skippable frame is skipped', async () => {
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    expect(await portsIn({ 'a.zst': Buffer.concat([skippable, packed(text(2)), skippable]) })).toEqual([
      1, 2,
    ]);
  });

  test('that is corrupt is named, whatever its bytes unpack to', async () => {
    const whole = packed(`${header}\n${noisyLines(2_000).join('\n')}\n`, '--check');
    // The last four bytes are the checksum; a byte of a literal further up unpacks to another letter.
    for (const place of [whole.length - 1, Math.floor(whole.length / 2)]) {
      const bytes = Buffer.from(whole);
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      const { result, files } = await reading({ 'a.zst': bytes });
      expect(result?.failedFiles.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^the zstd data is cut off or corrupt/),
      ]);
      expect(lostLines(files)).toEqual([]);
    }
    const { result } = await reading({ 'a.zst': Buffer.concat([whole, Buffer.from('trailing')]) });
    expect(result?.failedFiles[0]?.reason).toBe(
      'the zstd data is cut off or corrupt (what follows a frame is none)',
    );
    expect((await reading({ 'a.zst': Buffer.concat([whole, whole]) })).result?.failedFiles).toEqual([]);
  });

  test('a cut file gives the records before the cut', async () => {
    const whole = packed(`${header}\n${noisyLines(20_000).join('\n')}\n`);
    for (const size of [whole.length / 2, whole.length - 6]) {
      const { records, result, files } = await reading({ 'a.zst': whole.subarray(0, size) });
      expect(records.length).toBeGreaterThan(5000);
      expect(result?.failedFiles[0]?.reason).toMatch(/^the zstd data is cut off or corrupt/);
      expect(lostLines(files)).toEqual([]);
    }
  });
});

test('packings that are not read are told by name', async () => {
  const { result } = await reading({
    'a.bz2': Buffer.from('BZh91AY&SY'),
    'b.xz': Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
    'c.log': Buffer.from([0x50, 0x4b, 3, 4, 0, 0]),
    'd.log': text(1),
  });
  expect(result?.failedFiles.map(({ reason }) => reason)).toEqual([
    'bzip2 files are not read; unpack it first',
    'xz files are not read; unpack it first',
    'zip files are not read; unpack it first',
  ]);
});

describe('text encodings', () => {
  test('UTF-8 and UTF-16 with byte order mark', async () => {
    const content = text(3);
    const little = Buffer.from(`\ufeff${content}`, 'utf16le');
    expect(await portsIn({ 'a.log': `\ufeff${content}` })).toEqual([1, 2, 3]);
    expect(await portsIn({ 'a.log': little })).toEqual([1, 2, 3]);
    expect(await portsIn({ 'a.log': Buffer.from(little).swap16() })).toEqual([1, 2, 3]);
    expect(await portsIn({ 'a.log': gzipSync(little) })).toEqual([1, 2, 3]);
  });

  test('bytes that are no UTF-8 are kept as far as they can be', async () => {
    const damaged = Buffer.from(`${header}\n${line()}\n${line({ 'interface-id': 'eni-?' })}\n`);
    damaged[damaged.lastIndexOf('?')] = 0xff;
    const { records } = await reading({ 'a.log': damaged });
    expect(records.map((record) => record['interface_id']).sort()).toEqual(['eni-0a', 'eni-\ufffd']);
  });
});

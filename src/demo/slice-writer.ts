import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Estate, hex } from './hosts.ts';
import type { DemoPlan } from './options.ts';

/** Where AWS would deliver the records of the slice that begins at `from`. */
export function sliceFile(plan: DemoPlan, estate: Estate, from: number): string {
  const { account, region, flowLog } = estate;
  const stamp = new Date(from * 1000).toISOString();
  const [year = '', month = '', day = ''] = stamp.slice(0, 10).split('-');
  const time = `${year}${month}${day}T${stamp.slice(11, 13)}${stamp.slice(14, 16)}Z`;
  const name = `${account}_vpcflowlogs_${region}_${flowLog}_${time}_${hex(8, plan.seed, 'file', from)}.log.gz`;
  return join('AWSLogs', account, 'vpcflowlogs', region, year, month, day, name);
}

/** Compresses the text into a file, in zlib's threads; leaves no file behind when it fails or is aborted. */
export async function writeGzip(path: string, text: Buffer, signal?: AbortSignal): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await pipeline(
      Readable.from(chunks(text), { objectMode: true, highWaterMark: 2 }),
      createGzip({ level: 4, chunkSize: 256 * 1024 }),
      createWriteStream(path),
      ...(signal === undefined ? [] : [{ signal }]),
    );
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

const chunkBytes = 1 << 20;

function* chunks(text: Buffer): Generator<Buffer> {
  for (let at = 0; at < text.length; at += chunkBytes) yield text.subarray(at, at + chunkBytes);
}

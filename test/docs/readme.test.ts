import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** True when a line was printed; … at its end stands for the rest of it. */
function isIn(printed: readonly string[], line: string): boolean {
  return line.endsWith('…')
    ? printed.some((text) => text.startsWith(line.slice(0, -1)))
    : printed.includes(line);
}

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] ?? '',
  );
}

describe('the README', () => {
  let folder = '';
  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'northsouth-readme-'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules', 'northsouth'));
    node(join(root, 'bin', 'northsouth.js'), 'demo', '--plant', 'beacon,exfil,scan,access');
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has a library example that runs', () => {
    const [example = ''] = blocks('ts');
    // The example has no types that JavaScript does not have.
    writeFileSync(join(folder, 'example.mjs'), example);
    const { status, stdout, stderr } = node('example.mjs');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('161.97.101.213 Contabo GmbH');
    expect(stdout).toContain('access 146.70.14.27');
  });

  test('shows a report as it is', () => {
    const cli = join(root, 'bin', 'northsouth.js');
    const own = '2a05:d014:1a2b:3c00::/56';
    const hunt = ['hunt', 'demo-data/logs', '--local', own, '--by', 'bytes', '--limit', '3'];
    const { status, stdout } = node(cli, ...hunt);
    expect(status).toBe(0);
    const printed = stdout.split('\n').map((line) => line.trimEnd());
    const shown = (blocks('text')[0] ?? '').split('\n').map((line) => line.trimEnd());
    expect(shown.filter((line) => !isIn(printed, line))).toEqual([]);
  });
});

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

process.env['TZ'] = 'UTC';
// No test sees what the user of this machine downloaded.
process.env['NORTHSOUTH_HOME'] = join(tmpdir(), `northsouth-tests-${process.pid}`);

export default defineConfig({
  test: {
    setupFiles: ['test/properties.ts'],
    // It imports folders, which Node does not.
    server: { deps: { inline: ['dt-sql-parser', 'antlr4-c3'] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/architecture.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: ['test/architecture.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
    maxWorkers: 2,
  },
});

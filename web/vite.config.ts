import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // Browsers of spring 2024 on: they know light-dark().
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // Nothing becomes a data: URL, which the policy of the server would refuse in a script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    // The licences of what is bundled go with it.
    license: { fileName: 'licenses.md' },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});

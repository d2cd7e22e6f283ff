/**
 * Builds the console's page into build/console: the board first, with the map, the graph and the plots as chunks of
 * their own that load when a page shows them. Nothing is fetched from elsewhere: no fonts, no tiles.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const api = process.env['CONSOLE_API'] ?? 'http://127.0.0.1:4520';

export default defineConfig({
  root: here('./web'),
  base: '/',
  build: {
    outDir: here('../build/console'),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      // The map's worker is a module in a file of its own; as `.js` every server knows its type.
      output: {
        assetFileNames: ({ names }) =>
          names.some((name) => name.endsWith('.mjs')) ? 'assets/[name]-[hash].js' : 'assets/[name]-[hash][extname]',
      },
      // `'use client'` means something to server rendering alone, which this page has none of.
      onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
    },
  },
  oxc: { jsx: { runtime: 'automatic' } },
  server: { host: '127.0.0.1', port: 4521, strictPort: false, proxy: { '/api': api } },
});

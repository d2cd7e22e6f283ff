/** Jest transform: TypeScript to ESM by esbuild, one file at a time, with inline source maps. */
import { createHash } from 'node:crypto';
import { transformSync } from 'esbuild';

export default {
  canInstrument: false,
  getCacheKey: (source, path) => createHash('sha1').update('1').update(path).update(source).digest('hex'),
  process(source, path) {
    const loader = path.endsWith('.tsx') ? 'tsx' : 'ts';
    const { code } = transformSync(source, {
      loader,
      format: 'esm',
      target: 'node20',
      sourcemap: 'inline',
      sourcefile: path,
    });
    return { code };
  },
};

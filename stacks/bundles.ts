/**
 * Bundles the functions and the planner before synthesis: every handler in one esbuild call, which takes about a second
 * where a bundler process per function takes one each. The results are ordinary folder assets whose hash is their
 * content, so unchanged code is not uploaded again.
 */
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where the stacks find code. */
export interface Bundles {
  /** Code of `functions/<name>/handler.ts`. */
  codeOf(name: string): Code;
  /** Folder with the planner's programs, their SDK packages and their `Dockerfile`. */
  readonly plannerFolder: string;
}

/** The SDK stays outside: Lambda brings its own, the planner's image has it, and the region answers in its place. */
const OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // The oldest Node that runs a bundle: Lambda's is newer, the region runs it on the Node of the laptop.
  target: 'node20',
  external: ['@aws-sdk/*'],
  keepNames: false,
  minify: false,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  absWorkingDir: ROOT,
};

/**
 * Writes `build/functions/<name>/index.js` and `build/plan-routes/`.
 * @throws Error with esbuild's messages when a module cannot be bundled
 */
export function bundleAll(): Bundles {
  const plannerFolder = join(ROOT, 'build', 'plan-routes');
  bundleFunctions();
  bundlePlanner(plannerFolder);
  return {
    plannerFolder,
    codeOf: (name) => {
      const folder = join(ROOT, 'build', 'functions', name);
      if (existsSync(folder)) return Code.fromAsset(folder);
      throw new Error(`No bundle for the function ${name}: add functions/${name}/handler.ts, exporting \`handler\`.`);
    },
  };
}

function bundleFunctions(): void {
  const names = readdirSync(join(ROOT, 'functions')).filter((name) => existsSync(handlerOf(name)));
  const outdir = join(ROOT, 'build', 'functions');
  rmSync(outdir, { recursive: true, force: true });
  buildSync({
    ...OPTIONS,
    outdir,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, handlerOf(name)])),
  });
}

const handlerOf = (name: string): string => join(ROOT, 'functions', name, 'handler.ts');

/** The programs of the planner's image: file in the image to source. */
const PLANNER_PROGRAMS = { index: 'main', health: 'health', 'island-worker': 'island-worker' } as const;

export function bundlePlanner(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = buildSync({
    ...OPTIONS,
    metafile: true,
    outdir: folder,
    entryPoints: Object.fromEntries(
      Object.entries(PLANNER_PROGRAMS).map(([name, file]) => [
        name,
        join(ROOT, 'functions', 'plan-routes', `${file}.ts`),
      ]),
    ),
  });
  const imports = Object.values(metafile?.outputs ?? {}).flatMap((output) => output.imports);
  const wanted = imports
    .filter(({ external, path }) => external && path.startsWith('@aws-sdk/'))
    .map(({ path }) => path);
  bundleSdk(join(folder, 'sdk'), [...new Set(wanted)].sort());
  copyFileSync(join(ROOT, 'stacks', 'planner', 'Dockerfile'), join(folder, 'Dockerfile'));
}

/**
 * The SDK packages as the image's `node_modules`, one file each, from what this repository has installed: the region
 * answers in their place, an account's planner runs them. They share nothing but each other.
 */
function bundleSdk(folder: string, packages: readonly string[]): void {
  for (const name of packages) {
    buildSync({
      ...OPTIONS,
      sourcemap: false,
      minifyWhitespace: true,
      legalComments: 'none',
      outfile: join(folder, name, 'index.js'),
      external: packages.filter((other) => other !== name),
      stdin: { contents: `module.exports = require('${name}');`, resolveDir: ROOT, sourcefile: `${name}.js` },
    });
  }
}

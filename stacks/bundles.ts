/**
 * Bundles the functions and the planner before synthesis: every handler in one esbuild call, which takes about a second
 * where a bundler process per function takes one each. The results are ordinary folder assets whose hash is their
 * content, so unchanged code is not uploaded again.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where the stacks find code. */
export interface Bundles {
  /** Code of `functions/<name>/handler.ts`. */
  codeOf(name: string): Code;
  /** Folder with the planner's bundle, its `package.json` and its `Dockerfile`. */
  readonly plannerFolder: string;
}

/** The SDK stays outside: Lambda brings its own, the planner's image installs it, and the region answers in its place. */
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

/** The image installs exactly the SDK packages that the bundle asks for, in the versions of this repository. */
function bundlePlanner(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = buildSync({
    ...OPTIONS,
    metafile: true,
    outfile: join(folder, 'index.js'),
    entryPoints: [join(ROOT, 'functions', 'plan-routes', 'main.ts')],
  });
  const imports = Object.values(metafile?.outputs ?? {}).flatMap((output) => output.imports);
  const wanted = imports
    .filter(({ external, path }) => external && path.startsWith('@aws-sdk/'))
    .map(({ path }) => path);
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify(plannerManifest([...new Set(wanted)].sort()), null, 2)}\n`,
  );
  copyFileSync(join(ROOT, 'stacks', 'planner', 'Dockerfile'), join(folder, 'Dockerfile'));
}

function plannerManifest(packages: readonly string[]): object {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const versionOf = (name: string): string => {
    const version = dependencies[name];
    if (version !== undefined) return version;
    throw new Error(`plan-routes imports ${name}, which package.json does not list: add it to the dependencies.`);
  };
  return { private: true, dependencies: Object.fromEntries(packages.map((name) => [name, versionOf(name)])) };
}

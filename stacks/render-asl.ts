/**
 * Writes `asl/*.asl.json` from the workflows. With `--check` it writes nothing and fails when a committed file differs,
 * is missing, or belongs to no machine.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { createPerfectOrder } from './perfect-order-app.ts';
import { renderDefinitions } from './rendered-definitions.ts';

const FOLDER = fileURLToPath(new URL('../asl', import.meta.url));

/** The definitions do not depend on the code of the functions, so none is bundled. */
const WITHOUT_CODE = {
  codeOf: () => Code.fromInline('exports.handler = async () => {};'),
  plannerFolder: fileURLToPath(new URL('planner', import.meta.url)),
};

const wanted = new Map(
  [...renderDefinitions(createPerfectOrder(WITHOUT_CODE, { outdir: join(tmpdir(), 'perfect-order-asl') }))].map(
    ([name, text]) => [`${name}.asl.json`, text],
  ),
);

function check(): void {
  const present = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  const drifted = [...new Set([...present, ...wanted.keys()])].filter(
    (name) => !present.includes(name) || readFileSync(join(FOLDER, name), 'utf8') !== wanted.get(name),
  );
  if (drifted.length === 0) return;
  process.stderr.write(
    `asl/ is not what workflows/ says: ${drifted.join(', ')}. Run \`npm run render\` and review the diff.\n`,
  );
  process.exitCode = 1;
}

if (process.argv.includes('--check')) check();
else {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, text] of wanted) writeFileSync(join(FOLDER, name), text);
}

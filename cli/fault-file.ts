/** The fault plan that a user names: a file, or one of the plans that are there. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultPlan, FaultPlanError, parseFaultPlan } from '../region/index.ts';
import { CommandFailure } from './failures.ts';
import { messageOf, readText } from './files.ts';
import { SAMPLES_FOLDER } from './project.ts';

const PLANS_FOLDER = join(SAMPLES_FOLDER, 'faults');

/** @param given a path, or a name without a dot or a slash. Throws CommandFailure PO-100, PO-101 or PO-108. */
export function readFaults(given: string): FaultPlan {
  const path = /[./\\]/.test(given) ? given : planOf(given);
  try {
    return parseFaultPlan(JSON.parse(readText(path)));
  } catch (error) {
    if (error instanceof FaultPlanError) throw faultPlanFailure(error, path);
    if (!(error instanceof SyntaxError)) throw error;
    throw new CommandFailure('PO-108', `${path} is not JSON: ${messageOf(error)}`, 'give a fault plan as JSON', {
      cause: error,
    });
  }
}

export const faultPlanFailure = (error: FaultPlanError, path: string): CommandFailure =>
  new CommandFailure('PO-108', `${path}: ${error.message}`, 'correct these rules', { cause: error });

function planOf(name: string): string {
  const names = readdirSync(PLANS_FOLDER).map((file) => file.replace(/\.json$/, ''));
  if (names.includes(name)) return join(PLANS_FOLDER, `${name}.json`);
  throw new CommandFailure(
    'PO-100',
    `--faults ${name}: there is no such plan`,
    `choose ${names.join(' or ')}, or give the path of a JSON file`,
  );
}

/** Where the project's own files are, and the state folder of running commands. */
import { fileURLToPath } from 'node:url';

export const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));
export const ASSEMBLY_FOLDER = fileURLToPath(new URL('../cdk.out', import.meta.url));
/** Held by the command that writes the assembly. */
export const SYNTHESIS_LOCK = fileURLToPath(new URL('../.perfect-order/synthesis.lock', import.meta.url));
export const SAMPLES_FOLDER = fileURLToPath(new URL('../samples', import.meta.url));
/** Holds the log and the address of the running region; relative to where the command runs. */
export const STATE_FOLDER = '.perfect-order';
/** Where `stepfunctions` keeps its state. */
export const STEP_FUNCTIONS_FOLDER = `${STATE_FOLDER}/stepfunctions`;
export const LOG_FILE = `${STATE_FOLDER}/log.jsonl`;
export const REGION_FILE = `${STATE_FOLDER}/region.json`;

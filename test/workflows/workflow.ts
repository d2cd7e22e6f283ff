/**
 * The deployed definitions on the test kit. Each run is kept for the account of what a file's scenarios have passed of
 * its machine, which is also written to `coverage/asl` as a table, as lcov and as JSON.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Coverage,
  coverageJson,
  coverageLcov,
  coverageOf,
  coverageTable,
  type LiveRun,
  type LiveRunOptions,
  type RunResult,
  startMachine,
} from '../../engine/testkit/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ACCOUNT = '111111111111';

/** What CloudFormation puts in the place of `${Name}`. */
const arnOf = (resource: string): string =>
  resource.endsWith('Queue')
    ? `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/${resource}`
    : `arn:aws:${/Function/.test(resource) ? 'lambda' : 'states'}:us-east-1:${ACCOUNT}:${resource}`;

export class Workflow {
  readonly name: string;
  /** As it is rendered, with its `${...}`. */
  readonly text: string;
  readonly #live: LiveRun[] = [];

  /** @param name of the file in `asl/`, without its ending */
  constructor(name: string) {
    this.name = name;
    this.text = readFileSync(join(ROOT, this.#file), 'utf8');
  }

  get #file(): string {
    return `asl/${this.name}.asl.json`;
  }

  /** A run that the test answers. Jitter is half of what it may be. */
  async start(input: object, startAt: number, options: Partial<LiveRunOptions> = {}): Promise<LiveRun> {
    const run = await startMachine({ ...this.options(input, startAt), ...options });
    this.#live.push(run);
    return run;
  }

  /** As `start` gives them to the kit. */
  options(input: object, startAt: number): LiveRunOptions {
    return { definition: this.text, substitutions: arnOf, input, startAt, random: () => 0.5 };
  }

  /** What all runs so far have passed. */
  async coverage(): Promise<Coverage> {
    const results = await Promise.all(this.#live.map((run) => run.result()));
    const coverage = coverageOf(this.text, results);
    const folder = join(ROOT, 'coverage', 'asl');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${this.name}.txt`), `${this.#file}\n${coverageTable(coverage)}`);
    writeFileSync(join(folder, `${this.name}.lcov`), coverageLcov(coverage, this.#file));
    writeFileSync(join(folder, `${this.name}.json`), `${JSON.stringify(coverageJson(coverage), null, 2)}\n`);
    return coverage;
  }
}

/** What a pending task was invoked with: payload of a function, body of a message, input of a service. */
export function payloadOf(run: LiveRun, state: string): Record<string, unknown> {
  const input = run.task(state).input as Record<string, unknown>;
  return (input['Payload'] ?? input['MessageBody'] ?? input) as Record<string, unknown>;
}

/** What Lambda answers when the function returns this. */
export const returned = (Payload: unknown) => ({ StatusCode: 200, Payload });

export interface End extends RunResult {
  /** States in the order of entering. */
  readonly entered: readonly string[];
}

export async function endOf(run: LiveRun): Promise<End> {
  const result = await run.result();
  return { ...result, entered: result.path.map(({ state }) => state) };
}

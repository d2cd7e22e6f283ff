/** Runs scenarios of the ledger's interleaving test; as a program, all of them. */
import { type Exploration, explore } from './explorer.ts';
import { SCENARIOS } from './scenarios.ts';
import { createLedgerTable, type Scenario, World } from './world.ts';

const MAX_STATES = 200_000;

export interface Tried extends Exploration {
  readonly name: string;
}

export async function tryScenario(name: string, scenario: Scenario): Promise<Tried> {
  const begin = () => new World('order-1', scenario, createLedgerTable()).begin();
  return { name, ...(await explore(begin, MAX_STATES)) };
}

/** A line per scenario and the sum. */
export function report(tried: readonly Tried[]): string {
  const total = tried.reduce((sum, { interleavings }) => sum + interleavings, 0n);
  const width = String(total).length;
  const line = ({ name, interleavings, states }: Tried) =>
    `${String(interleavings).padStart(width)}  ${name} (${states} states)`;
  return ['interleavings tried:', ...tried.map(line), `${total}  in total`].join('\n');
}

if (process.argv[1]?.endsWith('run.ts') === true) {
  const tried: Tried[] = [];
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    console.error(`trying ${name}`);
    tried.push(await tryScenario(name, scenario));
  }
  console.log(report(tried));
}

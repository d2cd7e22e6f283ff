/** `rehearse`: a recorded history replayed on a changed definition; says where the two part. */
import { Command } from 'commander';
import { EngineError } from '../../engine/index.ts';
import { KitError, type Rehearsal, rehearsalText, rehearse } from '../../engine/testkit/index.ts';
import { CommandFailure } from '../failures.ts';
import { readText } from '../files.ts';

interface Options {
  readonly history: string;
  readonly definition: string;
  readonly data: boolean;
  readonly json: boolean;
}

const EXAMPLES = `
Examples:
  $ aws stepfunctions get-execution-history --execution-arn ARN > history.json
  $ perfect-order rehearse --history history.json --definition asl/order-lifecycle.asl.json

Ends with 0 when the changed definition takes the recorded path, 1 when it does not, 2 when a file is refused.`;

const DIVERGES_EXIT_CODE = 1;

export function rehearseCommand(): Command {
  return new Command('rehearse')
    .description('replay a recorded history on a changed definition and show where the two part')
    .requiredOption('--history <file>', 'the answer of GetExecutionHistory, all pages')
    .requiredOption('--definition <file>', 'the changed definition')
    .option('--data', 'other data on the same path count as a divergence, too', false)
    .option('--json', 'print the rehearsal as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run({ history, definition, data, json }: Options): Promise<void> {
  const rehearsal = await rehearsed(readText(history), readText(definition));
  process.stdout.write(json ? `${JSON.stringify(rehearsal, null, 2)}\n` : rehearsalText(rehearsal));
  if (rehearsal.diverges || (data && rehearsal.dataDifference !== undefined)) process.exitCode = DIVERGES_EXIT_CODE;
}

async function rehearsed(history: string, definition: string): Promise<Rehearsal> {
  try {
    return await rehearse({ history, definition });
  } catch (error) {
    if (!(error instanceof KitError || error instanceof EngineError)) throw error;
    const remedy = 'give --history the answer of GetExecutionHistory and --definition a valid definition';
    throw new CommandFailure('PO-105', error.message, remedy, { cause: error });
  }
}

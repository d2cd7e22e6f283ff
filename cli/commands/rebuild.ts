/** `rebuild`: the projection that operators look at, built again from the tables and the archive. */
import { Command } from 'commander';
import { rebuildBoard } from '../../operations/index.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { printJson, printText } from '../json-output.ts';
import { plural } from '../text/terminal.ts';

interface Options extends ConnectionOptions {
  readonly json: boolean;
}

const EXAMPLES = `
From the tables and, for orders that they no longer have, the archive. For a projection that was lost or is wrong; it changes
no order, may run while orders go on, and may be run again. The role PerfectOrderOperator may write rows; to take away rows of
no order needs an administrator.

Examples:
  $ perfect-order rebuild
  $ perfect-order rebuild --profile operator --json`;

export function rebuildCommand(): Command {
  const command = new Command('rebuild').description('build the projection of the orders again');
  return withConnection(command)
    .option('--json', 'print the counts as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(rebuild);
}

async function rebuild(options: Options): Promise<void> {
  const deployed = await connect(options);
  const counts = await rebuildBoard(deployed, { onProgress: toldOn(process.stderr) });
  if (options.json) {
    printJson(counts);
    return;
  }
  const { fromTables, fromArchive, newer, removed } = counts;
  printText(
    `${plural(fromTables + fromArchive, 'row')} written, ${fromArchive} of them from the archive; ` +
      `${newer} left to the streams, ${removed} taken away.`,
  );
}

/** How many there are shows only at the end. */
function toldOn(stream: NodeJS.WriteStream): (done: number) => void {
  return (done) => {
    if (stream.isTTY) stream.write(`\r${plural(done, 'order')} \r`);
  };
}

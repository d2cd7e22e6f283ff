/** `roads build`: a road file from an OpenStreetMap extract, to plan and to simulate on. */
import { writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import { Command } from 'commander';
import { encodeRoads } from '../../roads/index.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf } from '../files.ts';
import { type BuiltRoads, buildRoads } from '../road-files.ts';
import { stepProgress } from '../step-progress.ts';

const EXAMPLES = `
The extract is an .osm.pbf of the area that is delivered to. What is read of it: streets that a van may drive on with
their speeds, one-way rules, access, barriers, signals and turn restrictions over nodes. Restrictions over ways or at
certain times, and ferries, are not; the former are counted.

Examples:
  $ perfect-order roads build samples/portolan.osm.pbf --out town.roads
  $ perfect-order simulate --orders samples/orders.jsonl --fleet samples/fleet.json --roads town.roads`;

export function roadsCommand(): Command {
  const command = new Command('roads').description('road graphs of your own').addHelpText('after', EXAMPLES);
  command
    .command('build')
    .description('build a road file from an OpenStreetMap extract')
    .argument('<extract>', 'an .osm.pbf file')
    .requiredOption('--out <file>', 'where to write the road file')
    .addHelpText('after', EXAMPLES)
    .action(build);
  return command;
}

async function build(extract: string, { out }: { readonly out: string }): Promise<void> {
  const built = await buildRoads(extract, stepProgress(process.stderr));
  const fromMs = performance.now();
  const bytes = encodeRoads(built.contracted);
  try {
    writeFileSync(out, bytes);
  } catch (error) {
    throw new CommandFailure('PO-101', `cannot write ${out}: ${messageOf(error)}`, 'give a writable path', {
      cause: error,
    });
  }
  console.log(summary(built, bytes.length, (performance.now() - fromMs) / 1000));
  console.log(`Roads: ${out}`);
}

function summary(
  { contracted, report, readSeconds, contractSeconds }: BuiltRoads,
  bytes: number,
  writeSeconds: number,
) {
  const { graph, hierarchy } = contracted;
  const table = new Table({ style: { head: [], border: [] }, colAligns: ['left', 'right'] });
  const count = (value: number): string => value.toLocaleString('en-US');
  table.push(
    ['drivable ways', count(report.ways)],
    ['streets kept', count(report.streets)],
    ['streets cut off, dropped', count(report.streetsCutOff)],
    ['separate networks', count(report.networks)],
    ['turn restrictions kept', count(report.restrictionsKept)],
    ['turn restrictions left out', count(report.restrictionsLeftOut)],
    ['nodes', count(graph.vertexCount)],
    ['edges', count(graph.arcLane.length)],
    ['shortcuts', count(hierarchy.shortcutFirst.length)],
    ['seconds reading', readSeconds.toFixed(1)],
    ['seconds contracting', contractSeconds.toFixed(1)],
    ['seconds writing', writeSeconds.toFixed(1)],
    ['bytes', count(bytes)],
  );
  return table.toString();
}

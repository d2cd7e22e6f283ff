/** `geofences`: the geofencing admin's zones of a running region, as GeoJSON. */
import { Command } from 'commander';
import { zonesFromGeoJson } from '../../domain/index.ts';
import { GeofenceBook } from '../../operations/index.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf, readText } from '../files.ts';
import { endpointOption, openRunning } from './running-region.ts';

interface Options {
  readonly endpoint?: string;
}

const EXAMPLES = `
Examples:
  $ perfect-order geofences list > zones.json
  $ perfect-order geofences put zones.json
  $ perfect-order geofences delete harbour`;

export function geofencesCommand(): Command {
  const command = new Command('geofences').description("the admin's zones, as GeoJSON").addHelpText('after', EXAMPLES);
  command.command('list').description('print every zone').addOption(endpointOption()).action(list);
  command
    .command('put')
    .description('set the zones of a file: a Point Feature with radiusMeters, or a FeatureCollection')
    .argument('<file>', 'GeoJSON')
    .addOption(endpointOption())
    .action(put);
  command
    .command('delete')
    .description('remove a zone')
    .argument('<zone>', 'its id')
    .addOption(endpointOption())
    .action(remove);
  return command;
}

async function list({ endpoint }: Options): Promise<void> {
  const zones = await new GeofenceBook(await openRunning(endpoint)).list();
  console.log(JSON.stringify(zones, null, 2));
}

async function put(file: string, { endpoint }: Options): Promise<void> {
  const parsed = zonesFromGeoJson(readJson(file));
  if (!parsed.ok) {
    const details = parsed.refusals.map(
      ({ field, value, remedy }) => `\n        ${field} = ${JSON.stringify(value)}: ${remedy}`,
    );
    throw new CommandFailure('PO-104', `${file} is refused`, `correct these fields:${details.join('')}`);
  }
  await new GeofenceBook(await openRunning(endpoint)).put(parsed.zones);
  console.log(`${parsed.zones.length} zones set: ${parsed.zones.map(({ zoneId }) => zoneId).join(', ')}`);
}

async function remove(zoneId: string, { endpoint }: Options): Promise<void> {
  if (await new GeofenceBook(await openRunning(endpoint)).delete(zoneId)) {
    console.log(`Zone ${zoneId} is gone.`);
    return;
  }
  throw new CommandFailure('PO-202', `there is no zone ${zoneId}`, 'see `perfect-order geofences list`');
}

function readJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandFailure('PO-104', `${file} is no JSON: ${messageOf(error)}`, 'give a GeoJSON file', {
      cause: error,
    });
  }
}

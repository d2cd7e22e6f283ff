/** `geofences`: the geofencing admin's zones, as GeoJSON. */
import { Command } from 'commander';
import { zonesFromGeoJson } from '../../domain/index.ts';
import { GeofenceBook } from '../../operations/index.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf, readText } from '../files.ts';

const EXAMPLES = `
Examples:
  $ perfect-order geofences list > zones.json
  $ perfect-order geofences put zones.json
  $ perfect-order geofences delete harbour`;

export function geofencesCommand(): Command {
  const command = new Command('geofences').description("the admin's zones, as GeoJSON").addHelpText('after', EXAMPLES);
  withConnection(command.command('list').description('print every zone')).action(list);
  withConnection(
    command
      .command('put')
      .description('set the zones of a file: a Point Feature with radiusMeters, or a FeatureCollection')
      .argument('<file>', 'GeoJSON'),
  ).action(put);
  withConnection(command.command('delete').description('remove a zone').argument('<zone>', 'its id')).action(remove);
  return command;
}

async function list(options: ConnectionOptions): Promise<void> {
  const zones = await new GeofenceBook(await connect(options)).list();
  console.log(JSON.stringify(zones, null, 2));
}

async function put(file: string, options: ConnectionOptions): Promise<void> {
  const parsed = zonesFromGeoJson(readJson(file));
  if (!parsed.ok) {
    const details = parsed.refusals.map(
      ({ field, value, remedy }) => `\n        ${field} = ${JSON.stringify(value)}: ${remedy}`,
    );
    throw new CommandFailure('PO-104', `${file} is refused`, `correct these fields:${details.join('')}`);
  }
  await new GeofenceBook(await connect(options)).put(parsed.zones);
  console.log(`${parsed.zones.length} zones set: ${parsed.zones.map(({ zoneId }) => zoneId).join(', ')}`);
}

async function remove(zoneId: string, options: ConnectionOptions): Promise<void> {
  if (await new GeofenceBook(await connect(options)).delete(zoneId)) {
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

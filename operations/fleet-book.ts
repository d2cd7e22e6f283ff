/** Writes depots and vehicles to the Fleet table. A vehicle that is out on a route stays on it. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Fleet, isoOf, msOf } from '../domain/index.ts';
import type { Deployed } from './deployed.ts';

export class FleetBook {
  readonly #documents: Deployed['documents'];
  readonly #table: string;

  constructor({ documents, output }: Pick<Deployed, 'documents' | 'output'>) {
    this.#documents = documents;
    this.#table = output('FleetTableName');
  }

  async write({ depots, vehicles }: Fleet): Promise<void> {
    for (const { depotId, position } of depots) await this.#set(depotId, 'DEPOT', { position });
    for (const { depotId, vehicleId, driverId, capacity, shift } of vehicles) {
      await this.#set(depotId, `VEHICLE#${vehicleId}`, {
        vehicleId,
        driverId,
        capacity,
        shift: { from: normal(shift.from), to: normal(shift.to) },
      });
    }
  }

  async #set(depotId: string, sk: string, attributes: Readonly<Record<string, unknown>>): Promise<void> {
    const names = Object.keys(attributes);
    await this.#documents.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: { depotId, sk },
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
      }),
    );
  }
}

const normal = (iso: string): string => isoOf(msOf(iso));

/** The fleet with every shift moved by `byMs`. */
export function shiftedFleet({ depots, vehicles }: Fleet, byMs: number): Fleet {
  const move = (iso: string): string => isoOf(msOf(iso) + byMs);
  return {
    depots,
    vehicles: vehicles.map((vehicle) => ({
      ...vehicle,
      shift: { from: move(vehicle.shift.from), to: move(vehicle.shift.to) },
    })),
  };
}

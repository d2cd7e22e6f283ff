/**
 * The tables of the region and what their operations share: finding a table by name or ARN, expiring what is due
 * before it is used, and counting capacity.
 */
import type { RegionPorts } from '../../service.ts';
import { tableNotFound } from './errors.ts';
import type { CapacityInput } from './inputs.ts';
import { Table, type TableDefinition } from './table.ts';

export interface Capacity {
  readonly TableName: string;
  readonly CapacityUnits: number;
}

export class DynamoStore {
  readonly ports: RegionPorts;
  readonly #tables = new Map<string, Table>();
  readonly #streams = new Map<string, Table>();

  constructor(ports: RegionPorts) {
    this.ports = ports;
  }

  arnOf(nameOrArn: string): string {
    if (nameOrArn.startsWith('arn:')) return nameOrArn;
    const { partition, region, accountId } = this.ports;
    return `arn:${partition}:dynamodb:${region}:${accountId}:table/${nameOrArn}`;
  }

  create(definition: TableDefinition): Table {
    const table = new Table(definition);
    this.#tables.set(definition.name, table);
    if (table.stream !== undefined) this.#streams.set(table.stream.arn, table);
    return table;
  }

  /** Throws `ResourceNotFoundException`. */
  table(nameOrArn: string): Table {
    const table = this.#tables.get(nameOrArn) ?? this.#tables.get(nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1));
    if (table === undefined) throw tableNotFound();
    if (this.ports.isObserved?.() !== true) table.expire(this.ports.clock.now());
    return table;
  }

  tableOfStream(streamArn: string): Table | undefined {
    return this.#streams.get(streamArn);
  }

  names(): readonly string[] {
    return [...this.#tables.keys()].sort();
  }

  countWrite(units: number): void {
    this.ports.meter('dynamodb', 'wru', units);
  }

  /**
   * Counts the read of `bytes`.
   * @param factor 0.5 for eventually consistent, 1 for strongly consistent, 2 for transactional reads
   * @returns the read units
   */
  countRead(bytes: number, factor: number): number {
    const units = Math.max(1, Math.ceil(bytes / 4096)) * factor;
    this.ports.meter('dynamodb', 'rru', units);
    return units;
  }
}

/** The `ConsumedCapacity` member of an output, when the input asks for it. */
export function capacityMember(
  input: CapacityInput,
  tableName: string,
  units: number,
): { readonly ConsumedCapacity?: Capacity } {
  if (input.ReturnConsumedCapacity !== 'TOTAL') return {};
  return { ConsumedCapacity: { TableName: tableName, CapacityUnits: units } };
}

/** The same for operations on several tables. */
export function capacityList(
  input: CapacityInput,
  units: ReadonlyMap<string, number>,
): { readonly ConsumedCapacity?: readonly Capacity[] } {
  if (input.ReturnConsumedCapacity !== 'TOTAL') return {};
  return { ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits })) };
}

/** The functions of the region, by name and ARN, and the pools that run them. */
import type { CorePorts } from '../../core-ports.ts';
import { AwsError } from '../../errors.ts';
import { type AsyncSettings, DEFAULT_ASYNC_SETTINGS, type FunctionDefinition } from './function.ts';
import { FunctionPool } from './function-pool.ts';

export class LambdaStore {
  readonly #ports: CorePorts;
  readonly #pools = new Map<string, FunctionPool>();
  readonly #async = new Map<string, AsyncSettings>();
  readonly #restless = new Set<FunctionPool>();

  constructor(ports: CorePorts) {
    this.#ports = ports;
    ports.onQuiet(() => this.#settle());
  }

  arnOf(name: string): string {
    return `arn:${this.#ports.partition}:lambda:${this.#ports.region}:${this.#ports.accountId}:function:${name}`;
  }

  add(definition: FunctionDefinition): void {
    this.#pools.set(definition.name, new FunctionPool(this.#ports, definition, (pool) => this.#restless.add(pool)));
  }

  /** @param id name, ARN, or ARN with `$LATEST` or a version */
  pool(id: string): FunctionPool {
    const pool = this.#pools.get(this.nameOf(id));
    if (pool !== undefined) return pool;
    throw new AwsError(
      'ResourceNotFoundException',
      `Function not found: ${id.includes(':') ? id : this.arnOf(id)}`,
      404,
    );
  }

  nameOf(id: string): string {
    return id.startsWith('arn:') ? (id.split(':')[6] ?? '') : (id.split(':')[0] ?? '');
  }

  /** What IAM sees of a call on the function. */
  arnOfId(id: string): string {
    return this.arnOf(this.nameOf(id));
  }

  setAsync(id: string, settings: AsyncSettings): void {
    this.#async.set(this.nameOf(id), settings);
  }

  asyncSettings(name: string): AsyncSettings {
    return this.#async.get(name) ?? DEFAULT_ASYNC_SETTINGS;
  }

  names(): readonly string[] {
    return [...this.#pools.keys()];
  }

  #settle(): boolean {
    let isAnyBusy = false;
    for (const pool of this.#restless) {
      const { isBusy, isRestless } = pool.settle();
      if (isBusy) isAnyBusy = true;
      if (!isRestless) this.#restless.delete(pool);
    }
    return isAnyBusy;
  }
}

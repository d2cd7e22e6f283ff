/** What the endpoint needs of a region. */
import type { Principal } from '../service.ts';

export interface Serves {
  readonly accountId: string;
  readonly name: string;
  /** Virtual time, ms since the epoch. */
  readonly clock: { now(): number };
  /** One call, by the region's name of the service and AWS's of the operation; SDK shapes. Without a principal: the account's owner. */
  call(service: string, operation: string, input: object, principal?: Principal): Promise<unknown>;
  /** The ARN of the role with this name, where a template makes one. */
  roleArnOf?(name: string): string | undefined;
  outputs(stackName?: string): Readonly<Record<string, string>>;
}

/** Reads executions: which are open, what one went through, and how many state transitions AWS bills for it. */
import { GetExecutionHistoryCommand, type HistoryEvent, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Deployed } from './deployed.ts';

const MACHINES = [
  'OrderLifecycleMachineArn',
  'OrderReplayMachineArn',
  'RoutePlanningMachineArn',
  'RouteDispatchMachineArn',
] as const;
const PAGE_SIZE = 1_000;

export class ExecutionBook {
  readonly #machines: Deployed['machines'];
  readonly #output: Deployed['output'];

  constructor({ machines, output }: Pick<Deployed, 'machines' | 'output'>) {
    this.#machines = machines;
    this.#output = output;
  }

  /** ARN of the execution of an order: it bears the order's id. */
  orderExecutionArn(orderId: string): string {
    return `${this.#output('OrderLifecycleMachineArn').replace(':stateMachine:', ':execution:')}:${orderId}`;
  }

  /** Whether some execution of an order, a wave or a route is open. */
  async isAnyOpen(): Promise<boolean> {
    for (const machine of MACHINES) {
      const { executions = [] } = await this.#machines.send(
        new ListExecutionsCommand({
          stateMachineArn: this.#output(machine),
          statusFilter: 'RUNNING',
          maxResults: 1,
        }),
      );
      if (executions.length > 0) return true;
    }
    return false;
  }

  /** How many executions of orders, waves and routes are open. */
  async countOpen(): Promise<number> {
    let open = 0;
    for (const machine of MACHINES) {
      let nextToken: string | undefined;
      do {
        const page: { executions?: unknown[] | undefined; nextToken?: string | undefined } = await this.#machines.send(
          new ListExecutionsCommand({
            stateMachineArn: this.#output(machine),
            statusFilter: 'RUNNING',
            maxResults: PAGE_SIZE,
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
        open += page.executions?.length ?? 0;
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    }
    return open;
  }

  /** Events of the order's execution, oldest first; undefined when it was never started. */
  async history(orderId: string, withData = false): Promise<readonly HistoryEvent[] | undefined> {
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    try {
      do {
        const page: { events?: HistoryEvent[] | undefined; nextToken?: string | undefined } = await this.#machines.send(
          new GetExecutionHistoryCommand({
            executionArn: this.orderExecutionArn(orderId),
            includeExecutionData: withData,
            maxResults: PAGE_SIZE,
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
        events.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    } catch (error) {
      if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return undefined;
      throw error;
    }
    return events;
  }

  /** State transitions of the order's execution as they are billed: each state entered is one. */
  async transitions(orderId: string): Promise<number> {
    return countTransitions((await this.history(orderId)) ?? []);
  }
}

export function countTransitions(events: readonly HistoryEvent[]): number {
  return events.filter(({ type }) => type?.endsWith('StateEntered') === true).length;
}

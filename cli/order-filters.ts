/** The options of commands that choose orders, and the query that they make. */
import { type Command, Option } from 'commander';
import {
  ORDER_STATUSES,
  type OrderStatus,
  TIERS,
  type Tier,
  VERDICT_CODES,
  type VerdictCode,
} from '../domain/index.ts';
import type { OrderQuery, PromiseState } from '../operations/index.ts';
import { instant, list, listOf, wholeNumber } from './options.ts';

export interface FilterOptions {
  readonly status: readonly OrderStatus[];
  readonly depot: readonly string[];
  readonly customer?: string;
  readonly driver?: string;
  readonly vehicle?: string;
  readonly route?: string;
  readonly tier?: Tier;
  readonly promise: readonly PromiseState[];
  readonly perfect?: boolean;
  readonly imperfect?: boolean;
  readonly reason?: VerdictCode;
  readonly breached?: string | true;
  readonly olderThan?: number;
  readonly placedFrom?: string;
  readonly placedTo?: string;
  readonly closedFrom?: string;
  readonly closedTo?: string;
}

const PROMISE_STATES = ['ON_TIME', 'AT_RISK', 'LATE', 'MET', 'MISSED', 'EXCLUDED'] as const satisfies PromiseState[];

/** Conditions of different options hold together; several values of one, repeated or between commas, are alternatives. */
export function withFilters(command: Command): Command {
  return command
    .addOption(
      new Option('--status <status>', `some of ${ORDER_STATUSES.join(', ')}`)
        .argParser(listOf(ORDER_STATUSES))
        .default([], 'all'),
    )
    .addOption(new Option('--depot <id>', 'of these depots').argParser(list).default([], 'all'))
    .option('--customer <id>', 'of this customer')
    .option('--driver <id>', 'of this driver')
    .option('--vehicle <id>', 'on this vehicle')
    .option('--route <id>', 'on this route')
    .addOption(new Option('--tier <tier>', 'of this tier').choices(TIERS))
    .addOption(
      new Option('--promise <state>', `some of ${PROMISE_STATES.join(', ')}`)
        .argParser(listOf(PROMISE_STATES))
        .default([], 'all'),
    )
    .option('--perfect', 'judged perfect')
    .addOption(new Option('--imperfect', 'judged not perfect').conflicts('perfect'))
    .addOption(new Option('--reason <code>', 'not perfect for this reason').choices(VERDICT_CODES))
    .option('--breached [stage]', 'with a breach, of this stage')
    .option('--older-than <seconds>', 'in their status for so long', wholeNumber(0))
    .option('--placed-from <time>', 'placed then or later', instant)
    .option('--placed-to <time>', 'placed before', instant)
    .option('--closed-from <time>', 'closed then or later', instant)
    .option('--closed-to <time>', 'closed before', instant);
}

export function queryOf(options: FilterOptions, text: string | undefined): OrderQuery {
  const { status, depot, promise, perfect, imperfect, breached } = options;
  return defined({
    text,
    status: status.length === 0 ? undefined : status,
    depotId: depot.length === 0 ? undefined : depot,
    customerId: options.customer,
    driverId: options.driver,
    vehicleId: options.vehicle,
    routeId: options.route,
    tier: options.tier,
    promiseState: promise.length === 0 ? undefined : promise,
    perfect: perfect === true ? true : imperfect === true ? false : undefined,
    reason: options.reason,
    breached: breached === true ? true : undefined,
    breachedStage: typeof breached === 'string' ? breached : undefined,
    minStageAgeSeconds: options.olderThan,
    placedFrom: options.placedFrom,
    placedTo: options.placedTo,
    closedFrom: options.closedFrom,
    closedTo: options.closedTo,
  });
}

/** Without the fields that are undefined, which say nothing. */
function defined(query: { readonly [Field in keyof OrderQuery]: OrderQuery[Field] | undefined }): OrderQuery {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as OrderQuery;
}

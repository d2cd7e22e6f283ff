/**
 * Real-time subscriptions. A subscription is admitted like any field, and may be refused by its resolver; from then on
 * it gets the answers of its mutations whose returned fields equal the subscription's arguments.
 */
import { type GraphQLField, getArgumentValues, Kind, type OperationDefinitionNode } from 'graphql';
import { AwsError } from '../../errors.ts';
import type { RegionPorts } from '../../service.ts';
import { byteLength } from '../eventbridge/envelope.ts';
import { isObject } from '../eventbridge/known-fields.ts';
import { subscribedMutations } from './directives.ts';
import { run } from './execution.ts';
import type { Caller, GraphQLApi, GraphQLResult, PreparedRequest, Subscription } from './model.ts';

const MESSAGE_CHUNK_BYTES = 5 * 1024;
const MINUTE_MS = 60_000;

export interface SubscriptionHandle {
  unsubscribe(): void;
}

/** Throws `SubscriptionRefused` (AwsError) with the errors of the answer when the connection is not admitted. */
export async function openSubscription(
  ports: RegionPorts,
  api: GraphQLApi,
  request: PreparedRequest,
  variables: Readonly<Record<string, unknown>>,
  caller: Caller,
  headers: Readonly<Record<string, string>>,
  onData: Subscription['onData'],
): Promise<SubscriptionHandle> {
  const selections = request.operation.selectionSet.selections;
  const [node] = selections;
  if (selections.length !== 1 || node?.kind !== Kind.FIELD) {
    throw new AwsError('BadRequestException', 'A subscription must select exactly one top level field.');
  }
  const field = api.schema?.getSubscriptionType()?.getFields()[node.name.value] as
    | GraphQLField<unknown, unknown>
    | undefined;
  if (field === undefined) throw new AwsError('BadRequestException', `No subscription field ${node.name.value}.`);
  const { errors } = await run(api, request, variables, { caller, headers, delivering: false });
  if (errors !== undefined) {
    // A resolver that lets the connection through answers nothing: null where the field must not be is no refusal.
    const refusal = errors.find(({ errorType }) => errorType !== 'ValidationError' && errorType !== 'DataError');
    if (refusal !== undefined) throw new AwsError(refusal.errorType, refusal.message, 401, { errors });
  }
  const subscription: Subscription = {
    fieldName: field.name,
    mutations: subscribedMutations(field),
    args: getArgumentValues(field, node, variables),
    request,
    variables,
    caller,
    onData,
    sinceMs: ports.clock.now(),
  };
  api.subscriptions.add(subscription);
  return {
    unsubscribe: () => {
      if (!api.subscriptions.delete(subscription)) return;
      const minutes = Math.ceil((ports.clock.now() - subscription.sinceMs) / MINUTE_MS);
      ports.meter('appsync', 'connectionMinute', Math.max(1, minutes));
    },
  };
}

/** Gives the answer of a mutation to the subscriptions it feeds. */
export function publish(
  ports: RegionPorts,
  api: GraphQLApi,
  operation: OperationDefinitionNode,
  result: GraphQLResult,
): void {
  if (api.subscriptions.size === 0) return;
  for (const node of operation.selectionSet.selections) {
    if (node.kind !== Kind.FIELD) continue;
    const payload = result.data?.[(node.alias ?? node.name).value];
    if (payload === null || payload === undefined) continue;
    for (const subscription of api.subscriptions) {
      if (!subscription.mutations.includes(node.name.value) || !matchesArguments(subscription.args, payload)) continue;
      ports.spawn(() => deliver(ports, api, subscription, payload));
    }
  }
}

function matchesArguments(args: Subscription['args'], payload: unknown): boolean {
  return Object.entries(args).every(([name, value]) => isObject(payload) && (payload[name] ?? null) === value);
}

async function deliver(
  ports: RegionPorts,
  api: GraphQLApi,
  subscription: Subscription,
  payload: unknown,
): Promise<void> {
  // It may have been ended between the mutation and this delivery.
  if (!api.subscriptions.has(subscription)) return;
  const { request, variables, caller, fieldName } = subscription;
  const context = { caller, headers: {}, delivering: true };
  const result = await run(api, request, variables, context, { [fieldName]: payload });
  ports.meter('appsync', 'realtimeMessage', Math.ceil(byteLength(JSON.stringify(result)) / MESSAGE_CHUNK_BYTES));
  await subscription.onData(result);
}

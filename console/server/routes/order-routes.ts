/** One order: its trace, its executions' histories, its ledger, and what an operator may change of it. */
import type { ConsoleOperations } from '../console-operations.ts';
import { endpoint } from '../endpoint.ts';
import { Problem } from '../problems.ts';
import { actionSchema, actionsSchema } from '../schemas/actions.ts';
import { given } from '../schemas/given.ts';
import { actionsAddress, amendBody, cancelBody, eventsAddress, executionPath, orderPath } from '../schemas/requests.ts';
import { executionSchema, historyPageSchema, traceSchema } from '../schemas/trace.ts';
import { ledgerSchema } from '../schemas/waits.ts';

export const orderRoutes = (operations: ConsoleOperations) => [
  endpoint({
    method: 'get',
    path: '/api/orders/{orderId}',
    name: 'traceOrder',
    summary: 'Everything that is known of one order',
    tag: 'Order',
    params: orderPath,
    answer: traceSchema,
    run: async ({ params: { orderId } }) => (await operations.trace(orderId)) ?? unknownOrder(orderId),
  }),
  endpoint({
    method: 'get',
    path: '/api/executions/{executionArn}',
    name: 'readExecution',
    summary: 'One execution, for what is nested in an order',
    tag: 'Order',
    params: executionPath,
    answer: executionSchema,
    run: async ({ params: { executionArn } }) =>
      (await operations.execution(executionArn)) ?? unknownExecution(executionArn),
  }),
  endpoint({
    method: 'get',
    path: '/api/executions/{executionArn}/events',
    name: 'readHistory',
    summary: 'A page of the raw history of an execution',
    tag: 'Order',
    params: executionPath,
    query: eventsAddress,
    answer: historyPageSchema,
    run: async ({ params: { executionArn }, query: { from, limit } }) =>
      (await operations.events(executionArn, from, limit)) ?? unknownExecution(executionArn),
  }),
  endpoint({
    method: 'get',
    path: '/api/ledger/{orderId}',
    name: 'readLedger',
    summary: 'Signals of an order with what became of them, and its open wait',
    tag: 'Order',
    params: orderPath,
    answer: ledgerSchema,
    run: async ({ params: { orderId } }) => (await operations.ledger(orderId)) ?? unknownOrder(orderId),
  }),
  endpoint({
    method: 'post',
    path: '/api/orders/{orderId}/cancel',
    name: 'cancelOrder',
    summary: 'Ask for the cancellation of an order',
    tag: 'Order',
    role: 'operator',
    params: orderPath,
    body: cancelBody,
    answer: actionSchema,
    run: ({ params, body }) => operations.cancel({ ...params, ...body }),
  }),
  endpoint({
    method: 'post',
    path: '/api/orders/{orderId}/amend',
    name: 'amendOrder',
    summary: 'Ask for another promised window',
    tag: 'Order',
    role: 'operator',
    params: orderPath,
    body: amendBody,
    answer: actionSchema,
    run: ({ params, body }) => operations.amend({ ...params, ...body }),
  }),
  endpoint({
    method: 'get',
    path: '/api/actions',
    name: 'listActions',
    summary: 'What operators did, the latest first; of one order or of all',
    tag: 'Order',
    query: actionsAddress,
    answer: actionsSchema,
    run: ({ query }) => operations.actions(given(query).orderId),
  }),
];

function unknownOrder(orderId: string): never {
  throw new Problem('UNKNOWN_ORDER', `Nothing is known of order ${orderId}.`, 'Check the id; search on the board.');
}

function unknownExecution(executionArn: string): never {
  const remedy = 'Check the ARN; Step Functions keeps an execution for 90 days after its end.';
  throw new Problem('UNKNOWN_EXECUTION', `There is no execution ${executionArn}.`, remedy);
}

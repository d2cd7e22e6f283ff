/** One order with all that is known of it: executions, events, signals and its timeline. */
import { z } from '@hono/zod-openapi';
import type {
  EtaSample,
  ExecutionView,
  HistoryEventView,
  NotificationView,
  OrderEventView,
  OrderTraceView,
  SignalView,
  StateAttempt,
  StateVisit,
  TimelineEntry,
} from '../../../operations/model/trace.ts';
import { actionSchema } from './actions.ts';
import { countSchema, factsSchema, listOf, type Members, textSchema, timeSchema } from './members.ts';
import { mapRouteSchema, mapVehicleSchema, orderSchema, waitSchema } from './orders.ts';

const attemptSchema = z.object({
  number: countSchema,
  scheduledAt: timeSchema,
  startedAt: timeSchema.optional(),
  submittedAt: timeSchema.optional(),
  endedAt: timeSchema.optional(),
  outcome: z.enum(['succeeded', 'failed', 'timed-out', 'aborted', 'open']),
  error: textSchema.optional(),
  cause: textSchema.optional(),
  resource: textSchema,
  usesToken: z.boolean(),
  childExecutionArn: textSchema.optional(),
} satisfies Members<StateAttempt>);

const visitSchema = z.object({
  state: textSchema,
  type: textSchema,
  enteredEventId: countSchema,
  enteredAt: timeSchema,
  exitedAt: timeSchema.optional(),
  input: textSchema.optional(),
  output: textSchema.optional(),
  outcome: z.enum(['succeeded', 'caught', 'failed', 'aborted', 'open']),
  next: textSchema.optional(),
  attempts: listOf(attemptSchema),
  path: listOf(textSchema),
} satisfies Members<StateVisit>);

export const historyPageSchema = z
  .object({
    events: listOf(
      z.object({
        id: countSchema,
        previousEventId: countSchema,
        at: timeSchema,
        type: textSchema,
        details: factsSchema,
      } satisfies Members<HistoryEventView>),
    ),
    total: countSchema,
  })
  .openapi('HistoryPage');

export const executionSchema = z
  .object({
    executionArn: textSchema,
    name: textSchema,
    machine: textSchema,
    status: textSchema,
    startedAt: timeSchema,
    stoppedAt: timeSchema.optional(),
    input: textSchema.optional(),
    output: textSchema.optional(),
    error: textSchema.optional(),
    cause: textSchema.optional(),
    redriveCount: countSchema,
    redriveStatus: textSchema,
    redriveStatusReason: textSchema.optional(),
    definition: textSchema,
    visits: listOf(visitSchema),
    eventCount: countSchema,
    consoleUrl: textSchema.optional(),
    traceUrl: textSchema.optional(),
  } satisfies Members<ExecutionView>)
  .openapi('Execution');

export const signalSchema = z
  .object({
    signalId: textSchema,
    kind: textSchema,
    cycle: countSchema.optional(),
    at: timeSchema,
    acceptedAt: timeSchema,
    arrival: countSchema,
    by: textSchema.optional(),
    fate: textSchema,
    detail: factsSchema,
  } satisfies Members<SignalView>)
  .openapi('Signal');

const timelineEntrySchema = z.object({
  lane: z.enum(['state', 'token', 'signal', 'event', 'notification', 'sla', 'eta', 'operator']),
  from: timeSchema,
  to: timeSchema.optional(),
  isOpen: z.boolean().optional(),
  label: textSchema,
  tone: z.enum(['neutral', 'good', 'warn', 'bad']),
  ref: textSchema.optional(),
  detail: textSchema.optional(),
} satisfies Members<TimelineEntry>);

const etaSampleSchema = z.object({
  at: timeSchema,
  etaAt: timeSchema,
  promiseTo: timeSchema,
  promiseVersion: countSchema,
  source: z.enum(['plan', 'prediction', 'delivery']),
} satisfies Members<EtaSample>);

const orderEventSchema = z.object({
  key: textSchema,
  type: textSchema,
  status: textSchema,
  at: timeSchema,
  cause: textSchema,
  cycle: countSchema,
  promiseVersion: countSchema,
  facts: factsSchema,
} satisfies Members<OrderEventView>);

export const traceSchema = z
  .object({
    now: timeSchema,
    order: orderSchema,
    content: factsSchema,
    times: z.record(z.string(), timeSchema),
    deadlines: z.record(z.string(), timeSchema),
    rejections: listOf(factsSchema),
    events: listOf(orderEventSchema),
    signals: listOf(signalSchema),
    wait: waitSchema.optional(),
    executions: listOf(executionSchema),
    notifications: listOf(
      z.object({ key: textSchema, kind: textSchema, at: timeSchema } satisfies Members<NotificationView>),
    ),
    eta: listOf(etaSampleSchema),
    route: mapRouteSchema.optional(),
    vehicle: mapVehicleSchema.optional(),
    timeline: listOf(timelineEntrySchema),
    actions: listOf(actionSchema),
  } satisfies Members<OrderTraceView>)
  .openapi('OrderTrace');

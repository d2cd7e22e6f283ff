/** What callers send: conditions in the address, selections and reasons in bodies. Unknown names are refused by name. */
import { z } from '@hono/zod-openapi';
import { AUDIT_DIMENSIONS, TIERS } from '../../../domain/index.ts';
import { ORDER_SORTS, type OrderQuery } from '../../../operations/model/orders.ts';
import type { FreezeRequest, RemedyRequest } from '../console-operations.ts';
import type { Members } from './members.ts';
import { promiseStateSchema, statusSchema, verdictCodeSchema } from './orders.ts';
import { itemStateSchema, jobModeSchema } from './replays.ts';
import { remedyKindSchema, stuckKindSchema } from './waits.ts';

const MAX_PAGE = 500;
const MAX_EVENTS_PAGE = 1000;
/** The quota of RedriveExecution in an account. */
const MAX_RATE = 300;
const MAX_SELECTED = 100_000;

// In addresses -----------------------------------------------------------------------------------------------------------

const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** A day alone is its midnight in UTC. Comes out with milliseconds, as the projection has its times. */
const time = z
  .string()
  .refine((text) => ISO_TIME.test(text) && !Number.isNaN(Date.parse(text)), 'give an ISO 8601 time with Z or an offset')
  .transform((text) => new Date(text).toISOString())
  .openapi({ type: 'string', example: '2018-07-20T00:00:00.000Z' });
const truth = z.enum(['true', 'false']).transform((text) => text === 'true');
const several = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), z.array(schema).optional());
const whole = (least: number, most: number) =>
  z.coerce.number().pipe(z.int().min(least).max(most)).openapi({ type: 'integer', minimum: least, maximum: most });
const text = z.string().trim().min(1);

export const orderQueryAddress = z.strictObject({
  text: text.optional(),
  status: several(statusSchema),
  depotId: several(text),
  customerId: text.optional(),
  driverId: text.optional(),
  vehicleId: text.optional(),
  routeId: text.optional(),
  tier: z.enum(TIERS).optional(),
  promiseState: several(promiseStateSchema),
  perfect: truth.optional(),
  reason: verdictCodeSchema.optional(),
  breached: truth.optional(),
  breachedStage: text.optional(),
  minStageAgeSeconds: whole(0, 1e9).optional(),
  placedFrom: time.optional(),
  placedTo: time.optional(),
  closedFrom: time.optional(),
  closedTo: time.optional(),
  sort: z.enum(ORDER_SORTS).optional(),
  descending: truth.optional(),
  limit: whole(1, MAX_PAGE).optional(),
  offset: whole(0, 1e9).optional(),
} satisfies Members<OrderQuery>);

export const eventsAddress = z.strictObject({
  from: whole(0, 1e9).default(0).openapi({ description: 'Counts from 0.' }),
  limit: whole(1, MAX_EVENTS_PAGE).default(100),
});
export const itemsAddress = z.strictObject({
  state: itemStateSchema.optional(),
  offset: whole(0, 1e9).default(0),
  limit: whole(1, MAX_PAGE).default(100),
});
export const failuresAddress = z.strictObject({ depotId: text.optional() });
export const actionsAddress = z.strictObject({ orderId: text.optional() });
export const periodAddress = z.strictObject({ from: time, to: time });
export const auditAddress = z.strictObject({
  from: time,
  to: time,
  by: z
    .preprocess(
      // `by=` alone asks for no split.
      (value) => (value === undefined ? undefined : [value].flat().filter((one) => one !== '')),
      z.array(z.enum(AUDIT_DIMENSIONS)).optional(),
    )
    .openapi({ description: 'What the whole is cut by.' }),
  depotId: text.optional(),
  driverId: text.optional(),
  tier: z.enum(TIERS).optional(),
  target: several(
    z.string().regex(/^[A-Za-z][\w.]*=-?\d+(\.\d+)?$/, 'give a target such as perfectShare=0.98'),
  ).openapi({ description: 'E.g. `perfectShare=0.98`.' }),
});

export const orderPath = z.object({ orderId: z.string().min(1) });
export const executionPath = z.object({ executionArn: z.string().min(1) });
export const jobPath = z.object({ jobId: z.string().min(1) });

// In bodies --------------------------------------------------------------------------------------------------------------

const why = z.string().trim().min(1, 'say why this is done').max(500);
const initiator = z.enum(['customer', 'carrier']);
const ids = z.array(text).min(1).max(MAX_SELECTED);

/** The conditions of an order query, without sorting and paging. */
const orderConditions = z.strictObject({
  text: text.optional(),
  status: z.array(statusSchema).optional(),
  depotId: z.array(text).optional(),
  customerId: text.optional(),
  driverId: text.optional(),
  vehicleId: text.optional(),
  routeId: text.optional(),
  tier: z.enum(TIERS).optional(),
  promiseState: z.array(promiseStateSchema).optional(),
  perfect: z.boolean().optional(),
  reason: verdictCodeSchema.optional(),
  breached: z.boolean().optional(),
  breachedStage: text.optional(),
  minStageAgeSeconds: z.int().min(0).optional(),
  placedFrom: time.optional(),
  placedTo: time.optional(),
  closedFrom: time.optional(),
  closedTo: time.optional(),
} satisfies Members<Omit<OrderQuery, 'sort' | 'descending' | 'limit' | 'offset'>>);

export const freezeBody = z
  .strictObject({
    groupIds: ids.optional(),
    orderIds: ids.optional(),
    query: orderConditions.optional(),
    mode: jobModeSchema,
    ratePerSecond: z.number().positive().max(MAX_RATE),
    why,
  } satisfies Members<FreezeRequest>)
  .refine(
    ({ groupIds, orderIds, query }) => [groupIds, orderIds, query].filter((each) => each !== undefined).length === 1,
    'select by one of groupIds, orderIds and query',
  );
export const rehearseBody = z
  .strictObject({ orderIds: ids.optional(), jobId: text.optional() })
  .refine(({ orderIds, jobId }) => (orderIds === undefined) !== (jobId === undefined), 'give orderIds or jobId');
export const remedyBody = z.strictObject({
  orderId: text,
  kind: stuckKindSchema,
  remedy: remedyKindSchema,
  why,
  signalId: text.optional(),
  executionArn: text.optional(),
} satisfies Members<RemedyRequest>);
export const cancelBody = z.strictObject({ initiator, why });
export const amendBody = z.strictObject({
  promise: z
    .strictObject({ from: time, to: time })
    .refine(({ from, to }) => from < to, 'the window must end after it begins'),
  initiator,
  why,
});
export const noBody = z.strictObject({});

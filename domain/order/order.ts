/**
 * The order as a shop sends it and the fleet as a carrier describes it: schemas whose error messages are the remedies
 * shown to the sender. The parsed types follow from the schemas, the published JSON Schemas too (`json-schema.ts`).
 * Unknown extra fields are allowed and left out of the parsed value.
 */
import * as z from 'zod';

export const TIERS = ['standard', 'express'] as const;
export type Tier = (typeof TIERS)[number];

/**
 * What Step Functions takes as an execution name: the order id names the execution. Pairs of surrogates are refused
 * with the rest, since the service does not accept them.
 */
export const ORDER_ID_PATTERN =
  /^[^\s\p{Cc}\p{Cs}\u{fffe}\u{ffff}\u{10000}-\u{10ffff}?*<>{}[\]"#%\\^|~`$&,;:/]{1,80}$/u;

const ORDER_ID_REMEDY =
  'give orderId as 1 to 80 characters without white space, control characters or any of ? * < > { } [ ] " # % \\ ^ | ~ ` $ & , ; : /';

const text = (name: string, max = 256) => {
  const error = `give ${name} as text of 1 to ${max} characters`;
  return z.string({ error }).min(1, { error }).max(max, { error });
};

const nonNegative = (name: string) => {
  const error = `give ${name} as a number of 0 or more`;
  return z.number({ error }).min(0, { error });
};

const positive = (name: string) => {
  const error = `give ${name} as a number greater than 0`;
  return z.number({ error }).positive({ error });
};

const object = <Shape extends z.core.$ZodLooseShape>(name: string, shape: Shape) =>
  z.object(shape, { error: `give ${name} as an object with ${Object.keys(shape).join(', ')}` });

const instant = (name: string) => {
  const error = `give ${name} as ISO 8601 UTC such as 2026-01-31T08:00:00Z`;
  return z.iso.datetime({ error });
};

const degrees = (name: string, limit: number) => {
  const error = `give ${name} in degrees from -${limit} to ${limit}; a position is [longitude, latitude], in that order`;
  return z.number({ error }).min(-limit, { error }).max(limit, { error });
};

/** `[longitude, latitude]` in degrees. */
export const positionSchema = z
  .tuple([degrees('longitude', 180), degrees('latitude', 90)], {
    error: 'give the position as exactly two numbers, [longitude, latitude]',
  })
  .meta({ minItems: 2, maxItems: 2 });

const windowOf = (name: string) =>
  object(name, { from: instant(`${name}.from`), to: instant(`${name}.to`) }).refine(
    // A time that is none has its own refusal; comparing it tells nothing.
    (window) => !(Date.parse(window.from) >= Date.parse(window.to)),
    {
      path: ['to'],
      params: { code: 'WINDOW_REVERSED' },
      error: `give ${name}.to as a time after ${name}.from; the window ends before or when it starts`,
    },
  );

/** One line of an order. Volume and weight are of one piece. */
const itemSchema = object('an item', {
  sku: text('sku'),
  quantity: z
    .int({ error: 'give quantity as a whole number of 1 or more' })
    .min(1, { error: 'give quantity as a whole number of 1 or more' }),
  volumeM3: nonNegative('volumeM3'),
  weightKg: nonNegative('weightKg').optional(),
});

export const orderSchema = object('the order', {
  orderId: z.string({ error: ORDER_ID_REMEDY }).regex(ORDER_ID_PATTERN, { error: ORDER_ID_REMEDY }),
  placedAt: instant('placedAt'),
  customer: object('customer', {
    customerId: text('customerId'),
    name: text('name').optional(),
    email: text('email', 320).optional(),
    phone: text('phone', 64).optional(),
  }),
  depotId: text('depotId'),
  deliverTo: object('deliverTo', { position: positionSchema, address: text('address', 1024).optional() }),
  promise: windowOf('promise'),
  serviceSeconds: nonNegative('serviceSeconds'),
  tier: z.enum(TIERS, { error: `give tier as one of ${TIERS.join(', ')}, or leave it out` }).default('standard'),
  items: z.array(itemSchema, { error: 'give items as a list' }).min(1, { error: 'give at least one item' }),
});

/** An order that passed every check. */
export type Order = z.output<typeof orderSchema>;

const depotSchema = object('a depot', { depotId: text('depotId'), position: positionSchema });

const vehicleSchema = object('a vehicle', {
  vehicleId: text('vehicleId'),
  driverId: text('driverId'),
  depotId: text('depotId'),
  /** A missing weight limit means that weight never decides. */
  capacity: object('capacity', { volumeM3: positive('volumeM3'), weightKg: positive('weightKg').optional() }),
  shift: windowOf('shift'),
});

export const fleetSchema = object('the fleet', {
  depots: z.array(depotSchema, { error: 'give depots as a list' }).min(1, { error: 'give at least one depot' }),
  vehicles: z.array(vehicleSchema, { error: 'give vehicles as a list' }),
});

export type Depot = z.output<typeof depotSchema>;
export type Vehicle = z.output<typeof vehicleSchema>;
export type Fleet = z.output<typeof fleetSchema>;

/** What an order takes up in a vehicle; a piece without a weight counts as weightless. */
export function orderLoad(order: Pick<Order, 'items'>): { volumeM3: number; weightKg: number } {
  let volumeM3 = 0;
  let weightKg = 0;
  for (const item of order.items) {
    volumeM3 += item.quantity * item.volumeM3;
    weightKg += item.quantity * (item.weightKg ?? 0);
  }
  return { volumeM3, weightKg };
}

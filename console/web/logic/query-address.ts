/**
 * The board's filters as the page's address and back, so that a view can be kept and sent to someone. The same text is
 * the query of `/api/orders`. A condition that is not understood is named, not dropped in silence.
 */
import type { OrderStatus, Tier, VerdictCode } from '../../../domain/index.ts';
import { ORDER_SORTS } from '../../../operations/model/orders.ts';
import type { OrderQuery, OrderSort, PromiseState } from '../api/shapes.ts';
import { keysOf, PROMISE_WORDS, STAGE_WORDS, STATUS_WORDS, VERDICT_WORDS } from './vocabulary.ts';

export interface ReadAddress {
  readonly query: OrderQuery;
  /** `name=value` of each condition that was not understood. */
  readonly refused: readonly string[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Mutable<OrderQuery>;
type Reader = (draft: Draft, values: readonly string[]) => readonly string[];

const oneOf =
  <T extends string>(allowed: readonly T[], put: (draft: Draft, value: T) => void): Reader =>
  (draft, [value = '']) => {
    const known = allowed.find((candidate) => candidate === value);
    if (known === undefined) return [value];
    put(draft, known);
    return [];
  };

const manyOf =
  <T extends string>(allowed: readonly T[], put: (draft: Draft, values: readonly T[]) => void): Reader =>
  (draft, values) => {
    const known = allowed.filter((candidate) => values.includes(candidate));
    if (known.length > 0) put(draft, known);
    return values.filter((value) => !(allowed as readonly string[]).includes(value));
  };

const text =
  (put: (draft: Draft, value: string) => void): Reader =>
  (draft, [value = '']) => {
    if (value.trim() !== '') put(draft, value.trim());
    return [];
  };

const time =
  (put: (draft: Draft, value: string) => void): Reader =>
  (draft, [value = '']) => {
    const ms = Date.parse(value);
    if (Number.isNaN(ms)) return [value];
    put(draft, new Date(ms).toISOString());
    return [];
  };

const whole =
  (least: number, most: number, put: (draft: Draft, value: number) => void): Reader =>
  (draft, [value = '']) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < least || number > most) return [value];
    put(draft, number);
    return [];
  };

const truth = (put: (draft: Draft, value: boolean) => void): Reader =>
  oneOf(['true', 'false'], (draft, value) => put(draft, value === 'true'));

const TIERS = ['standard', 'express'] as const satisfies readonly Tier[];

const READERS: Readonly<Record<keyof OrderQuery, Reader>> = {
  text: text((draft, value) => {
    draft.text = value;
  }),
  status: manyOf<OrderStatus>(keysOf(STATUS_WORDS), (draft, values) => {
    draft.status = values;
  }),
  depotId: (draft, values) => {
    const named = values.filter((value) => value !== '');
    if (named.length > 0) draft.depotId = named;
    return [];
  },
  customerId: text((draft, value) => {
    draft.customerId = value;
  }),
  driverId: text((draft, value) => {
    draft.driverId = value;
  }),
  vehicleId: text((draft, value) => {
    draft.vehicleId = value;
  }),
  routeId: text((draft, value) => {
    draft.routeId = value;
  }),
  tier: oneOf<Tier>(TIERS, (draft, value) => {
    draft.tier = value;
  }),
  promiseState: manyOf<PromiseState>(keysOf(PROMISE_WORDS), (draft, values) => {
    draft.promiseState = values;
  }),
  perfect: truth((draft, value) => {
    draft.perfect = value;
  }),
  reason: oneOf<VerdictCode>(keysOf(VERDICT_WORDS), (draft, value) => {
    draft.reason = value;
  }),
  breached: truth((draft, value) => {
    draft.breached = value;
  }),
  breachedStage: oneOf<string>(keysOf(STAGE_WORDS), (draft, value) => {
    draft.breachedStage = value;
  }),
  minStageAgeSeconds: whole(0, 1e9, (draft, value) => {
    draft.minStageAgeSeconds = value;
  }),
  placedFrom: time((draft, value) => {
    draft.placedFrom = value;
  }),
  placedTo: time((draft, value) => {
    draft.placedTo = value;
  }),
  closedFrom: time((draft, value) => {
    draft.closedFrom = value;
  }),
  closedTo: time((draft, value) => {
    draft.closedTo = value;
  }),
  sort: oneOf<OrderSort>(ORDER_SORTS, (draft, value) => {
    draft.sort = value;
  }),
  descending: truth((draft, value) => {
    draft.descending = value;
  }),
  limit: whole(1, 500, (draft, value) => {
    draft.limit = value;
  }),
  offset: whole(0, 1e9, (draft, value) => {
    draft.offset = value;
  }),
};

export function queryFromAddress(params: URLSearchParams): ReadAddress {
  const draft: Draft = {};
  const refused: string[] = [];
  for (const name of new Set(params.keys())) {
    const reader = READERS[name as keyof OrderQuery] as Reader | undefined;
    const wrong = reader === undefined ? params.getAll(name) : reader(draft, params.getAll(name));
    refused.push(...wrong.map((value) => `${name}=${value}`));
  }
  return { query: draft, refused };
}

/** Conditions in a fixed order, so that one view has one address. */
export function addressOfQuery(query: OrderQuery): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of keysOf(READERS)) {
    const value = query[name];
    // A first page is what an address without a word of it means.
    if (value === undefined || value === '' || (name === 'offset' && value === 0)) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [String(value)]) params.append(name, one);
  }
  return params;
}

/** The conditions alone, without sorting and paging: what a selection or a count is made from. */
export function conditionsOf(query: OrderQuery): OrderQuery {
  const { sort: _sort, descending: _descending, limit: _limit, offset: _offset, ...conditions } = query;
  return conditions;
}

export const boardLink = (query: OrderQuery): string => {
  const text = addressOfQuery(query).toString();
  return text === '' ? '/' : `/?${text}`;
};

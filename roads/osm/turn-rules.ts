/**
 * Turn restrictions of OpenStreetMap: from a way, over a node, to a way. Those over ways, and those that hold at certain
 * times only, are left out and counted: a plan that obeys too much would go astray as one that obeys too little.
 */
import type { OsmRelation } from './elements.ts';
import type { Tags } from './way-rules.ts';

export interface TurnRestriction {
  readonly kind: 'no' | 'only';
  readonly fromWay: number;
  readonly viaNode: number;
  readonly toWay: number;
}

const KEYS = ['restriction:goods', 'restriction:motorcar', 'restriction:motor_vehicle', 'restriction'];
const EXCEPTIONS = new Set(['goods', 'motorcar', 'motor_vehicle', 'vehicle']);

/** Undefined for a relation that is no restriction of vans. */
export function restrictionOf({ tags, members }: OsmRelation): TurnRestriction | 'left out' | undefined {
  if (tags === undefined || !(tags['type'] ?? '').startsWith('restriction')) return undefined;
  if (tags['restriction:conditional'] !== undefined) return 'left out';
  const kind = kindOf(tags);
  if (kind === undefined || isExcepted(tags)) return undefined;
  const [from, ...otherFrom] = members.filter(({ role, type }) => role === 'from' && type === 'way');
  const [to, ...otherTo] = members.filter(({ role, type }) => role === 'to' && type === 'way');
  const [via, ...otherVia] = members.filter(({ role }) => role === 'via');
  if (from === undefined || to === undefined || via === undefined || via.type !== 'node') return 'left out';
  if (otherFrom.length > 0 || otherTo.length > 0 || otherVia.length > 0) return 'left out';
  return { kind, fromWay: from.ref, viaNode: via.ref, toWay: to.ref };
}

function kindOf(tags: Tags): 'no' | 'only' | undefined {
  const key = KEYS.find((name) => tags[name] !== undefined);
  const value = key === undefined ? '' : (tags[key] ?? '');
  if (value.startsWith('no_')) return 'no';
  return value.startsWith('only_') ? 'only' : undefined;
}

const isExcepted = (tags: Tags): boolean => (tags['except'] ?? '').split(';').some((one) => EXCEPTIONS.has(one.trim()));

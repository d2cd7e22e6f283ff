/**
 * Translation between plain values and DynamoDB's attribute values for the commands of `@aws-sdk/lib-dynamodb`, walking
 * the commands' own key nodes. Text, numbers, booleans, lists and plain maps, which is nearly everything, are translated
 * here, because the library's translation was the largest single cost of a simulated day; whatever else turns up (sets,
 * binaries, big numbers, values the library refuses) is handed to the library.
 */
import {
  marshall,
  type marshallOptions,
  type NativeAttributeValue,
  unmarshall,
  type unmarshallOptions,
} from '@aws-sdk/util-dynamodb';

/** Where in an input or output attribute values stand: `null` here, `{}` or `[]` in every member, `*` any key. */
export type KeyNodes = { readonly [key: string]: KeyNodes } | readonly [] | null;

type Translate = (value: unknown) => unknown;

/** Gives a copy of a value with everything at its key nodes translated. */
export type NodeWalk = (value: unknown, translate: Translate) => unknown;

/** Reads key nodes once, for all the inputs or outputs of a command. */
export function compileKeyNodes(nodes: KeyNodes): NodeWalk {
  if (nodes === null) return (value, translate) => (value === undefined ? value : translate(value));
  const members = Object.entries(nodes as { readonly [key: string]: KeyNodes });
  const [first] = members;
  if (first === undefined) return onContainers(eachMember);
  if (members.length === 1 && first[0] === '*') {
    const inner = compileKeyNodes(first[1]);
    return onContainers((value, translate) => eachMember(value, (member) => inner(member, translate)));
  }
  const walks = members.map(([key, inner]) => ({ key, walk: compileKeyNodes(inner) }));
  return onContainers((value, translate) => {
    const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) };
    for (const { key, walk } of walks) {
      const member = copy[key];
      if (member !== undefined) copy[key] = walk(member, translate);
    }
    return copy;
  });
}

const onContainers =
  (walk: (value: object, translate: Translate) => unknown): NodeWalk =>
  (value, translate) =>
    typeof value === 'object' && value !== null ? walk(value, translate) : value;

function eachMember(value: object, translate: Translate): unknown {
  if (Array.isArray(value)) return value.map((member) => translate(member));
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined && typeof member !== 'function') copy[key] = translate(member);
  }
  return copy;
}

/** Value to attribute value, as the library's `marshall` with these options would give it. */
export function toAttribute(value: unknown, options: marshallOptions): unknown {
  if (options.convertEmptyValues !== true) {
    switch (typeof value) {
      case 'string':
        return { S: value };
      case 'boolean':
        return { BOOL: value };
      case 'number':
        if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return { N: value.toString() };
        break;
      case 'object': {
        if (value === null) return { NULL: true };
        const container = containerOf(value, options);
        if (container !== undefined) return container;
      }
    }
  }
  return marshall(value as NativeAttributeValue, { ...options, convertTopLevelContainer: true });
}

/** Undefined where the library has to look at the value: class instances, sets, binaries, undefined members. */
function containerOf(value: object, options: marshallOptions): unknown {
  const mayDrop = options.removeUndefinedValues === true;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (const member of value) {
      if (member !== undefined) list.push(toAttribute(member, options));
      else if (!mayDrop) return undefined;
    }
    return { L: list };
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  // The library takes a member of this name for the class of the value.
  if (Object.hasOwn(value, 'constructor')) return undefined;
  const map: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (typeof member === 'function' || (member === undefined && !mayDrop)) return undefined;
    if (member !== undefined) map[key] = toAttribute(member, options);
  }
  return { M: map };
}

/** Digits that a double holds exactly, whatever they are. */
const EXACT_DIGITS = 15;

/**
 * Attribute value to value, as the library's `unmarshall` with these options would give it. An attribute value has one
 * member, whose name is the type: asking it for each type that it could have takes longer.
 */
export function toNative(attribute: unknown, options: unmarshallOptions): unknown {
  for (const type in attribute as object) {
    const value = (attribute as Record<string, unknown>)[type];
    switch (type) {
      case 'S':
      case 'BOOL':
        return value;
      case 'NULL':
        return null;
      case 'N':
        if ((value as string).length <= EXACT_DIGITS && !options.wrapNumbers) return Number(value);
        break;
      case 'M':
        return nativeMap(value as Record<string, unknown>, options);
      case 'L':
        return (value as readonly unknown[]).map((member) => toNative(member, options));
    }
  }
  return unmarshall(attribute as never, { ...options, convertWithoutMapWrapper: true });
}

function nativeMap(attributes: Record<string, unknown>, options: unmarshallOptions): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (const key in attributes) map[key] = toNative(attributes[key], options);
  return map;
}

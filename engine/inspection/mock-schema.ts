/**
 * Holds a mocked result against the response shape of the service it stands for, as TestState does: types,
 * enumerations and ranges of the fields that are there, and in STRICT mode that the required ones are. Fields that the
 * shape does not name pass. Services whose shapes are not carried, token callbacks and activities are not checked:
 * nothing here says what they answer.
 */
import type { TaskTarget } from '../definition/model.ts';
import { EngineError } from '../errors.ts';
import { isObject, type JsonValue } from '../json.ts';
import { SERVICE_SHAPES } from './service-shapes.ts';

export type FieldValidationMode = 'STRICT' | 'PRESENT' | 'NONE';

type Primitive = 's' | 'n' | 'b' | '*';
type Reference = Primitive | number;
type Shape =
  | { readonly e: readonly string[] }
  | { readonly n: readonly [least: number | null, most: number | null] }
  | { readonly l: Reference }
  | { readonly m: Reference }
  | { readonly f: Readonly<Record<string, Reference>>; readonly r?: readonly string[] };
interface Service {
  readonly actions: Readonly<Record<string, Reference>>;
  readonly shapes: readonly Shape[];
}

/** Optimised integrations whose name is not that of the service in `aws-sdk`. */
const SERVICE_OF: Readonly<Record<string, string>> = { states: 'sfn', events: 'eventbridge' };
/** `.sync` answers what the last call of the polling action gave. */
const POLLED: Readonly<Record<string, string>> = { 'states:startExecution': 'describeExecution' };

const parsed = new Map<string, Service>();

function serviceNamed(name: string): Service | undefined {
  const text = Object.hasOwn(SERVICE_SHAPES, name) ? SERVICE_SHAPES[name] : undefined;
  if (text === undefined) return undefined;
  const service = parsed.get(name) ?? (JSON.parse(text) as Service);
  parsed.set(name, service);
  return service;
}

/** Throws ValidationException at the first field that the service could not have answered. */
export function checkMockedResult(target: TaskTarget, result: JsonValue, mode: FieldValidationMode): void {
  if (mode === 'NONE') return;
  const action = actionOf(target);
  if (action === undefined) return;
  const name = target.service.replace(/^aws-sdk:/, '');
  const service = serviceNamed(SERVICE_OF[name] ?? name);
  const shape = service !== undefined && Object.hasOwn(service.actions, action) ? service.actions[action] : undefined;
  if (service === undefined || shape === undefined) return;
  new Check(service, mode, openFields(target)).value(result, shape, undefined);
}

function actionOf({ pattern, service, action }: TaskTarget): string | undefined {
  if (pattern === 'requestResponse') return action;
  return pattern === 'sync' || pattern === 'sync2' ? POLLED[`${service}:${action}`] : undefined;
}

/** Fields that an optimised integration parses or words itself, so that the model does not hold for them. */
function openFields({ pattern, service }: TaskTarget): readonly string[] {
  return service === 'states' && pattern === 'sync2' ? ['Input', 'Output'] : [];
}

class Check {
  private readonly service: Service;
  private readonly mode: FieldValidationMode;
  private readonly open: readonly string[];

  constructor(service: Service, mode: FieldValidationMode, open: readonly string[]) {
    this.service = service;
    this.mode = mode;
    this.open = open;
  }

  /** `field` is the nearest name above the value; undefined for the result itself. */
  value(value: JsonValue, reference: Reference, field: string | undefined): void {
    if (typeof reference === 'string') {
      this.primitive(value, reference, field);
      return;
    }
    const shape = this.service.shapes[reference];
    if (shape === undefined) return;
    if ('e' in shape) this.enumeration(value, shape.e, field);
    else if ('n' in shape) this.range(value, shape.n, field);
    else if ('l' in shape) this.list(value, shape.l, field);
    else if ('m' in shape) this.map(value, shape.m, field);
    else this.structure(value, shape, field);
  }

  private primitive(value: JsonValue, kind: Primitive, field: string | undefined): void {
    if (kind === 's' && typeof value !== 'string') throw refused(field, 'must be a string');
    if (kind === 'n' && typeof value !== 'number') throw refused(field, 'must be a number');
    if (kind === 'b' && typeof value !== 'boolean') throw refused(field, 'must be a boolean');
  }

  private enumeration(value: JsonValue, allowed: readonly string[], field: string | undefined): void {
    this.primitive(value, 's', field);
    if (!allowed.includes(String(value))) throw refused(field, 'is not an expected value');
  }

  private range(value: JsonValue, [least, most]: readonly [number | null, number | null], field?: string): void {
    this.primitive(value, 'n', field);
    if (least !== null && Number(value) < least) throw refused(field, 'is less than the minimum value');
    if (most !== null && Number(value) > most) throw refused(field, 'exceeds the maximum value');
  }

  private list(value: JsonValue, item: Reference, field: string | undefined): void {
    if (!Array.isArray(value)) throw refused(field, 'must be an array');
    for (const each of value) this.value(each, item, field);
  }

  private map(value: JsonValue, item: Reference, field: string | undefined): void {
    if (!isObject(value)) throw refused(field, 'must be an object');
    for (const [key, each] of Object.entries(value)) this.value(each, item, key);
  }

  private structure(value: JsonValue, shape: Extract<Shape, { f: unknown }>, field: string | undefined): void {
    if (!isObject(value)) throw refused(field, 'must be an object');
    for (const [name, each] of Object.entries(value)) {
      const reference = Object.hasOwn(shape.f, name) ? shape.f[name] : undefined;
      if (reference !== undefined && !this.open.includes(name)) this.value(each, reference, name);
    }
    if (this.mode !== 'STRICT') return;
    for (const name of shape.r ?? []) {
      if (!Object.hasOwn(value, name)) throw refused(name, 'is required');
    }
  }
}

function refused(field: string | undefined, complaint: string): EngineError {
  const what = field === undefined ? 'Mock result' : `Field '${field}'`;
  return new EngineError('ValidationException', `Mock result schema validation error: ${what} ${complaint}`);
}

/**
 * Checks a request against its shape before the action sees it, as a client (botocore's ParamValidationError: types,
 * required members, lower bounds) and the service (ValidationException: upper bounds, enumerations, patterns) do. Members
 * that a shape does not name are ignored, as the service ignores them.
 */
import { EngineError } from '../errors.ts';
import { isObject } from '../json.ts';

export type Shape =
  | {
      readonly kind: 'string';
      readonly min?: number;
      readonly max?: number;
      readonly enum?: readonly string[];
      /** As text, because messages repeat it to the letter. */
      readonly pattern?: string;
      /** The service does not repeat the value in its message. */
      readonly secret?: boolean;
    }
  | { readonly kind: 'integer' | 'float'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'list'; readonly of: Shape; readonly min?: number; readonly max?: number }
  | {
      readonly kind: 'structure';
      /** How the service writes a value of it, as `Tag(key=a, value=b)`. */
      readonly name?: string;
      readonly required: readonly string[];
      readonly members: { readonly [name: string]: Shape };
    };
export type StructureShape = Extract<Shape, { readonly kind: 'structure' }>;

/** Throws ParamValidationError, else ValidationException, with every fault of its kind. */
export function checkRequest(shape: StructureShape, input: object): void {
  const faults: string[] = [];
  clientFaults(shape, input, '', faults);
  if (faults.length > 0) {
    throw new EngineError('ParamValidationError', `Parameter validation failed:\n${faults.join('\n')}`);
  }
  serviceFaults(shape, input, '', faults);
  if (faults.length === 0) return;
  const errors = faults.length === 1 ? 'error' : 'errors';
  throw new EngineError('ValidationException', `${faults.length} validation ${errors} detected: ${faults.join('; ')}`);
}

const PYTHON_TYPES = {
  string: ['str'],
  integer: ['int'],
  float: ['float', 'decimal.Decimal', 'int'],
  boolean: ['bool'],
  list: ['list', 'tuple'],
  structure: ['dict'],
} as const;

function pythonType(value: unknown): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return typeof value === 'string' ? 'str' : 'dict';
}

function pythonText(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function clientFaults(shape: Shape, value: unknown, path: string, faults: string[]): void {
  const types: readonly string[] = PYTHON_TYPES[shape.kind];
  const type = pythonType(value);
  if (!types.includes(type)) {
    const classes = (names: readonly string[]): string => names.map((name) => `<class '${name}'>`).join(', ');
    faults.push(
      `Invalid type for parameter ${path}, value: ${pythonText(value)}, type: ${classes([type])}, valid types: ${classes(types)}`,
    );
    return;
  }
  if (shape.kind === 'structure' && isObject(value)) {
    for (const name of shape.required) {
      if (value[name] === undefined) {
        faults.push(`Missing required parameter in ${path === '' ? 'input' : path}: "${name}"`);
      }
    }
    for (const [name, member] of Object.entries(shape.members)) {
      const inner = value[name];
      if (inner !== undefined) clientFaults(member, inner, path === '' ? name : `${path}.${name}`, faults);
    }
    return;
  }
  const least = 'min' in shape ? (shape.min ?? 0) : 0;
  if (typeof value === 'number' && 'min' in shape && value < least) {
    faults.push(`Invalid value for parameter ${path}, value: ${value}, valid min value: ${least}`);
  }
  if ((typeof value === 'string' || Array.isArray(value)) && value.length < least) {
    faults.push(`Invalid length for parameter ${path}, value: ${value.length}, valid min length: ${least}`);
  }
  if (shape.kind === 'list' && Array.isArray(value)) {
    for (const [index, item] of value.entries()) clientFaults(shape.of, item, `${path}[${index}]`, faults);
  }
}

/** A value as the service writes it into its messages. */
function serviceText(shape: Shape, value: unknown): string {
  if (shape.kind === 'list' && Array.isArray(value)) {
    return `[${value.map((item) => serviceText(shape.of, item)).join(', ')}]`;
  }
  if (shape.kind === 'structure' && isObject(value)) {
    const members = Object.entries(shape.members).map(
      ([name, member]) => `${name}=${value[name] === undefined ? 'null' : serviceText(member, value[name])}`,
    );
    return `${shape.name ?? ''}(${members.join(', ')})`;
  }
  return String(value);
}

function serviceFaults(shape: Shape, value: unknown, path: string, faults: string[]): void {
  const broken = brokenConstraint(shape, value);
  if (broken !== undefined) {
    const shown = shape.kind === 'string' && shape.secret === true ? 'Value' : `Value '${serviceText(shape, value)}'`;
    faults.push(`${shown} at '${path}' failed to satisfy constraint: Member must ${broken}`);
  }
  if (shape.kind === 'list' && Array.isArray(value)) {
    for (const [index, item] of value.entries()) serviceFaults(shape.of, item, `${path}.${index + 1}.member`, faults);
  }
  if (shape.kind !== 'structure' || !isObject(value)) return;
  for (const [name, member] of Object.entries(shape.members)) {
    const inner = value[name];
    if (inner !== undefined) serviceFaults(member, inner, path === '' ? name : `${path}.${name}`, faults);
  }
}

function brokenConstraint(shape: Shape, value: unknown): string | undefined {
  if ((shape.kind === 'integer' || shape.kind === 'float') && typeof value === 'number') {
    return shape.max !== undefined && value > shape.max ? `have value less than or equal to ${shape.max}` : undefined;
  }
  if ((shape.kind === 'string' || shape.kind === 'list') && shape.max !== undefined) {
    const { length } = value as string | unknown[];
    if (length > shape.max) return `have length less than or equal to ${shape.max}`;
  }
  if (shape.kind !== 'string' || typeof value !== 'string') return undefined;
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    return `satisfy enum value set: [${shape.enum.join(', ')}]`;
  }
  if (shape.pattern !== undefined && !new RegExp(shape.pattern).test(value)) {
    return `satisfy regular expression pattern: ${shape.pattern}`;
  }
  return undefined;
}

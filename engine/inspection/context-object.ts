/** The context object that a TestState caller may give for a mocked state: which fields it has and of what type. */
import { EngineError } from '../errors.ts';
import { MAX_JSON_DEPTH } from '../expression/value-bounds.ts';
import { isObject, type JsonObject, type JsonValue, nestingDepth } from '../json.ts';

type FieldType = 'string' | 'number' | 'any';

const FIELDS: Readonly<Record<string, Readonly<Record<string, FieldType>>>> = {
  Execution: {
    Id: 'string',
    Input: 'any',
    Name: 'string',
    RoleArn: 'string',
    StartTime: 'string',
    RedriveCount: 'number',
    RedriveTime: 'string',
  },
  State: { EnteredTime: 'string', Name: 'string', RetryCount: 'number' },
  StateMachine: { Id: 'string', Name: 'string' },
  Task: { Token: 'string' },
};

function refused(reason: string): EngineError {
  return new EngineError('ValidationException', `Invalid Context object provided: ${reason}`);
}

/** Throws ValidationException. */
export function parseContextObject(text: string): JsonObject {
  let value: JsonValue;
  const depth = nestingDepth(text);
  if (depth > MAX_JSON_DEPTH) throw refused(`Context must be nested at most ${MAX_JSON_DEPTH} deep, not ${depth}`);
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (thrown) {
    throw refused((thrown as Error).message);
  }
  if (!isObject(value)) throw refused('Context must be an object');
  for (const [name, part] of Object.entries(value)) {
    if (name === 'Map') throw refused("'Map' field is not supported when mocking a Context object");
    const fields = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (fields === undefined) throw refused(`Field '${name}' is not allowed`);
    checkPart(name, part, fields);
  }
  return value;
}

function checkPart(name: string, part: JsonValue, fields: Readonly<Record<string, FieldType>>): void {
  if (!isObject(part)) throw refused(`${name} must be an object`);
  for (const [field, value] of Object.entries(part)) {
    const type = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (type === undefined) throw refused(`Field '${field}' is not allowed`);
    if (type !== 'any' && typeof value !== type) throw refused(`${name}.${field} must be a ${type}`);
  }
}

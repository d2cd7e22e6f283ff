/**
 * The services of the region say what AWS's clients check (`ParamValidationError`, a line for each fault) in the words of
 * botocore. Over the wire comes only what no client has checked: here it is said in the words of the service.
 */
import { AwsError } from '../errors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Members that a service does not repeat in messages. */
const SECRETS = new Set(['definition', 'taskToken']);

const MISSING = /^Missing required parameter in (\S+): "(.+)"$/;
const TYPE = /^Invalid type for parameter (\S+), .* type: <class '(\w+)'>, valid types: <class '(\w+)'>/s;
const BOUND = /^Invalid (?:value|length) for parameter (\S+), value: .*, valid min (value|length): (\d+)$/;

/** As Step Functions' own parser names what stands in the JSON. */
const TOKENS: Readonly<Record<string, string>> = {
  str: 'STRING_VALUE',
  int: 'NUMBER_VALUE',
  float: 'DECIMAL_VALUE',
  NoneType: 'null',
};
const TARGETS: Readonly<Record<string, string>> = { str: 'String', int: 'Integer', float: 'Float', bool: 'Boolean' };

/** @param error of the name `ParamValidationError`; `input` is what it is about */
export function inServiceWords(error: AwsError, input: Fields): AwsError {
  const [, ...lines] = error.message.split('\n');
  const mistyped = lines.map((line) => TYPE.exec(line)).find((match) => match !== null);
  if (mistyped !== undefined) return new AwsError('SerializationException', typeFault(mistyped, input));
  const faults = lines.map((line) => constraintFault(line, input));
  const errors = faults.length === 1 ? 'error' : 'errors';
  return new AwsError('ValidationException', `${faults.length} validation ${errors} detected: ${faults.join('; ')}`);
}

function typeFault([, path = '', found = '', wanted = '']: RegExpExecArray, input: Fields): string {
  if (found === 'dict') return 'Start of structure or map found where not expected.';
  if (found === 'list') return 'Start of list found where not expected';
  const target = TARGETS[wanted];
  if (target === undefined) return `Unexpected value type in payload for ${path}`;
  const token = found === 'bool' ? (at(input, path) === true ? 'TRUE_VALUE' : 'FALSE_VALUE') : (TOKENS[found] ?? found);
  return `${token} can not be converted to ${target === 'Integer' ? 'an' : 'a'} ${target}`;
}

function constraintFault(line: string, input: Fields): string {
  const missing = MISSING.exec(line);
  if (missing !== null) {
    const [, parent = '', name = ''] = missing;
    const path = parent === 'input' ? name : `${servicePath(parent)}.${name}`;
    return `Value null at '${path}' failed to satisfy constraint: Member must not be null`;
  }
  const bound = BOUND.exec(line);
  if (bound === null) return line;
  const [, path = '', what = '', least = ''] = bound;
  const value = at(input, path);
  const text = Array.isArray(value) ? '[]' : String(value);
  const shown = SECRETS.has(path) ? 'Value' : `Value '${text}'`;
  return `${shown} at '${servicePath(path)}' failed to satisfy constraint: Member must have ${what} greater than or equal to ${least}`;
}

/** `tags[0].key` as the service writes it: `tags.1.member.key`. */
const servicePath = (path: string): string =>
  path.replace(/\[(\d+)\]/g, (_, index: string) => `.${Number(index) + 1}.member`);

function at(input: Fields, path: string): unknown {
  let value: unknown = input;
  for (const name of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    value = (value as Fields | undefined)?.[name];
  }
  return value;
}

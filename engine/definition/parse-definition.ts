/**
 * From the text of a definition to what the interpreter runs. Every fault in the text is reported at once; a
 * definition with a fault has no compiled form.
 */
import type { Ambient } from '../expression/jsonata-functions.ts';
import { isObject, type JsonValue, utf8Bytes } from '../json.ts';
import { type Diagnostic, Diagnostics } from './diagnostics.ts';
import type { Definition } from './model.ts';
import { parseGraph } from './parse-graph.ts';
import type { ParserSettings } from './parser.ts';

const TOP_LEVEL = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'];
export const MAX_DEFINITION_BYTES = 1_048_576;
const MAX_TIMEOUT_SECONDS = 99_999_999;

export interface ParsedDefinition {
  /** undefined when there is an error among the diagnostics. */
  readonly definition: Definition | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** `type` is that of the machine: Express has no callbacks. */
export function parseDefinition(text: string, ambient: Ambient, type = 'STANDARD'): ParsedDefinition {
  const diagnostics = new Diagnostics();
  const failed = (code: string, message: string): ParsedDefinition => {
    diagnostics.report(code, '/', message);
    return { definition: undefined, diagnostics: diagnostics.found };
  };
  if (utf8Bytes(text) > MAX_DEFINITION_BYTES) {
    return failed(
      'INVALID_JSON_DESCRIPTION',
      `A definition has at most ${MAX_DEFINITION_BYTES} bytes, not ${utf8Bytes(text)}`,
    );
  }
  let root: JsonValue;
  try {
    root = JSON.parse(text) as JsonValue;
  } catch (thrown) {
    return failed('INVALID_JSON_DESCRIPTION', (thrown as Error).message);
  }
  if (!isObject(root)) return failed('SCHEMA_VALIDATION_FAILED', 'Expected value of type Object');
  for (const field of Object.keys(root)) {
    if (!TOP_LEVEL.includes(field)) diagnostics.schema(`/${field}`, `Field '${field}' is not supported`);
  }
  const language = root['QueryLanguage'] ?? 'JSONPath';
  if (language !== 'JSONPath' && language !== 'JSONata') {
    diagnostics.schema('/QueryLanguage', 'Value is not valid. Expected one of [JSONPath, JSONata]');
  }
  const timeoutSeconds = root['TimeoutSeconds'];
  const validTimeout =
    typeof timeoutSeconds === 'number' && timeoutSeconds >= 1 && timeoutSeconds <= MAX_TIMEOUT_SECONDS;
  if (timeoutSeconds !== undefined && !validTimeout) {
    diagnostics.schema('/TimeoutSeconds', `Expected a number from 1 to ${MAX_TIMEOUT_SECONDS}`);
  }
  const variableReferences: Record<string, readonly string[]> = {};
  const settings: ParserSettings = {
    diagnostics,
    ambient,
    variableReferences,
    language: language === 'JSONata' ? 'JSONata' : 'JSONPath',
    express: type === 'EXPRESS',
    graph: (fields, pointer) => parseGraph(settings, fields, pointer),
  };
  const graph = parseGraph(settings, root, '');
  if (diagnostics.failed) return { definition: undefined, diagnostics: diagnostics.found };
  const definition: Definition = Object.freeze({
    graph,
    ...(validTimeout && { timeoutSeconds }),
    variableReferences: Object.freeze(variableReferences),
  });
  return { definition, diagnostics: diagnostics.found };
}

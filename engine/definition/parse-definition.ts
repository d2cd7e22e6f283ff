/**
 * From the text of a definition to what the interpreter runs. Every fault in the text is reported at once; a
 * definition with a fault has no compiled form.
 */
import type { Ambient } from '../expression/jsonata-functions.ts';
import { isObject, type JsonValue, nestingDepth, utf8Bytes } from '../json.ts';
import { type Diagnostic, Diagnostics } from './diagnostics.ts';
import type { Definition } from './model.ts';
import { checkUniqueNames } from './nesting.ts';
import { parseGraph } from './parse-graph.ts';
import type { ParserSettings } from './parser.ts';

const TOP_LEVEL = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'];
export const MAX_DEFINITION_BYTES = 1_048_576;
/** What a parser of JSON on AWS takes; what is read here recurses. */
const MAX_DEPTH = 1_000;
/** Of the language; there has been no other. */
const VERSION = '1.0';
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
  const fault = tooMuch(text);
  if (fault !== undefined) return failed('INVALID_JSON_DESCRIPTION', fault);
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
  if ((root['Version'] ?? VERSION) !== VERSION) {
    diagnostics.schema('/Version', `Value is not valid. Expected one of [${VERSION}]`);
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
    graph: (fields, pointer, express = settings.express) => parseGraph({ ...settings, express }, fields, pointer),
  };
  const graph = parseGraph(settings, root, '');
  checkUniqueNames(graph, diagnostics);
  if (diagnostics.failed) return { definition: undefined, diagnostics: diagnostics.found };
  const definition: Definition = Object.freeze({
    graph,
    ...(validTimeout && { timeoutSeconds }),
    variableReferences: Object.freeze(variableReferences),
  });
  return { definition, diagnostics: diagnostics.found };
}

/** Why a text is not even parsed: its size or its depth; undefined when it may be. */
export function tooMuch(text: string): string | undefined {
  const bytes = utf8Bytes(text);
  if (bytes > MAX_DEFINITION_BYTES) return `A definition has at most ${MAX_DEFINITION_BYTES} bytes, not ${bytes}`;
  const depth = nestingDepth(text);
  return depth > MAX_DEPTH ? `A definition is nested at most ${MAX_DEPTH} deep, not ${depth}` : undefined;
}

/**
 * The reader that the parts of the parser share: it knows where in the document it is, which query language holds
 * there, and turns fields into templates while it collects what is wrong with them.
 */
import { compileJsonataTemplate, literal, variablesOf } from '../expression/compile-template.ts';
import { JsonataSyntaxError, type ResultCheck } from '../expression/jsonata.ts';
import type { Ambient } from '../expression/jsonata-functions.ts';
import {
  compilePath,
  compilePayloadTemplate,
  PathSyntaxError,
  parseReferencePath,
} from '../expression/jsonpath-compile.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Assign, DataFlow, Graph, QueryLanguage, Template } from './model.ts';

export interface ParserSettings {
  readonly diagnostics: Diagnostics;
  readonly ambient: Ambient;
  readonly variableReferences: Record<string, readonly string[]>;
  /** The language of the whole machine: what a state has that names none. */
  readonly language: QueryLanguage;
  readonly express: boolean;
  /** Reads a graph inside a state: states hold graphs that hold states. `express` overrides the type around it. */
  readonly graph: (fields: JsonObject, pointer: string, express?: boolean) => Graph;
}

export class FieldReader {
  readonly fields: JsonObject;
  readonly language: QueryLanguage;
  /** JSON pointer of the object that is being read. */
  readonly pointer: string;
  readonly settings: ParserSettings;
  readonly variables: Set<string>;

  constructor(
    settings: ParserSettings,
    fields: JsonObject,
    pointer: string,
    language: QueryLanguage,
    variables: Set<string> = new Set(),
  ) {
    this.settings = settings;
    this.fields = fields;
    this.pointer = pointer;
    this.language = language;
    this.variables = variables;
  }

  /** A reader for an object below this one, e.g. one Catch. */
  inner(fields: JsonObject, below: string): FieldReader {
    return new FieldReader(this.settings, fields, `${this.pointer}/${below}`, this.language, this.variables);
  }

  has(field: string): boolean {
    return Object.hasOwn(this.fields, field);
  }

  fault(field: string, message: string): undefined {
    this.settings.diagnostics.schema(field === '' ? this.pointer : `${this.pointer}/${field}`, message);
    return undefined;
  }

  string(field: string): string | undefined {
    const value = this.fields[field];
    if (value === undefined) return undefined;
    return typeof value === 'string' ? value : this.fault(field, `Expected value of type String`);
  }

  requiredString(field: string): string {
    if (!this.has(field)) this.fault('', `These fields are required: [${field}]`);
    return this.filledString(field) ?? '';
  }

  /** A name that leads somewhere, such as that of the next state: it is not empty. */
  filledString(field: string): string | undefined {
    const value = this.string(field);
    return value === '' ? this.fault(field, 'Expected a String that is not empty') : value;
  }

  objects(field: string): JsonObject[] {
    const value = this.fields[field];
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every(isObject)) return value;
    this.fault(field, 'Expected value of type Array of Objects');
    return [];
  }

  number(field: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.fields[field];
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= least && value <= most) return value;
    return this.fault(field, `Expected a number from ${least} to ${most}, got ${JSON.stringify(value)}`);
  }

  /** Runs a compilation; a syntax error becomes a diagnostic at the field. */
  private compiling(field: string, compile: () => Template): Template | undefined {
    try {
      const template = compile();
      variablesOf(template, this.variables);
      return template;
    } catch (thrown) {
      if (thrown instanceof JsonataSyntaxError || thrown instanceof PathSyntaxError)
        return this.fault(field, thrown.message);
      if (thrown instanceof RangeError) return this.fault(field, 'The expression is nested too deep');
      throw thrown;
    }
  }

  /** A JSONata field; `location` overrides its name in causes. */
  jsonata(field: string, check: ResultCheck = 'any', location = field): Template | undefined {
    const value = this.fields[field];
    if (value === undefined) return undefined;
    return this.compiling(field, () => compileJsonataTemplate(value, location, this.settings.ambient, check));
  }

  /** A JSONPath payload template (`Parameters` and its like): keys that end in `.$` hold paths or intrinsics. */
  payload(field: string): Template | undefined {
    const value = this.fields[field];
    if (value === undefined) return undefined;
    return this.compiling(field, () => compilePayloadTemplate(value, field, this.settings.ambient));
  }

  /** A JSONPath path field; null stays null where the field allows it. */
  path(field: string): Template | null | undefined {
    const value = this.fields[field];
    if (value === undefined) return undefined;
    if (value === null) return null;
    if (typeof value !== 'string') return this.fault(field, 'Expected value of type String');
    return this.compiling(field, () => ({
      kind: 'expression',
      expression: compilePath(value, field, this.settings.ambient),
    }));
  }

  /** A value given literally or, in JSONPath, by a sibling field that ends in `Path`. */
  valueOrPath(field: string, check: ResultCheck = 'any'): Template | undefined {
    if (this.language === 'JSONata') return this.jsonata(field, check);
    const pathField = `${field}Path`;
    if (this.has(field) && this.has(pathField)) {
      return this.fault('', `Only one of these fields may be given: [${field}, ${pathField}]`);
    }
    if (this.has(pathField)) return this.path(pathField) ?? undefined;
    const value = this.fields[field];
    return value === undefined ? undefined : literal(value);
  }

  /** A field that is a constant whatever it looks like, as `Result` of a Pass. */
  literalOf(field: string): Template | undefined {
    const value = this.fields[field];
    return value === undefined ? undefined : literal(value);
  }

  /** `Error` and `Cause` of a Fail: a text, an expression, or by path. */
  textOrPath(field: string): Template | undefined {
    if (typeof this.fields[field] !== 'string' && this.has(field))
      return this.fault(field, 'Expected value of type String');
    return this.valueOrPath(field);
  }

  resultPath(): readonly (string | number)[] | null | undefined {
    const value = this.fields['ResultPath'];
    if (value === undefined) return undefined;
    if (value === null) return null;
    try {
      if (typeof value === 'string') return parseReferencePath(value);
    } catch (thrown) {
      if (thrown instanceof PathSyntaxError) return this.fault('ResultPath', thrown.message);
      throw thrown;
    }
    return this.fault('ResultPath', 'Expected value of type String');
  }

  assign(): Assign | undefined {
    const value = this.fields['Assign'];
    if (value === undefined) return undefined;
    if (!isObject(value)) return this.fault('Assign', 'Expected value of type Object');
    const template = this.language === 'JSONata' ? this.jsonata('Assign') : this.payload('Assign');
    if (template === undefined) return undefined;
    return entriesOf(template);
  }

  flow(argumentsField: 'Arguments' | 'Parameters' | 'none' = 'none'): DataFlow {
    if (this.language === 'JSONata') {
      const args = this.jsonata('Arguments');
      const output = this.jsonata('Output');
      return { language: 'JSONata', ...(args && { arguments: args }), ...(output && { output }) };
    }
    const inputPath = this.path('InputPath');
    const outputPath = this.path('OutputPath');
    const parameters = argumentsField === 'none' ? undefined : this.payload('Parameters');
    const resultSelector = this.payload('ResultSelector');
    const resultPath = this.resultPath();
    return {
      language: 'JSONPath',
      ...(inputPath !== undefined && { inputPath }),
      ...(outputPath !== undefined && { outputPath }),
      ...(parameters && { parameters }),
      ...(resultSelector && { resultSelector }),
      ...(resultPath !== undefined && { resultPath }),
    };
  }
}

function entriesOf(template: Template): Assign {
  if (template.kind === 'object') return template.entries;
  if (template.kind === 'literal' && isObject(template.value)) {
    return Object.entries(template.value).map(([name, value]: [string, JsonValue]) => [name, literal(value)] as const);
  }
  return [];
}

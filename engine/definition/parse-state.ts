/** Reads one state of a definition into its frozen form: a table by type that the compiler proves complete. */

import { jsonataSource } from '../expression/jsonata.ts';
import type { StateType } from '../history/records.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { TaskPattern } from '../terms.ts';
import { belongsToOtherLanguage, isStateType, STATE_TYPES, unknownFields } from './fields.ts';
import type { Graph, QueryLanguage, State, StateOf } from './model.ts';
import { parseChoices } from './parse-choice.ts';
import { parseDistribution } from './parse-distribution.ts';
import { parseCatch, parseRetry } from './parse-recovery.ts';
import { FieldReader, type ParserSettings } from './parser.ts';
import { parseResource } from './resource.ts';
import { isTimestamp } from './timestamp.ts';

type StateParser<T extends StateType> = (
  reader: FieldReader,
  base: { name: string; next: string | null },
) => StateOf<T>;
const MAX_SECONDS = 99_999_999;

const PARSERS: { readonly [T in StateType]: StateParser<T> } = {
  Task: parseTask,
  Pass: (reader, base) => {
    const result = reader.literalOf('Result');
    return { Type: 'Pass', ...shared(reader, base.name, 'Parameters'), next: base.next, ...(result && { result }) };
  },
  Choice: (reader, base) => ({
    Type: 'Choice',
    ...shared(reader, base.name),
    choices: parseChoices(reader),
    otherwise: reader.filledString('Default') ?? null,
  }),
  Wait: parseWait,
  Succeed: (reader, base) => ({ Type: 'Succeed', ...shared(reader, base.name) }),
  Fail: (reader, base) => {
    const error = reader.textOrPath('Error');
    const cause = reader.textOrPath('Cause');
    return { Type: 'Fail', ...shared(reader, base.name), ...(error && { error }), ...(cause && { cause }) };
  },
  Parallel: (reader, base) => ({
    Type: 'Parallel',
    ...shared(reader, base.name, 'Parameters'),
    next: base.next,
    ...recovery(reader),
    branches: parseBranches(reader),
  }),
  Map: parseMap,
};

export function parseState(
  settings: ParserSettings,
  name: string,
  fields: JsonObject,
  pointer: string,
): State | undefined {
  const language = languageOf(settings, fields, pointer);
  const reader = new FieldReader(settings, fields, pointer, language);
  const type = fields['Type'];
  if (!isStateType(type)) {
    reader.fault(
      type === undefined ? '' : 'Type',
      type === undefined
        ? 'These fields are required: [Type]'
        : `The field 'Type' should have one of these values: [${STATE_TYPES.join(', ')}]`,
    );
    return undefined;
  }
  for (const field of unknownFields(type, language, Object.keys(fields))) {
    const hint = belongsToOtherLanguage(type, language, field) ? ` when the query language is ${language}` : '';
    reader.fault(field, `Field '${field}' is not supported${hint}`);
  }
  const state = PARSERS[type](reader, { name, next: nextOf(reader, type) });
  if (reader.variables.size > 0) settings.variableReferences[name] = [...reader.variables].sort();
  return Object.freeze(state);
}

function languageOf(settings: ParserSettings, fields: JsonObject, pointer: string): QueryLanguage {
  const given = fields['QueryLanguage'];
  if (given === undefined) return settings.language;
  if (given === 'JSONata' || (given === 'JSONPath' && settings.language === 'JSONPath')) return given;
  settings.diagnostics.schema(
    pointer,
    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
  );
  return settings.language;
}

function nextOf(reader: FieldReader, type: StateType): string | null {
  if (type === 'Choice' || type === 'Succeed' || type === 'Fail') return null;
  const end = reader.fields['End'];
  if (end !== undefined && typeof end !== 'boolean') reader.fault('End', 'Expected value of type Boolean');
  if (reader.has('Next') === (end === true)) {
    reader.fault('', reader.has('Next') ? "Only one of 'Next' and 'End' may be given" : "Missing 'Next' or 'End'");
  }
  return reader.filledString('Next') ?? null;
}

function shared(reader: FieldReader, name: string, argumentsField: 'Parameters' | 'none' = 'none') {
  const assign = reader.assign();
  return { name, flow: reader.flow(argumentsField), ...(assign && { assign }) };
}

function recovery(reader: FieldReader) {
  return { retry: parseRetry(reader), catch: parseCatch(reader) };
}

function parseTask(reader: FieldReader, base: { name: string; next: string | null }): StateOf<'Task'> {
  const resource = reader.requiredString('Resource');
  const target = parseResource(resource);
  if (target?.pattern === 'activity' && reader.settings.express) {
    reader.fault('Resource', 'Express state machine does not support Activity ARN');
  }
  if (target !== undefined && reader.settings.express && isCallback(target.pattern)) {
    const suffix = target.pattern === 'waitForTaskToken' ? '.waitForTaskToken' : '.sync';
    reader.fault('Resource', `Express state machine does not support '${suffix}' service integration `);
  }
  if (target === undefined && resource !== '') {
    reader.fault(
      'Resource',
      `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
    );
  }
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) {
    checkSeconds(reader, field, 1);
  }
  const credentialsFields = reader.fields['Credentials'];
  if (isObject(credentialsFields) && !('RoleArn' in credentialsFields) && !('RoleArn.$' in credentialsFields)) {
    reader.fault('Credentials', "The field 'RoleArn' is required but was missing");
  }
  const timeoutSeconds = reader.valueOrPath('TimeoutSeconds');
  const heartbeatSeconds = reader.valueOrPath('HeartbeatSeconds');
  const credentials = reader.language === 'JSONata' ? reader.jsonata('Credentials') : reader.payload('Credentials');
  return {
    Type: 'Task',
    ...shared(reader, base.name, 'Parameters'),
    next: base.next,
    ...recovery(reader),
    target: target ?? {
      resource,
      service: '',
      action: '',
      pattern: 'requestResponse',
      eventResource: '',
      eventResourceType: '',
    },
    ...(timeoutSeconds && { timeoutSeconds }),
    ...(heartbeatSeconds && { heartbeatSeconds }),
    ...(credentials && { credentials }),
  };
}

function isCallback(pattern: TaskPattern): boolean {
  return pattern === 'waitForTaskToken' || pattern === 'sync' || pattern === 'sync2';
}

/** A number within its bounds, or in JSONata an expression for one. */
function checkSeconds(reader: FieldReader, field: string, least: number): void {
  const value = reader.fields[field];
  const computed = reader.language === 'JSONata' && typeof value === 'string' && jsonataSource(value) !== undefined;
  if (!computed) reader.number(field, least, MAX_SECONDS);
}

function parseWait(reader: FieldReader, base: { name: string; next: string | null }): StateOf<'Wait'> {
  const given = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'].filter((field) => reader.has(field));
  if (given.length !== 1) {
    reader.fault('', 'Exactly one of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]');
  }
  checkSeconds(reader, 'Seconds', 0);
  const text = reader.fields['Timestamp'];
  if (text !== undefined && typeof text !== 'string') reader.fault('Timestamp', 'Expected value of type String');
  if (typeof text === 'string' && !isTimestamp(text) && !(reader.language === 'JSONata' && text.startsWith('{%'))) {
    reader.fault('Timestamp', 'String does not match RFC3339 timestamp');
  }
  const seconds = reader.valueOrPath('Seconds');
  const timestamp = reader.valueOrPath('Timestamp');
  return {
    Type: 'Wait',
    ...shared(reader, base.name),
    next: base.next,
    ...(seconds && { seconds }),
    ...(timestamp && { timestamp }),
  };
}

function parseBranches(reader: FieldReader): readonly Graph[] {
  const branches = reader.objects('Branches');
  if (branches.length === 0) reader.fault('Branches', 'Expected a non-empty array of branches');
  return branches.map((fields, index) => reader.settings.graph(fields, `${reader.pointer}/Branches[${index}]`));
}

function parseMap(reader: FieldReader, base: { name: string; next: string | null }): StateOf<'Map'> {
  const field = reader.has('Iterator') ? 'Iterator' : 'ItemProcessor';
  const processor = reader.fields[field];
  if (!isObject(processor)) reader.fault('', 'These fields are required: [ItemProcessor]');
  const graphFields = isObject(processor) ? processor : {};
  const distribution = parseDistribution(reader, graphFields, field);
  const items =
    reader.language === 'JSONata' ? reader.jsonata('Items', 'array') : (reader.path('ItemsPath') ?? undefined);
  const itemSelector =
    reader.language === 'JSONata'
      ? reader.jsonata('ItemSelector')
      : reader.payload(reader.has('ItemSelector') ? 'ItemSelector' : 'Parameters');
  const maxConcurrency = reader.valueOrPath('MaxConcurrency');
  const toleratedCount = reader.valueOrPath('ToleratedFailureCount');
  const toleratedPercentage = reader.valueOrPath('ToleratedFailurePercentage');
  return {
    Type: 'Map',
    ...shared(reader, base.name),
    next: base.next,
    ...recovery(reader),
    ...(distribution && { distribution }),
    processor: reader.settings.graph(graphFields, `${reader.pointer}/${field}`, distribution?.express),
    ...(items && { items }),
    ...(itemSelector && { itemSelector }),
    ...(maxConcurrency && { maxConcurrency }),
    ...(toleratedCount && { toleratedCount }),
    ...(toleratedPercentage && { toleratedPercentage }),
  };
}

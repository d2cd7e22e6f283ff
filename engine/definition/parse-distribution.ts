/** Reads what makes a Map distributed: ProcessorConfig, Label, ItemReader, ItemBatcher, ResultWriter. */
import { isObject, type JsonObject } from '../json.ts';
import type { Distribution, InputType, ItemBatcher, ItemReader, ResultWriter, Template } from './model.ts';
import type { FieldReader } from './parser.ts';

const DISTRIBUTED_ONLY = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'];
const MAX_LABEL = 40;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule forbids control characters in labels
const BAD_LABEL = /[\s?*<>{}[\]:;,\\|^~$#%&`"\u0000-\u001f\u007f-\u009f]/;
const DELIMITERS: Readonly<Record<string, string>> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' };
const S3 = /^arn:aws[a-z-]*:states:[a-z0-9-]*:(?:\d{12})?:s3:(getObject|listObjectsV2|putObject)$/;

/** undefined for an inline Map. */
export function parseDistribution(
  reader: FieldReader,
  processor: JsonObject,
  processorField: string,
): Distribution | undefined {
  const config = processor['ProcessorConfig'];
  const inner = reader.inner(isObject(config) ? config : {}, `${processorField}/ProcessorConfig`);
  const mode = oneOf(inner, 'Mode', ['INLINE', 'DISTRIBUTED']) ?? 'INLINE';
  const executionType = oneOf(inner, 'ExecutionType', ['STANDARD', 'EXPRESS']);
  if (mode === 'INLINE') {
    if (executionType !== undefined) inner.fault('ExecutionType', "Field 'ExecutionType' needs the Mode DISTRIBUTED");
    for (const field of DISTRIBUTED_ONLY) {
      if (reader.has(field)) reader.fault(field, `Field '${field}' is only supported when the Mode is DISTRIBUTED`);
    }
    return undefined;
  }
  if (reader.settings.express)
    inner.fault('Mode', 'Express state machine does not support Map states of mode DISTRIBUTED');
  if (executionType === undefined) inner.fault('', 'These fields are required: [ExecutionType]');
  return Object.freeze({
    express: executionType === 'EXPRESS',
    label: parseLabel(reader),
    reader: parseReader(reader),
    batcher: parseBatcher(reader),
    writer: parseWriter(reader),
    processorText: JSON.stringify(processor),
  });
}

function oneOf<T extends string>(reader: FieldReader, field: string, allowed: readonly T[]): T | undefined {
  const value = reader.string(field);
  if (value === undefined || allowed.includes(value as T)) return value as T | undefined;
  return reader.fault(field, `Value is not valid. Expected one of [${allowed.join(', ')}]`);
}

function parseLabel(reader: FieldReader): string | undefined {
  const label = reader.string('Label');
  if (label === undefined) return undefined;
  if (label === '') return reader.fault('Label', 'Label cannot be empty');
  if (label.length > MAX_LABEL) return reader.fault('Label', `Label cannot exceed ${MAX_LABEL} characters`);
  const bad = BAD_LABEL.exec(label)?.[0];
  return bad === undefined ? label : reader.fault('Label', `Label contains invalid character: ${JSON.stringify(bad)}`);
}

function innerOf(reader: FieldReader, field: string): FieldReader | undefined {
  const value = reader.fields[field];
  if (value === undefined) return undefined;
  if (isObject(value)) return reader.inner(value, field);
  return reader.fault(field, 'Expected value of type Object');
}

function operationOf(reader: FieldReader, allowed: readonly string[]): { resource: string; operation: string } {
  const resource = reader.requiredString('Resource');
  const operation = S3.exec(resource)?.[1] ?? '';
  if (resource !== '' && !allowed.includes(operation)) {
    const expected = allowed.map((name) => `arn:aws:states:::s3:${name}`).join(', ');
    reader.fault('Resource', `Value is not valid. Expected one of [${expected}]`);
  }
  return { resource, operation };
}

function parametersOf(reader: FieldReader, at: string): Template | undefined {
  return reader.language === 'JSONata'
    ? reader.jsonata('Arguments', 'any', `${at}/Arguments`)
    : reader.payload('Parameters');
}

function parseReader(state: FieldReader): ItemReader | undefined {
  const reader = innerOf(state, 'ItemReader');
  if (reader === undefined) return undefined;
  const { resource, operation } = operationOf(reader, ['getObject', 'listObjectsV2']);
  const config = innerOf(reader, 'ReaderConfig') ?? reader.inner({}, 'ReaderConfig');
  const lists = operation === 'listObjectsV2';
  const flatten = oneOf(config, 'Transformation', ['NONE', 'LOAD_AND_FLATTEN']) === 'LOAD_AND_FLATTEN';
  const inputType: InputType | undefined = oneOf(config, 'InputType', ['CSV', 'JSON', 'JSONL', 'MANIFEST', 'PARQUET']);
  if (inputType === undefined && !config.has('InputType') && (!lists || flatten))
    reader.fault(reader.has('ReaderConfig') ? 'ReaderConfig' : '', 'These fields are required: [InputType]');
  return Object.freeze({
    resource,
    operation: lists ? 'listObjectsV2' : 'getObject',
    parameters: parametersOf(reader, 'ItemReader'),
    inputType: inputType ?? 'JSON',
    manifest:
      oneOf(config, 'ManifestType', ['S3_INVENTORY', 'ATHENA_DATA']) ??
      (inputType === 'MANIFEST' ? 'S3_INVENTORY' : undefined),
    csvHeaders: inputType === 'CSV' ? csvHeadersOf(config) : undefined,
    csvDelimiter: DELIMITERS[oneOf(config, 'CSVDelimiter', Object.keys(DELIMITERS)) ?? 'COMMA'] ?? ',',
    maxItems: config.valueOrPath('MaxItems'),
    flatten,
    itemsPointer: config.string('ItemsPointer'),
  });
}

function csvHeadersOf(config: FieldReader): readonly string[] | undefined {
  const location = oneOf(config, 'CSVHeaderLocation', ['FIRST_ROW', 'GIVEN']);
  if (location === undefined && !config.has('CSVHeaderLocation'))
    config.fault('', 'These fields are required: [CSVHeaderLocation]');
  if (location !== 'GIVEN') return undefined;
  const headers = config.fields['CSVHeaders'];
  if (Array.isArray(headers) && headers.every((header) => typeof header === 'string')) return headers;
  return config.fault(config.has('CSVHeaders') ? 'CSVHeaders' : '', 'CSVHeaders must be an array of strings');
}

function parseBatcher(state: FieldReader): ItemBatcher | undefined {
  const reader = innerOf(state, 'ItemBatcher');
  if (reader === undefined) return undefined;
  const maxItems = reader.valueOrPath('MaxItemsPerBatch');
  const maxBytes = reader.valueOrPath('MaxInputBytesPerBatch');
  if (maxItems === undefined && maxBytes === undefined) {
    reader.fault('', 'At least one of these fields is required: [MaxItemsPerBatch, MaxInputBytesPerBatch]');
  }
  const batchInput =
    reader.language === 'JSONata'
      ? reader.jsonata('BatchInput', 'any', 'ItemBatcher/BatchInput')
      : reader.payload('BatchInput');
  return Object.freeze({ maxItems, maxBytes, batchInput });
}

function parseWriter(state: FieldReader): ResultWriter | undefined {
  const reader = innerOf(state, 'ResultWriter');
  if (reader === undefined) return undefined;
  const config = innerOf(reader, 'WriterConfig') ?? reader.inner({}, 'WriterConfig');
  if (!reader.has('Resource') && !reader.has('WriterConfig'))
    reader.fault('', 'At least one of these fields is required: [Resource, WriterConfig]');
  if (reader.has('Resource')) operationOf(reader, ['putObject']);
  return Object.freeze({
    parameters: reader.has('Resource') ? parametersOf(reader, 'ResultWriter') : undefined,
    transformation: oneOf(config, 'Transformation', ['NONE', 'COMPACT', 'FLATTEN']) ?? 'NONE',
    outputType: oneOf(config, 'OutputType', ['JSON', 'JSONL']) ?? 'JSON',
  });
}

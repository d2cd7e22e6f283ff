/**
 * `node test/tooling/make-service-shapes.mjs DATA_DIR`: writes engine/inspection/service-shapes.ts, the response shapes
 * that TestState holds mocked results against, from AWS's own API models in botocore's `data` folder
 * (https://github.com/boto/botocore, Apache-2.0; e.g. `pip install botocore`). The JavaScript SDK's schemas cannot
 * serve: they carry neither enumerations nor ranges.
 */
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const [data] = process.argv.slice(2);
if (data === undefined) {
  console.error('usage: node test/tooling/make-service-shapes.mjs BOTOCORE_DATA_DIR');
  process.exit(2);
}

/** Services with all their actions: those that workflows call most. */
const WHOLE = {
  dynamodb: 'dynamodb',
  events: 'eventbridge',
  'geo-routes': 'georoutes',
  kinesis: 'kinesis',
  kms: 'kms',
  lambda: 'lambda',
  location: 'location',
  neptunedata: 'neptunedata',
  s3: 's3',
  scheduler: 'scheduler',
  secretsmanager: 'secretsmanager',
  sns: 'sns',
  sqs: 'sqs',
  stepfunctions: 'sfn',
  sts: 'sts',
};
/** Services with the actions of their optimised integration only, and those that `.sync` polls. */
const PARTLY = {
  athena: ['athena', ['StartQueryExecution', 'StopQueryExecution', 'GetQueryExecution', 'GetQueryResults']],
  batch: ['batch', ['SubmitJob', 'DescribeJobs']],
  codebuild: ['codebuild', ['StartBuild', 'StopBuild', 'BatchDeleteBuilds', 'BatchGetReports', 'StartBuildBatch']],
  databrew: ['databrew', ['StartJobRun']],
  ecs: ['ecs', ['RunTask', 'DescribeTasks']],
  'emr-serverless': ['emr-serverless', ['CreateApplication', 'StartJobRun', 'CancelJobRun']],
  glue: ['glue', ['StartJobRun', 'GetJobRun']],
  mediaconvert: ['mediaconvert', ['CreateJob']],
  sagemaker: [
    'sagemaker',
    ['CreateTrainingJob', 'CreateTransformJob', 'CreateModel', 'CreateEndpoint', 'UpdateEndpoint'],
  ],
};
/**
 * Where TestState is known to differ from the model: it refuses a MemorySize above 10,240, the limit of ordinary
 * functions, while the model allows the 32,768 of managed instances.
 */
const CORRECTIONS = { lambda: { MemorySize: { max: 10_240 } } };

function modelOf(service) {
  const folder = path.join(data, service);
  const version = fs.readdirSync(folder).sort().at(-1);
  const file = path.join(folder, version, 'service-2.json');
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8'));
  return JSON.parse(zlib.gunzipSync(fs.readFileSync(`${file}.gz`)).toString('utf8'));
}

const pascal = (name) => name[0].toUpperCase() + name.slice(1);
const camel = (name) => name[0].toLowerCase() + name.slice(1);

/** Shapes get numbers in the order in which they are met; a primitive is a letter. */
function encode(service, wanted) {
  const { shapes, operations } = modelOf(service);
  const numbers = new Map();
  const table = [];
  const numbered = (name, make) => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const number = table.push(null) - 1;
    numbers.set(name, number);
    table[number] = make();
    return number;
  };
  const reference = (name) => {
    const shape = { ...shapes[name], ...CORRECTIONS[service]?.[name] };
    if (shape.document) return '*';
    switch (shape.type) {
      case 'string':
        return shape.enum === undefined ? 's' : numbered(name, () => ({ e: shape.enum }));
      case 'character':
      case 'timestamp':
        return 's';
      case 'boolean':
        return 'b';
      case 'integer':
      case 'long':
      case 'float':
      case 'double': {
        if (shape.min === undefined && shape.max === undefined) return 'n';
        return numbered(name, () => ({ n: [shape.min ?? null, shape.max ?? null] }));
      }
      case 'list':
        return numbered(name, () => ({ l: reference(shape.member.shape) }));
      case 'map':
        return numbered(name, () => ({ m: reference(shape.value.shape) }));
      case 'structure':
        return numbered(name, () => {
          const fields = Object.entries(shape.members).map(([field, { shape: inner }]) => [
            pascal(field),
            reference(inner),
          ]);
          const required = (shape.required ?? []).map(pascal);
          return { f: Object.fromEntries(fields), ...(required.length > 0 && { r: required }) };
        });
      default:
        return '*';
    }
  };
  const actions = Object.entries(operations)
    .filter(([name, { output }]) => output !== undefined && (wanted === undefined || wanted.includes(name)))
    .map(([name, { output }]) => [camel(name), reference(output.shape)]);
  return JSON.stringify({ actions: Object.fromEntries(actions), shapes: table });
}

const services = [
  ...Object.entries(WHOLE).map(([service, name]) => [name, encode(service)]),
  ...Object.entries(PARTLY).map(([service, [name, wanted]]) => [name, encode(service, wanted)]),
].sort((a, b) => (a[0] < b[0] ? -1 : 1));

const quoted = (name) => (/^[a-z0-9]+$/i.test(name) ? name : `'${name}'`);
const text = `/**
 * The response shapes of AWS services, as JSON that is parsed when a mocked result is first held against one. Written
 * by test/tooling/make-service-shapes.mjs from AWS's API models; not to be edited. \`actions\` leads to a number in
 * \`shapes\`. A shape is a letter (s text, n number, b boolean, * anything), or the number of an object: e enumeration,
 * n range, l list of, m map of, f fields with r those required.
 */
export const SERVICE_SHAPES: Readonly<Record<string, string>> = {
${services.map(([name, json]) => `  ${quoted(name)}: ${json.includes('\\') ? 'String.raw' : ''}\`${json}\`,`).join('\n')}
};
`;
if (services.some(([, json]) => json.includes('`')))
  throw new Error('A model has a backtick; the template needs another quote');
fs.writeFileSync('engine/inspection/service-shapes.ts', text);
console.log(`${services.length} services, ${text.length} characters`);

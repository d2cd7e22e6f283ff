/** A function as its template describes it, read once. */
import { join } from 'node:path';
import { fileAsset } from '../../assembly/assets.ts';
import { UnknownToRegionError } from '../../errors.ts';
import type { ResourceContext } from '../../service.ts';
import {
  type Fields,
  knownFields,
  optionalNumber,
  optionalString,
  requiredString,
} from '../eventbridge/known-fields.ts';

export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Folder that the bundle lies in. */
  readonly codeDirectory: string;
  /** File without extension, and the export in it. */
  readonly handlerFile: string;
  readonly handlerExport: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** At most this many environments at once; undefined for the account's limit. */
  readonly reservedConcurrency: number | undefined;
  readonly deadLetterArn: string | undefined;
}

/** How failed asynchronous invocations are retried and where they end. */
export interface AsyncSettings {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  readonly onFailureArn: string | undefined;
  readonly onSuccessArn: string | undefined;
}

export const DEFAULT_ASYNC_SETTINGS: AsyncSettings = {
  maximumRetryAttempts: 2,
  maximumEventAgeMs: 6 * 3_600_000,
  onFailureArn: undefined,
  onSuccessArn: undefined,
};

export const FUNCTION_PROPERTIES = [
  'FunctionName',
  'Code',
  'Handler',
  'Role',
  'Environment',
  'Timeout',
  'MemorySize',
  'ReservedConcurrentExecutions',
  'DeadLetterConfig',
  'Runtime',
  'PackageType',
];

export const FUNCTION_INERT = [
  'Description',
  'Architectures',
  'TracingConfig',
  'LoggingConfig',
  'VpcConfig',
  'KmsKeyArn',
  'Tags',
  'Layers',
  'EphemeralStorage',
  'SnapStart',
  'RuntimeManagementConfig',
  'RecursiveLoop',
];

function codeDirectory(code: Fields, context: ResourceContext, where: string): string {
  const key = optionalString(code, 'S3Key');
  if (key !== undefined) return fileAsset(context.assemblyDirectory, key);
  throw new UnknownToRegionError('Code without S3Key', where, 'give the code as an asset of a folder');
}

export function parseFunction(context: ResourceContext, arnOf: (name: string) => string): FunctionDefinition {
  const { properties } = context;
  const where = `${context.stackName}/${context.logicalId}`;
  const name = optionalString(properties, 'FunctionName') ?? context.generatedName(64);
  const runtime = optionalString(properties, 'Runtime') ?? '';
  if (!runtime.startsWith('nodejs')) {
    throw new UnknownToRegionError(`runtime ${runtime}`, where, 'the region runs nodejs functions');
  }
  const handler = requiredString(properties, 'Handler', where);
  const dot = handler.lastIndexOf('.');
  const { Variables: variables = {} } = knownFields(properties['Environment'] ?? {}, ['Variables'], where) as {
    Variables?: Record<string, unknown>;
  };
  const deadLetter = knownFields(properties['DeadLetterConfig'] ?? {}, ['TargetArn'], where);
  return {
    name,
    arn: arnOf(name),
    roleArn: requiredString(properties, 'Role', where),
    codeDirectory: codeDirectory(properties['Code'] as Fields, context, where),
    handlerFile: handler.slice(0, dot),
    handlerExport: handler.slice(dot + 1),
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
    timeoutMs: (optionalNumber(properties, 'Timeout', where) ?? 3) * 1000,
    memoryMb: optionalNumber(properties, 'MemorySize', where) ?? 128,
    reservedConcurrency: optionalNumber(properties, 'ReservedConcurrentExecutions', where),
    deadLetterArn: optionalString(deadLetter, 'TargetArn'),
  };
}

/** The environment variables that the Lambda runtime sets; no `AWS_EXECUTION_ENV`, so that X-Ray stays off. */
export function runtimeVariables(definition: FunctionDefinition, region: string): Record<string, string> {
  return {
    ...definition.environment,
    AWS_REGION: region,
    // Signatures are made with them and not verified: the region knows which role calls.
    AWS_ACCESS_KEY_ID: 'ASIAREGION0000000000',
    AWS_SECRET_ACCESS_KEY: 'region',
    AWS_SESSION_TOKEN: definition.name,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: '/var/task',
    _HANDLER: `${definition.handlerFile}.${definition.handlerExport}`,
    TZ: ':UTC',
  };
}

/** Where the bundle's main file may be, in the order that Lambda tries. */
export function handlerPaths(definition: FunctionDefinition): readonly string[] {
  return ['.js', '.cjs'].map((extension) => join(definition.codeDirectory, `${definition.handlerFile}${extension}`));
}

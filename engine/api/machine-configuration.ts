/** The configurations of a machine that the engine keeps and answers: checked, and completed with AWS's defaults. */
import { EngineError } from '../errors.ts';
import { isObject } from '../json.ts';

const DEFAULT_LOGGING = { level: 'OFF', includeExecutionData: false };
const DEFAULT_ENCRYPTION = { type: 'AWS_OWNED_KEY' };

/** Throws InvalidLoggingConfiguration unless there is one destination, or none at level OFF. */
export function loggingOf(given: object | undefined): object {
  const logging: { level?: unknown; destinations?: unknown } = { ...DEFAULT_LOGGING, ...given };
  const destinations = Array.isArray(logging.destinations) ? (logging.destinations as unknown[]) : [];
  if (destinations.length > 1 || (logging.level !== 'OFF' && destinations.length === 0)) {
    throw invalidLogging('Must specify exactly one Log Destination.');
  }
  const [destination] = destinations;
  if (destination !== undefined && !isLogGroup(destination)) throw invalidLogging('Invalid log destination.');
  return logging;
}

function isLogGroup(destination: unknown): boolean {
  const group = isObject(destination) ? destination['cloudWatchLogsLogGroup'] : undefined;
  const arn = isObject(group) ? group['logGroupArn'] : undefined;
  return typeof arn === 'string' && /^arn:aws[a-z-]*:logs:[^:]*:\d{12}:log-group:[^:]+:\*$/.test(arn);
}

function invalidLogging(reason: string): EngineError {
  return new EngineError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${reason}`);
}

/** Throws InvalidEncryptionConfiguration for a key without its type, or a type without its key. */
export function encryptionOf(given: object | undefined): object {
  const encryption: { type?: string; kmsKeyId?: string; kmsDataKeyReusePeriodSeconds?: number } =
    given ?? DEFAULT_ENCRYPTION;
  const ownKey = encryption.type === 'CUSTOMER_MANAGED_KMS_KEY';
  if (ownKey && encryption.kmsKeyId === undefined) {
    throw invalidEncryption('kmsKeyId must be specified for type CUSTOMER_MANAGED_KMS_KEY');
  }
  if (!ownKey && (encryption.kmsKeyId ?? encryption.kmsDataKeyReusePeriodSeconds) !== undefined) {
    throw invalidEncryption('kmsKeyId and kmsDataKeyReusePeriodSeconds need type CUSTOMER_MANAGED_KMS_KEY');
  }
  return encryption;
}

function invalidEncryption(reason: string): EngineError {
  return new EngineError('InvalidEncryptionConfiguration', `Invalid Encryption Configuration: '${reason}'`);
}

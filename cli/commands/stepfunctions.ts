/** `stepfunctions`: Step Functions by itself on a port, in the place of AWS's Step Functions Local. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import colors from 'picocolors';
import { KitError } from '../../engine/testkit/index.ts';
import { JournalError, openStepFunctions, type Region, SqliteJournal } from '../../region/index.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf, readText } from '../files.ts';
import { openLogFile } from '../log-file.ts';
import { factor, logTo, url, wholeNumber } from '../options.ts';
import { STEP_FUNCTIONS_FOLDER } from '../project.ts';

interface StepFunctionsOptions {
  readonly port: number;
  readonly data: string;
  readonly mocks?: string;
  readonly speed: number;
  readonly waitTimeScale: number;
  readonly skipWaits?: boolean;
  readonly lambdaEndpoint?: string;
  readonly sqsEndpoint?: string;
  readonly snsEndpoint?: string;
  readonly dynamodbEndpoint?: string;
  readonly s3Endpoint?: string;
  readonly accountId: string;
  readonly region: string;
  readonly verbose?: boolean;
}

const JOURNAL_FILE = 'journal.sqlite';

const EXAMPLES = `
Examples:
  $ perfect-order stepfunctions --lambda-endpoint http://127.0.0.1:3001
  $ perfect-order stepfunctions --mocks MockConfigFile.json --skip-waits
  $ aws stepfunctions --endpoint-url http://127.0.0.1:8083 list-state-machines
  $ aws stepfunctions --endpoint-url http://127.0.0.1:8083 start-execution --state-machine-arn ARN#TestCase

Executions are kept in --data and go on with the next start. Ctrl-C ends it.`;

const endpointOf = (service: string): Option =>
  new Option(`--${service}-endpoint <url>`, `where tasks find ${service}`)
    .env(`${service.toUpperCase()}_ENDPOINT`)
    .argParser(url);

export function stepFunctionsCommand(): Command {
  return new Command('stepfunctions')
    .description('run AWS Step Functions by itself, with its executions on disk')
    .option('--port <number>', 'to listen on', wholeNumber(0, 65_535), 8083)
    .option('--data <folder>', 'where state machines and executions are kept', STEP_FUNCTIONS_FOLDER)
    .addOption(new Option('--mocks <file>', 'a MockConfigFile of Step Functions Local').env('SFN_MOCK_CONFIG'))
    .option('--speed <factor>', 'seconds of the executions in a real one', factor(0.001, 10_000), 1)
    .addOption(
      new Option('--wait-time-scale <factor>', 'how long Wait states take, as a part of what they say')
        .env('WAIT_TIME_SCALE')
        .argParser(factor(0, 1000))
        .default(1),
    )
    .addOption(new Option('--skip-waits', 'Wait states take no time').conflicts('waitTimeScale'))
    .addOption(endpointOf('lambda'))
    .addOption(endpointOf('sqs'))
    .addOption(endpointOf('sns'))
    .addOption(endpointOf('dynamodb'))
    .addOption(endpointOf('s3'))
    .addOption(new Option('--account-id <digits>', 'of the ARNs').env('AWS_ACCOUNT_ID').default('123456789012'))
    .addOption(new Option('--region <name>', 'of the ARNs').env('AWS_DEFAULT_REGION').default('us-east-1'))
    .addHelpText('after', EXAMPLES)
    .action(async (_: unknown, command: Command) => serve(command.optsWithGlobals<StepFunctionsOptions>()));
}

async function serve(options: StepFunctionsOptions): Promise<void> {
  const mocks = options.mocks === undefined ? undefined : readText(options.mocks);
  const journal = openJournal(options.data);
  const log = openLogFile(join(options.data, 'log.jsonl'));
  try {
    const region = await opened(options, journal, mocks, logTo(log, options.verbose === true));
    await runUntilStopped(region, options);
  } finally {
    log.close();
  }
  console.log(`Step Functions is closed. Its state is in ${options.data}.`);
}

function openJournal(folder: string): SqliteJournal {
  try {
    mkdirSync(folder, { recursive: true });
    return new SqliteJournal(join(folder, JOURNAL_FILE));
  } catch (error) {
    throw dataRefused(folder, error);
  }
}

function dataRefused(folder: string, error: unknown): CommandFailure {
  const remedy = 'give --data a folder of its own that can be written';
  return new CommandFailure('PO-106', `--data ${folder}: ${messageOf(error)}`, remedy, { cause: error });
}

async function opened(
  options: StepFunctionsOptions,
  journal: SqliteJournal,
  mocks: string | undefined,
  log: ReturnType<typeof logTo>,
): Promise<Region> {
  const { speed, skipWaits = false, waitTimeScale, accountId, region } = options;
  const { lambdaEndpoint: lambda, sqsEndpoint: sqs, snsEndpoint: sns, s3Endpoint: s3 } = options;
  const given = Object.entries({ lambda, sqs, sns, dynamodb: options.dynamodbEndpoint, s3 });
  const endpoints = Object.fromEntries(given.filter(([, endpoint]) => endpoint !== undefined));
  const credentials = credentialsOf(process.env);
  try {
    return await openStepFunctions({
      journal,
      clock: { mode: 'scaled', startAt: new Date().toISOString(), speed },
      waitTimeScale: skipWaits ? 0 : waitTimeScale,
      endpoints,
      accountId,
      region,
      log,
      ...(mocks !== undefined && { mocks }),
      ...(credentials && { credentials }),
    });
  } catch (error) {
    if (error instanceof JournalError) throw dataRefused(options.data, error);
    if (!(error instanceof KitError)) throw error;
    const remedy = 'give --mocks a MockConfigFile as Step Functions Local takes it';
    throw new CommandFailure('PO-107', `--mocks ${options.mocks}: ${error.message}`, remedy, { cause: error });
  }
}

function credentialsOf(env: NodeJS.ProcessEnv) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = env;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }) };
}

/** Until Ctrl-C. */
async function runUntilStopped(region: Region, { port, data }: StepFunctionsOptions): Promise<void> {
  const close = (): void => void region.close();
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
  try {
    const ended = region.run();
    const { url: address } = await listenOn(region, port);
    console.log(`${colors.bold('Step Functions')} at ${colors.cyan(address)}, state in ${data}. Ctrl-C ends it.`);
    await ended;
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const remedy = 'start it again: what was answered is kept; --verbose shows more';
    throw new CommandFailure('PO-401', `Step Functions broke: ${messageOf(error)}`, remedy, { cause: error });
  } finally {
    process.off('SIGINT', close);
    process.off('SIGTERM', close);
    await region.close();
  }
}

async function listenOn(region: Region, port: number): ReturnType<Region['listen']> {
  try {
    return await region.listen(port);
  } catch (error) {
    throw new CommandFailure('PO-203', `port ${port}: ${messageOf(error)}`, 'give another --port', { cause: error });
  }
}

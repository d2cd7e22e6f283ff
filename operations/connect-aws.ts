/**
 * A connection to what is deployed, by the AWS SDK alone: an account by its standard credentials, or a region on this
 * machine by the address of its port. The stacks' outputs are read from one SSM parameter, so nothing but a login (or
 * the address) has to be known.
 */
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { BOARD_CLOCK } from '../functions/platform/board-items.ts';
import { OUTPUTS_PARAMETER } from '../functions/platform/tables.ts';
import { BoardFeed } from './board/board-feed.ts';
import { type Deployed, type OperatorTime, openDeployed } from './deployed.ts';
import { OperationError, operationErrorOf } from './operation-error.ts';
import { hostTime, seenTime } from './operator-time.ts';

export interface Connection {
  /** Address of a region's port, e.g. `http://127.0.0.1:4566`; without it the account is meant. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Named profile of the AWS configuration files. */
  readonly profile?: string;
  /** Of a region's port only: the name of the role to act as; without it the account's owner. */
  readonly actAs?: string;
}

const DEFAULT_REGION = 'us-east-1';
/** A change is noted as its time and the order's id. */
const TIME_LENGTH = '2026-01-31T08:00:00.000Z'.length;

/**
 * @throws OperationError NOT_DEPLOYED when the app's parameter is not there, LOGIN_EXPIRED, UNREACHABLE, FORBIDDEN;
 * BAD_INPUT for an address that is none
 */
export async function connectAws(connection: Connection = {}): Promise<Deployed> {
  const { endpoint } = connection;
  const configuration = configurationOf(connection);
  const clients = new Map<unknown, object>();
  const sdk = <T extends object>(Client: new (configuration: never) => T): T => {
    const known = clients.get(Client);
    if (known !== undefined) return known as T;
    const made = new Client(configuration as never);
    clients.set(Client, made);
    return made;
  };
  const time = endpoint === undefined ? hostTime() : seenTime();
  try {
    const outputs = await readOutputs(sdk(SSMClient));
    const region = await sdk(SSMClient).config.region();
    const deployed = openDeployed({
      sdk,
      outputs,
      time,
      target: { region, ...(endpoint === undefined ? {} : { endpoint }) },
    });
    if (endpoint !== undefined) await readClock(deployed, time);
    return deployed;
  } catch (error) {
    throw operationErrorOf(error) ?? error;
  }
}

function configurationOf({ endpoint, region, profile, actAs }: Connection): Readonly<Record<string, unknown>> {
  if (endpoint === undefined) {
    return { ...(region === undefined ? {} : { region }), ...(profile === undefined ? {} : { profile }) };
  }
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    throw new OperationError('BAD_INPUT', `'${endpoint}' is no address`, 'Give one like http://127.0.0.1:4566.');
  }
  return {
    endpoint,
    region: region ?? DEFAULT_REGION,
    // A region reads who calls from the access key's id, and no signature.
    credentials: { accessKeyId: actAs ?? 'owner', secretAccessKey: 'not-verified' },
    forcePathStyle: true,
    // The address has no subdomains for the services that put their name in front.
    disableHostPrefix: true,
  };
}

async function readOutputs(parameters: SSMClient): Promise<Readonly<Record<string, string>>> {
  const { Parameter } = await parameters.send(new GetParameterCommand({ Name: OUTPUTS_PARAMETER }));
  return JSON.parse(Parameter?.Value ?? '{}') as Readonly<Record<string, string>>;
}

/** Reads how late it is there: the projection is told every minute, and before the first its newest change tells. */
export async function readClock(deployed: Deployed, time: OperatorTime = deployed.time): Promise<void> {
  const { Item } = await deployed.documents.send(
    new GetCommand({ TableName: deployed.output('BoardTableName'), Key: { orderId: BOARD_CLOCK } }),
  );
  const at: unknown = Item?.['at'];
  if (typeof at === 'string') {
    time.saw(at);
    return;
  }
  for (const changedAt of Object.values(await new BoardFeed(deployed).newest())) {
    if (changedAt !== '') time.saw(changedAt.slice(0, TIME_LENGTH));
  }
}

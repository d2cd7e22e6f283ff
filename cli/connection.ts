/**
 * What a command speaks to, by AWS's APIs alone: a region on this machine by the address of its port, or an account by the
 * standard credentials. Without a word of it on the command line it is the region that runs in this folder, if one does.
 */
import { type Command, Option } from 'commander';
import { connectAws, type Deployed, type Identity, OperationError, whoAmI } from '../operations/index.ts';
import { announcedUrl } from './commands/running-region.ts';
import { CommandFailure } from './failures.ts';
import { url } from './options.ts';

export interface ConnectionOptions {
  readonly endpoint?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly as?: string;
}

/** Adds the options that say what is spoken to. */
export function withConnection(command: Command): Command {
  return command
    .addOption(new Option('--endpoint <url>', "of a region's port; default: the region that runs here").argParser(url))
    .addOption(new Option('--profile <name>', 'of the AWS configuration: an account').conflicts('endpoint'))
    .addOption(new Option('--region <name>', 'of the account'))
    .addOption(new Option('--as <role>', 'in a region: the role to act as').conflicts('profile'));
}

/** @throws CommandFailure PO-200, PO-208, PO-209, PO-210 */
export async function connect(options: ConnectionOptions): Promise<Deployed> {
  const { profile, region, as: actAs } = options;
  const wantsAccount = profile !== undefined || region !== undefined;
  const endpoint = options.endpoint ?? (wantsAccount ? undefined : announcedUrl());
  try {
    return await connectAws({
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(profile === undefined ? {} : { profile }),
      ...(region === undefined ? {} : { region }),
      ...(actAs === undefined ? {} : { actAs }),
    });
  } catch (error) {
    throw noWayIn(error, endpoint, wantsAccount);
  }
}

export interface Session {
  readonly deployed: Deployed;
  readonly identity: Identity;
}

/** For what changes something: with who does it. */
export async function connectAsMe(options: ConnectionOptions): Promise<Session> {
  const deployed = await connect(options);
  return { deployed, identity: await whoAmI(deployed) };
}

function noWayIn(error: unknown, endpoint: string | undefined, wantsAccount: boolean): unknown {
  if (error instanceof OperationError && error.code === 'UNREACHABLE' && endpoint !== undefined) {
    const remedy = 'start a region with `npm start`, or give the --endpoint of one that runs';
    return new CommandFailure('PO-200', `no region answers at ${endpoint}`, remedy, { cause: error });
  }
  // The SDK gives this error no name of its own.
  const isPlaceMissing = error instanceof Error && error.message === 'Region is missing';
  const isLoginMissing = error instanceof OperationError && error.code === 'LOGIN_EXPIRED';
  if (endpoint !== undefined || !(isPlaceMissing || isLoginMissing)) return error;
  const what = isPlaceMissing ? 'no AWS region is set' : `no AWS login works: ${error.message}`;
  const message = wantsAccount ? what : `no region runs here, and ${what}`;
  const account = isPlaceMissing ? 'give --region or set AWS_REGION' : 'log in again (for example `aws sso login`)';
  const remedy = wantsAccount
    ? account
    : `start a region with \`npm start\`, give --endpoint, or, for an account, ${account}`;
  return new CommandFailure('PO-209', message, remedy, { cause: error });
}

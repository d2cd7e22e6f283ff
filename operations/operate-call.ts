/** Asks the function `operate-order`, which alone may take a stopped order up again or touch the ledger. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { OperateAnswer, OperateRequest } from '../workflows/order-lifecycle/operate-order.ts';
import type { Deployed } from './deployed.ts';
import { OperationError } from './operation-error.ts';

const text = new TextDecoder();

/** @throws OperationError WRONG_STATE with what the function said, when it stopped with an error; every request can be repeated */
export async function operate(
  { functions, output }: Pick<Deployed, 'functions' | 'output'>,
  request: OperateRequest,
): Promise<OperateAnswer> {
  const { FunctionError, Payload } = await functions.send(
    new InvokeCommand({
      FunctionName: output('OperateOrderFunctionName'),
      Payload: new TextEncoder().encode(JSON.stringify(request)),
    }),
  );
  const answer: unknown = JSON.parse(Payload === undefined ? 'null' : text.decode(Payload));
  if (FunctionError === undefined) return answer as OperateAnswer;
  const { errorType = FunctionError, errorMessage = '' } = (answer ?? {}) as Record<string, string>;
  throw new OperationError(
    'WRONG_STATE',
    `operate-order stopped with ${errorType}: ${errorMessage}`,
    'Ask again; if it stays, read the log of the function operate-order.',
  );
}

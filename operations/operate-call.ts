/** Asks the function `operate-order`, which alone may take a stopped order up again or touch the ledger. */
import type { OperateAnswer, OperateRequest } from '../workflows/order-lifecycle/operate-order.ts';
import { callFunction } from './call-function.ts';
import type { Deployed } from './deployed.ts';

/** @throws OperationError with what the function said, when it stopped with an error; every request can be repeated */
export const operate = (
  deployed: Pick<Deployed, 'functions' | 'output'>,
  request: OperateRequest,
): Promise<OperateAnswer> =>
  callFunction(deployed, { name: 'operate-order', output: 'OperateOrderFunctionName' }, request);

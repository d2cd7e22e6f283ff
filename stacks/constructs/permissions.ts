/**
 * What a function or task may do, one call per fact: the environment variable that names a resource and the actions on
 * exactly that resource are given together, so that a function knows of nothing that it may not use, and the reverse.
 */
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { OrderTable } from './order-table.ts';

/** A function or a task: something with a role and an environment. */
export interface Caller extends IGrantable {
  setVariable(name: string, value: string): void;
}

export type ReadAction = 'GetItem' | 'BatchGetItem' | 'Query';
export type WriteAction = 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem' | 'BatchWriteItem';

const WRITES: ReadonlySet<string> = new Set([
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'ConditionCheckItem',
  'BatchWriteItem',
]);
const READ_WITH_KEY = ['kms:Decrypt', 'kms:DescribeKey'];
const WRITE_WITH_KEY = [...READ_WITH_KEY, 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

export function allow(caller: Caller, actions: readonly string[], resources: readonly string[]): void {
  caller.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
}

/** Item actions on a table. A transaction is allowed by the actions of its parts. */
export function allowTable(
  caller: Caller,
  target: OrderTable,
  ...actions: readonly (ReadAction | WriteAction)[]
): void {
  caller.setVariable(target.variable, target.tableName);
  allow(
    caller,
    actions.map((action) => `dynamodb:${action}`),
    [target.tableArn],
  );
  allow(caller, actions.some((action) => WRITES.has(action)) ? WRITE_WITH_KEY : READ_WITH_KEY, [target.keyArn]);
}

/** Queries of one index of a table. */
export function allowIndex(caller: Caller, target: OrderTable, index: string): void {
  caller.setVariable(target.variable, target.tableName);
  allow(caller, ['dynamodb:Query'], [`${target.tableArn}/index/${index}`]);
  allow(caller, READ_WITH_KEY, [target.keyArn]);
}

/** Sends to a queue whose URL the caller finds in `variable`. */
export function allowSending(caller: Caller, queue: IQueue, variable: string): void {
  caller.setVariable(variable, queue.queueUrl);
  allow(caller, ['sqs:SendMessage'], [queue.queueArn]);
  if (queue.encryptionMasterKey !== undefined) allowKey(caller, queue.encryptionMasterKey);
}

/** Publishes to a topic whose ARN the caller finds in `variable`. */
export function allowPublishing(caller: Caller, topic: ITopic, key: IKey, variable: string): void {
  caller.setVariable(variable, topic.topicArn);
  allow(caller, ['sns:Publish'], [topic.topicArn]);
  allowKey(caller, key);
}

export type Answer = 'SendTaskSuccess' | 'SendTaskFailure' | 'SendTaskHeartbeat';

/** Answers the task tokens of one machine, or of several, in the ways named. */
export function allowAnswering(
  caller: Caller,
  machine: string | readonly string[],
  ...answers: readonly Answer[]
): void {
  allow(
    caller,
    answers.map((answer) => `states:${answer}`),
    [machine].flat(),
  );
}

/** The signal ledger: its item of the order, and the answer to the order's wait when signal and wait have met. */
export function allowLedger(caller: Caller, ledger: OrderTable, orderMachines: readonly string[]): void {
  allowTable(caller, ledger, 'GetItem', 'UpdateItem');
  allowAnswering(caller, orderMachines, 'SendTaskSuccess', 'SendTaskFailure');
}

export function allowStarting(caller: Caller, machine: string, variable: string): void {
  caller.setVariable(variable, machine);
  allow(caller, ['states:StartExecution'], [machine]);
}

/** Encrypts and decrypts with the product's key. */
export function allowKey(caller: Caller, key: IKey): void {
  allow(caller, ['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn]);
}

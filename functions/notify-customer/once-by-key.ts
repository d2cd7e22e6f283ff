/**
 * Runs a sending once per key: the Powertools idempotency record of the key is written before and completed after it.
 * A crash in between leaves a record that lapses with the invocation, and the message goes out then; so a key is
 * sent again only where nobody can know whether the first sending arrived.
 */
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';

/** Queues keep a message for two weeks at most; a key is remembered longer. */
const REMEMBER_SECONDS = 15 * 86_400;

export interface OnceByKey {
  /** Tells how long the invocation has left; call it first in the handler. */
  enter(context: Context): void;
  /** The same function, run once per first argument and answering later calls with the first result. */
  wrap<Message extends object, Result extends Readonly<Record<string, string>>>(
    send: (key: string, message: Message) => Promise<Result>,
  ): (key: string, message: Message) => Promise<Result>;
}

export function onceByKey(client: DynamoDBClient, tableName: string): OnceByKey {
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName, awsSdkV3Client: client });
  const config = new IdempotencyConfig({ expiresAfterSeconds: REMEMBER_SECONDS });
  return {
    enter: (context) => config.registerLambdaContext(context),
    wrap<Message extends object, Result extends Readonly<Record<string, string>>>(
      send: (key: string, message: Message) => Promise<Result>,
    ) {
      // One prefix for all functions that notify: the key, which is the first argument, alone says what was sent.
      const options = { persistenceStore, config, keyPrefix: 'notification' };
      return makeIdempotent(send as (key: string, message: object) => Promise<Result>, options);
    },
  };
}

/**
 * The one logger, tracer and metrics of all functions, and the middy chain that every handler wears: structured logs
 * with the Lambda context, a trace segment per invocation, metrics flushed at its end.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';

export const logger = new Logger({ serviceName: 'perfect-order' });
export const tracer = new Tracer({ serviceName: 'perfect-order' });
export const metrics = new Metrics({ namespace: 'PerfectOrder', serviceName: 'perfect-order' });

/** Adds `amount` to a count metric of this invocation. */
export function count(name: string, amount = 1): void {
  metrics.addMetric(name, MetricUnit.Count, amount);
}

/** Annotates the trace and every later log line of this invocation, e.g. `identify({ orderId })`. */
export function identify(keys: Readonly<Record<string, string>>): void {
  logger.appendKeys(keys);
  for (const [key, value] of Object.entries(keys)) tracer.putAnnotation(key, value);
}

/**
 * Runs the work on one record of a batch in a subsegment of its own, which bears the keys: of records that are worked on
 * side by side, too. Log lines have to name their record themselves.
 */
export function forRecord<Result>(
  keys: Readonly<Record<string, string>>,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!tracer.isTracingEnabled()) return work();
  return tracer.provider.captureAsyncFunc('## record', async (subsegment) => {
    try {
      for (const [key, value] of Object.entries(keys)) tracer.putAnnotation(key, value);
      return await work();
    } catch (error) {
      tracer.addErrorAsMetadata(error as Error);
      throw error;
    } finally {
      subsegment?.close();
    }
  }) as Promise<Result>;
}

/** Time of the invocation: the only place where functions read the clock. */
export const now = (): Date => new Date();

/** Powertools' own middleware warns on every invocation that counted nothing, which is most of them. */
function publishMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/**
 * Wraps a handler's logic into the chain.
 * @example export const handler = lambda(async (event: Input) => archiveOrder(event, ports));
 */
export function lambda<Event, Result>(logic: (event: Event, context: Context) => Promise<Result>) {
  return middy<Event, Result>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .use({ after: publishMetrics, onError: publishMetrics })
    .handler(logic);
}

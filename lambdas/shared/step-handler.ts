import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { type FunctionName, runMetrics } from '../../lib/audit/contract.ts';
import { parseEvent } from '../../lib/audit/events.ts';

/** The context of a step's code beside its event. */
export interface StepTools {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** A handler as Lambda calls it. */
export type LambdaHandler<R> = (event: unknown, context: Context) => Promise<R>;

/**
 * The one stack of every step: log lines with the run's id, metrics, and an event of the step's own shape. Lambda
 * traces each invocation by itself; requests are not traced, since the URLs of webhooks are secrets. An error of the
 * step leaves as it is: Step Functions matches the `name` of the error.
 */
export const stepHandler = <E extends { readonly runId: string }, R>(
  step: FunctionName,
  schema: z.ZodType<E>,
  run: (event: E, tools: StepTools) => Promise<R>,
): LambdaHandler<R> => {
  const logger = new Logger();
  const metrics = new Metrics({ namespace: runMetrics.namespace });
  return middy<unknown, R>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(async (raw: unknown) => {
      const event = parseEvent(schema, step, raw);
      logger.appendKeys({ step, runId: event.runId, ...('accountId' in event ? { accountId: event.accountId } : {}) });
      try {
        const result = await run(event, { logger, metrics });
        logger.info('step done', { result });
        return result;
      } catch (error) {
        logger.error('step failed', error instanceof Error ? error : new Error(String(error)));
        throw error;
      } finally {
        if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      }
    });
};

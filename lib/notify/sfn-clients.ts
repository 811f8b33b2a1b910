import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { ExecutionStarter } from '../audit/fast-lane/note-changes.ts';
import { asService } from '../kit/classify-error.ts';
import { type SdkClientOptions, sdkClientOptions } from '../outbound/sdk-client-options.ts';

/** A Step Functions client. */
export const sfnClient = (options: SdkClientOptions): SFNClient => new SFNClient(sdkClientOptions(options));

/**
 * Starts executions by name. One that is open with the same input answers as if it had been started; one that is over
 * answers `ExecutionAlreadyExists`, which is as good: a name runs once in ninety days (Step Functions API reference,
 * "StartExecution"). Throws `ThrottledError` and `TransientError`, else the SDK's own error.
 */
export const stepFunctionsStarter = (options: {
  readonly client: SFNClient;
  readonly stateMachineArn: string;
}): ExecutionStarter => ({
  start: async (name, input) => {
    const { client, stateMachineArn } = options;
    const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
    try {
      await asService('start a fast run', () => client.send(command));
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ExecutionAlreadyExists')) throw error;
    }
  },
});

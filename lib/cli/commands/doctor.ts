import { Command } from 'commander';
import { ambientRegion, awsClients } from '../../collect/clients.ts';
import { systemClock } from '../../collect/clock.ts';
import { callerIdentity } from '../../collect/targets/caller-identity.ts';
import { readFailureFromError } from '../../collect/unread-from-error.ts';
import { doctorExitCode, examine } from '../../doctor/checks.ts';
import { publicLines } from '../../doctor/public-lines.ts';
import type { CheckLine } from '../../doctor/verdict.ts';
import { sfnClient } from '../../notify/sfn-clients.ts';
import { given, visible } from '../../text.ts';
import { readDeployment } from '../doctor/read-deployment.ts';
import { runNow } from '../doctor/run-now.ts';
import { readConfiguration, usualFile } from '../shell/configuration-file.ts';
import type { Io } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { marks } from '../shell/style.ts';
import { toolVersion } from '../shell/tool-version.ts';

interface Options {
  readonly config: string;
  readonly stack?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
  readonly report?: boolean;
  readonly run?: boolean;
}

const help = `
It reads, and changes nothing (but for --run): cloudformation:DescribeStacks,
scheduler:GetSchedule, dynamodb:Query, dynamodb:DescribeTable,
dynamodb:DescribeTimeToLive, cloudwatch:DescribeAlarms, sns:GetTopicAttributes,
sns:ListSubscriptionsByTopic, kms:GetKeyPolicy, sqs:GetQueueUrl,
sqs:GetQueueAttributes, servicequotas:GetServiceQuota,
servicequotas:GetAWSDefaultServiceQuota; with a fast lane
s3:ListBucket; where a cluster refused the auditor, eks:DescribeAccessEntry
and iam:GetRole. What it may not read is a question mark, never a tick.
Member roles and permissions are judged by what the last run was refused.

--run starts a run first and waits for it: states:StartExecution,
states:DescribeExecution and states:GetExecutionHistory.

Exit codes: 0 nothing is wrong, 1 something is wrong, 2 usage,
3 something could not be read.`;

/** `irsa-auditor doctor`: checks a deployment from outside. */
export const doctorCommand = (io: Io): Command =>
  new Command('doctor')
    .option('--config <file>', 'the configuration', usualFile)
    .option('--stack <name>', 'the stack (default: the name of the configuration)')
    .option('--region <region>', 'region of the stack (default: of your profile)')
    .option('--profile <name>', 'AWS profile')
    .option('--run', 'start a run first and wait for its end, with progress')
    .option('--json', 'the lines as JSON')
    .option('--report', 'the lines for a public report: ids and addresses replaced')
    .addHelpText('after', help)
    .action((options: Options) => doctor(options, io));

const doctor = async (options: Options, io: Io): Promise<void> => {
  const configuration = await readConfiguration(options.config, io);
  const { profile } = options;
  const endpoint = io.env.AWS_ENDPOINT_URL;
  const region = options.region ?? (await ambientRegion(profile));
  if (options.run && !(await ranNow({ name: configuration.name, region, ...given({ profile }) }, io))) return;
  const deployment = await readDeployment({
    ...{ configuration, toolVersion, now: io.now(), region },
    stack: options.stack ?? configuration.name,
    ...given({ profile }),
    ...(endpoint === undefined || endpoint === '' ? {} : { endpoint }),
  });
  const examined = examine(deployment);
  const lines = options.report ? publicLines(examined) : examined;
  if (options.report && !options.json)
    io.stdout.write(`irsa-auditor ${toolVersion}, Node.js ${process.versions.node}, ${visible(region)}\n`);
  if (options.json) io.stdout.write(jsonAnswer({ deployment: configuration.name, lines }));
  else for (const line of lines) io.stdout.write(lineOf(line));
  io.exit(doctorExitCode(lines));
};

/** Starts a run and waits. A run that fails is told by the lines that follow; false where none could be started. */
const ranNow = async (
  { name, ...where }: { readonly name: string; readonly region: string; readonly profile?: string },
  io: Io,
): Promise<boolean> => {
  const tell = (line: string) => io.stderr.write(`${line}\n`);
  const clients = awsClients(where);
  const client = sfnClient(where);
  try {
    const { accountId, partition } = await callerIdentity(clients.sts());
    const end = await runNow({
      client,
      stateMachineArn: `arn:${partition}:states:${where.region}:${accountId}:stateMachine:${name}`,
      name: `doctor-${io.now().replace(/[^0-9TZ]/g, '')}`,
      clock: systemClock,
      tell,
    });
    tell(
      end.ended === 'succeeded'
        ? 'the run succeeded'
        : `the run ${end.ended === 'skipped' ? 'was skipped' : 'did not succeed'}: ${visible(end.because)}`,
    );
    return true;
  } catch (error) {
    const { operation, message } = readFailureFromError(error, 'states:StartExecution');
    tell(`irsa-auditor: the run could not be started or followed: ${visible(`${operation}: ${message}`)}`);
    io.exit(3);
    return false;
  } finally {
    clients.close();
    client.destroy();
  }
};

const column = 15;

const lineOf = ({ check, result, text, fix }: CheckLine): string => {
  const after = fix === undefined ? '' : `\n${' '.repeat(column + 3)}${visible(fix)}`;
  return `${marks[result]} ${check.padEnd(column)} ${visible(text)}${after}\n`;
};

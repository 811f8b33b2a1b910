/**
 * A function as the template has it, and the variables of its process. Sources: Lambda Developer Guide, "Defined runtime
 * environment variables" and "Lambda quotas".
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** A function of the template. `timeout` in seconds, `memory` in MiB. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: number;
  readonly memory: number;
  readonly taskRoot: string;
  readonly logGroup: string;
  readonly logFormat: string;
}

/** The parts that the machine gives to every function: its keys, and its way to AWS. */
export interface FunctionPlace {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  /** Path of the file that the preload reads. */
  readonly network: string;
  /** Path of authorities that TLS clients trust beside the public ones. */
  readonly extraCertificates?: string;
}

/** The largest environment, in bytes. */
const mostEnvironment = 4 * 1024;

/** Names that the runtime sets: a function that sets one is refused (`CreateFunction`, InvalidParameterValueException). */
const reserved = [
  ...['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV'],
  ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
  ...['AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
];

/** AWS's runtime interface client. */
export const runtime = createRequire(import.meta.url).resolve('aws-lambda-ric/index.mjs');
/** The variables of a function. Throws where Lambda would refuse to create it. */
export const environmentOf = (
  { name, handler, environment, memory, taskRoot, logGroup, logFormat }: FunctionDefinition,
  { region, endpoint, credentials, extraCertificates }: FunctionPlace,
  runtimeApi: string,
): Readonly<Record<string, string>> => {
  const size = Buffer.byteLength(JSON.stringify(environment));
  if (size > mostEnvironment)
    throw new Error(`the environment of ${name} has ${size} bytes, Lambda takes at most ${mostEnvironment}`);
  const taken = Object.keys(environment).filter(key => reserved.includes(key));
  if (taken.length > 0) throw new Error(`the environment of ${name} sets ${taken.join(', ')}, which Lambda reserves`);
  return {
    ...environment,
    ...{ PATH: process.env.PATH ?? '', LANG: 'en_US.UTF-8', TZ: ':UTC' },
    ...{ AWS_REGION: region, AWS_DEFAULT_REGION: region, AWS_ENDPOINT_URL: endpoint, _HANDLER: handler },
    ...{ AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' },
    ...{ AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory) },
    ...{ AWS_LAMBDA_FUNCTION_VERSION: '1', AWS_LAMBDA_LOG_GROUP_NAME: logGroup, AWS_LAMBDA_LOG_STREAM_NAME: 'sandbox' },
    ...{ AWS_LAMBDA_LOG_FORMAT: logFormat, AWS_LAMBDA_LOG_LEVEL: 'INFO' },
    ...{ LAMBDA_TASK_ROOT: taskRoot, LAMBDA_RUNTIME_DIR: dirname(runtime), AWS_LAMBDA_RUNTIME_API: runtimeApi },
    ...{ AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR', AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000' },
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    ...(extraCertificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: extraCertificates }),
  };
};

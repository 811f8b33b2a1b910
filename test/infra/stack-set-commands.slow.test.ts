/**
 * The commands of docs/deploy.md that deploy to an organization, typed as they stand into the real AWS CLI, which checks them and
 * sends them here: each parameter is one of its template, none is missing, and an operation has its preferences. Source: CloudFormation
 * API Reference, `CreateStackSet`, `UpdateStackSet`, `CreateStackInstances`, `StackSetOperationPreferences`.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { bodyOf } from '../../sandbox/aws/request.ts';
import { programs } from '../support/programs.ts';

const run = promisify(execFile);
const page = readFileSync('docs/deploy.md', 'utf8');
const commands = [...page.matchAll(/^ *aws cloudformation (?:[^\n]*\\\n)*[^\n]*/gm)].map(([text]) =>
  text.replace(/\\\n/g, ' ').replace(/\s+/g, ' ').trim(),
);

let sent: URLSearchParams[] = [];
const server = createServer(async (request, response) => {
  const form = new URLSearchParams(await bodyOf(request));
  sent.push(form);
  const action = form.get('Action');
  response.setHeader('content-type', 'text/xml');
  response.end(
    `<${action}Response><${action}Result><OperationId>o-1</OperationId><StackSetId>s-1</StackSetId></${action}Result></${action}Response>`,
  );
});
let env: Record<string, string>;
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  env = {
    PATH: (await programs()).path,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' },
    ...{ AWS_DEFAULT_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '' },
  };
}, 300_000);
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The request of the CLI for a command. */
const typed = async (command: string): Promise<URLSearchParams> => {
  sent = [];
  const [program = '', ...args] = command.split(' ');
  await run(program, args, { env });
  const [form] = sent;
  if (form === undefined) throw new Error(`${command} sent nothing`);
  return form;
};
const valuesOf = (form: URLSearchParams, pattern: RegExp): readonly string[] =>
  [...form].flatMap(([key, value]) => (pattern.test(key) ? [value] : []));

interface Parameter {
  readonly Default?: string;
}
const parametersOf = (form: URLSearchParams): readonly (readonly [string, Parameter])[] =>
  Object.entries(parse(form.get('TemplateBody') ?? '', { logLevel: 'silent' }).Parameters);

test('there are two StackSets, one of which is updated', () => {
  const operations = commands.map(command => `${command.split(' ')[2]} ${/--stack-set-name (\S+)/.exec(command)?.[1]}`);
  expect(operations).toEqual([
    'create-stack-set irsa-auditor-read',
    'create-stack-instances irsa-auditor-read',
    'update-stack-set irsa-auditor-read',
    'create-stack-set irsa-auditor-events',
    'create-stack-instances irsa-auditor-events',
  ]);
});

test.each(commands.filter(command => command.includes('create-stack-set')))('%s', async command => {
  const form = await typed(command);
  const named = valuesOf(form, /^Parameters\.member\.\d+\.ParameterKey$/);
  const declared = parametersOf(form);
  expect(named.filter(name => !declared.some(([each]) => each === name))).toEqual([]);
  const wanted = declared.flatMap(([name, { Default }]) => (Default === undefined ? [name] : []));
  expect(wanted.filter(name => !named.includes(name))).toEqual([]);
  expect([form.get('PermissionModel'), form.get('AutoDeployment.Enabled')]).toEqual(['SERVICE_MANAGED', 'true']);
});

test.each(commands.filter(command => command.includes('update-stack-set')))('%s', async command => {
  const form = await typed(command);
  const named = valuesOf(form, /^Parameters\.member\.\d+\.ParameterKey$/);
  // One that is left out goes back to its default.
  expect([...named].sort()).toEqual(
    parametersOf(form)
      .map(([name]) => name)
      .sort(),
  );
});

test.each(commands.filter(command => /create-stack-instances|update-stack-set/.test(command)))(
  'does not stop at the first account that fails: %s',
  async command => {
    const form = await typed(command);
    const preferences = Object.fromEntries([...form].filter(([key]) => key.startsWith('OperationPreferences.')));
    expect(preferences).toEqual({
      'OperationPreferences.MaxConcurrentPercentage': '25',
      'OperationPreferences.FailureTolerancePercentage': '100',
      'OperationPreferences.ConcurrencyMode': 'SOFT_FAILURE_TOLERANCE',
    });
  },
);

test('each option of the page is a parameter of the template', () => {
  const { Parameters } = parse(readFileSync('docs/member-role.yaml', 'utf8'), { logLevel: 'silent' });
  const options = new Set([...page.matchAll(/`(Read[A-Z]\w+)`/g)].map(([, name]) => name));
  expect([...options].sort()).toEqual(
    Object.keys(Parameters)
      .filter(name => name.startsWith('Read'))
      .sort(),
  );
});

/**
 * `npm run door-calls`: the calls that the steps make, recorded at the door of the sandbox, one JSON object a line (docs/real-aws.md): `step`,
 * `action`, `resource` with `*` for what varies from one deployment to the next (account, region, partition, bucket, ids), and
 * `errorCode`, null where the call was allowed. Plays the default configuration; names of `test/support/door/configurations.ts` play those.
 */
import { writeFileSync } from 'node:fs';
import type { Recorded } from '../sandbox/door/start-door.ts';
import { functionNames } from '../lib/audit/contract.ts';
import { doorConfigurations } from '../test/support/door/configurations.ts';
import { behindDoor, play } from '../test/support/door/played-scenario.ts';

const file = 'test/fixtures/door-calls.jsonl';
const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : ['default'];

const lineOf = ({ principal, action, resource, errorCode }: Recorded): readonly string[] => {
  if (principal.kind !== 'session') return [];
  const step = functionNames.find(each => principal.roleArn.endsWith(`-${each}`));
  if (step === undefined) return [];
  const [arn = '', partition = '', service = '', ...rest] = resource.split(':');
  const varying = [arn, partition === '' ? '' : '*', service, ...rest].join(':');
  const pattern = varying
    .replace(/^arn:\*:s3:::[^/]+/, 'arn:*:s3:::*')
    .replace(/^(arn:\*:[^:]+):[^:]+:\d{12}:/, '$1:*:*:')
    .replace(/^(arn:\*:[^:]+)::\d{12}:/, '$1::*:')
    .replace(/\b\d{12}\b/g, '*')
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|fast-[0-9TZ:.%A-]+/g, '*');
  return [JSON.stringify({ step, action, resource: resource === '*' ? '*' : pattern, errorCode: errorCode ?? null })];
};

const lines = new Set<string>();
for (const [at, name] of names.entries()) {
  const configuration = doorConfigurations[name];
  if (configuration === undefined) throw new Error(`no configuration ${name}; want ${Object.keys(doorConfigurations)}`);
  const { recorded } = await behindDoor(configuration, play, { seed: 4 + at });
  for (const line of recorded.flatMap(lineOf)) lines.add(line);
}
writeFileSync(file, `${[...lines].sort().join('\n')}\n`);
process.stdout.write(`${lines.size} calls in ${file}\n`);
process.exit();

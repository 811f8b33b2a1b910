/** docs/first-hour.md followed line by line behind the door: each line of its table does what it says, `doctor --run` among them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { sandboxCredentials } from '../../../sandbox/aws/credentials.ts';
import { ofType } from '../../../sandbox/door/stack.ts';
import { runCommand } from '../../support/captured-io.ts';
import { behindDoor, type DoorWorld } from '../../support/door/played-scenario.ts';

const page = readFileSync('docs/first-hour.md', 'utf8');
/** The lines of the table: what to type, and what to expect. */
const lines = page
  .split('\n')
  .filter(line => /^\| \d+ \|/.test(line))
  .map(line => line.split('|').map(cell => cell.trim()))
  .map(([, , type = '', expected = '']) => ({ type, expected }));

const reader = 'platform@example.com';
const mail = { to: 'email', addresses: [reader] };
const configuration = { notifications: [mail], operations: mail };
const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-first-hour-'));
const before = { ...process.env };
afterAll(() => {
  process.env = before;
  rmSync(directory, { recursive: true, force: true });
});

/** Types a command of the page, with the keys of a person of the account. */
const typed = (world: DoorWorld, command: string, ...more: readonly string[]) => {
  const { accessKeyId, secretAccessKey } = sandboxCredentials(world.place.home);
  const env = {
    AWS_ENDPOINT_URL: world.door.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  Object.assign(process.env, env, { AWS_REGION: world.place.region, AWS_DEFAULT_REGION: world.place.region });
  const args = command.replace(/^npx --no-install irsa-auditor /, '').split(' ');
  return runCommand([...args, ...more], { cwd: directory, env: { ...env, AWS_REGION: world.place.region } });
};

/** The other side of each line of the table. Those that need a network or an account have the test that runs them. */
const steps: Readonly<Record<string, (world: DoorWorld, expected: string) => unknown>> = {
  '`npm ci`': () => expect(JSON.parse(readFileSync('package-lock.json', 'utf8')).lockfileVersion).toBe(3),
  '`npx --no-install irsa-auditor scan --region eu-west-1`': async world => {
    const { stdout, code } = await typed(world, `scan --region ${world.place.region} --no-issuers --no-in-cluster`);
    expect(stdout).toContain(world.place.home);
    expect([0, 1]).toContain(code);
    expect(world.door.recorded.filter(({ action }) => /:(?:Create|Put|Update|Delete)/.test(action))).toEqual([]);
  },
  '`npx cdk bootstrap`': () => expect(readFileSync('test/contract/deploy.slow.test.ts', 'utf8')).toContain('bootstrap'),
  'edit `irsa-auditor.config.json`: `notifications`, `operations`': () =>
    writeFileSync(join(directory, 'irsa-auditor.config.json'), JSON.stringify(configuration)),
  '`npx cdk diff`': ({ stack }, expected) => {
    const about = Number(/about (\d+) resources/.exec(expected)?.[1]);
    expect(Math.abs(stack.resources.length - about)).toBeLessThanOrEqual(about * 0.15);
  },
  '`npx cdk deploy`': ({ stack }, expected) => {
    const named = [...expected.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(2);
    expect(stack.outputs.map(({ key }) => key)).toEqual(expect.arrayContaining(named));
  },
  'follow the links in the mails from AWS: one for digests, one for alarms': async world => {
    world.unconfirmed.add(reader);
    const { stdout, code } = await typed(world, 'doctor --json');
    expect(JSON.stringify(JSON.parse(stdout).lines)).toContain(`${reader} has not confirmed`);
    expect(code).toBe(1);
    expect(ofType(world.stack, 'AWS::SNS::Subscription')).toHaveLength(2);
    world.unconfirmed.clear();
  },
  '`npx --no-install irsa-auditor doctor --run`': async world => {
    const { stdout, stderr, code } = await typed(world, 'doctor --run');
    expect(stderr).toMatch(/^run doctor-\S+ has started\n(?:[A-Z]\w+\n)*the run succeeded\n$/);
    expect(stdout.split('\n').filter(line => !/^(?:✔|$)/.test(line))).toEqual([]);
    expect(stdout.split('\n').length).toBeGreaterThan(10);
    expect(code).toBe(0);
  },
  'read the email': ({ taken }) => {
    expect(taken.messages.map(({ Subject }) => Subject)).toEqual([expect.stringMatching(/^\[\w+\] irsa-auditor: /)]);
  },
};

test('each line of the table is followed', async () => {
  expect(lines.map(({ type }) => type)).toEqual(Object.keys(steps));
  await behindDoor(
    () => configuration,
    async world => {
      for (const { type, expected } of lines) await steps[type]?.(world, expected);
      expect({ refused: world.door.refused(), faults: world.door.faults }).toEqual({ refused: [], faults: [] });
      // The commands under the table name what is there.
      const names = world.stack.resources.map(({ properties: { TableName, AlarmName } }) => TableName ?? AlarmName);
      for (const [, name] of page.matchAll(/--(?:table-name|alarm-name)\s+(\S+)/g)) expect(names).toContain(name);
    },
    { seed: 8 },
  );
});

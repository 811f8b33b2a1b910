/** A webhook whose secret is encrypted with a key of the customer: the grant of `secretKeyArn` reads it, and nothing else does. */
import { expect, test } from '@jest/globals';
import type { Document, Policies } from '../../../sandbox/door/policies.ts';
import { doorConfigurations, keyOfSecret } from '../../support/door/configurations.ts';
import { behindDoor, type DoorChoices, fullRun } from '../../support/door/played-scenario.ts';

/** The requests for the key of a full run, and how the run ended. */
const played = (choices: DoorChoices) =>
  behindDoor(
    place => doorConfigurations.chats?.(place) ?? {},
    async world => {
      const ended = await fullRun(world);
      const { recorded, faults } = world.door;
      expect(faults).toEqual([]);
      const ofKey = recorded.filter(({ resource }) => resource === keyOfSecret(world.place));
      return { ended, ofKey, refused: world.door.refused(), place: world.place };
    },
    { seed: 6, ...choices },
  );

const withoutKey = ({ identity, resource }: Policies): Policies => ({
  resource,
  identity: new Map(
    [...identity].map(([role, documents]) => [
      role,
      documents.map(({ name, policy }) => {
        const Statement = policy.Statement.filter(({ Action }) => JSON.stringify(Action) !== '"kms:Decrypt"');
        return { name, policy: { ...policy, Statement } };
      }),
    ]),
  ),
});

const policyOf = (Principal: object): Document => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*' }],
});

test('the key is used by the step that sends, through Secrets Manager, and the digest is sent', async () => {
  const { ended, ofKey, refused, place } = await played({});
  expect(refused).toEqual([]);
  expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { sent: true } });
  const { partition, home, region } = place;
  expect(ofKey).toEqual([
    expect.objectContaining({
      action: 'kms:Decrypt',
      principal: expect.objectContaining({ roleArn: expect.stringContaining(`arn:${partition}:iam::${home}:role/`) }),
      context: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
    }),
  ]);
});

test.each<readonly [string, DoorChoices]>([
  ['without its statement', { change: withoutKey }],
  ['whose policy names somebody else', { keyPolicy: policyOf({ AWS: 'arn:aws:iam::123456789012:root' }) }],
])('a key %s is refused; the refusal names the step, the key and the statement', async (_title, choices) => {
  const { refused, ofKey } = await played(choices);
  expect(ofKey.map(({ errorCode }) => errorCode)).toContain('AccessDeniedException');
  expect(refused.length).toBeGreaterThan(0);
  for (const sentence of refused) {
    expect(sentence).toContain('notify-drift');
    expect(sentence).toContain(`"Action":"kms:Decrypt","Resource":"${ofKey[0]?.resource}"`);
  }
});

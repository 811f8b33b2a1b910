/**
 * The mails of a run behind the door, as SNS filters them: a message with a form for each protocol has no attributes (SNS Developer Guide,
 * "Amazon SNS message attributes"), and a policy over attributes drops a message that has none (the same guide, "Key matching").
 */
import { expect, test } from '@jest/globals';
import { ofType } from '../../../sandbox/door/stack.ts';
import { behindDoor, fullRun } from '../../support/door/played-scenario.ts';

test('an address gets the text of what its filter asks for, once, and a queue that asks for the document gets that', async () => {
  await behindDoor(
    ({ home }) => ({
      operations: 'none',
      notifications: [
        { to: 'email', addresses: ['all@example.com'] },
        { to: 'email', addresses: ['own@example.com'], when: { accounts: [home], minSeverity: 'low' } },
        { to: 'email', addresses: ['other@example.com'], when: { accounts: ['999999999999'] } },
      ],
    }),
    async world => {
      const [topic] = ofType(world.stack, 'AWS::SNS::Topic').filter(({ arn }) => arn.endsWith('-findings'));
      const name = topic?.arn.replace(/^.*:/, '') ?? '';
      const { region } = world.place;
      world.local.messages.createQueue('machines', { region });
      world.local.messages.subscribe({
        ...{ topic: name, queue: 'machines', region },
        attributes: { FilterPolicyScope: 'MessageBody', FilterPolicy: JSON.stringify({ source: ['irsa-auditor'] }) },
      });
      expect(await fullRun(world)).toMatchObject({ status: 'SUCCEEDED', output: { sent: true } });
      const mails = world.local.inboxes.map(({ address, received }) => [address, received()] as const);
      const text = [
        { Subject: expect.stringMatching(/^\[\w+\] irsa-auditor: /), Message: expect.stringContaining('\n') },
      ];
      expect(mails).toMatchObject([
        ['all@example.com', text],
        ['own@example.com', text],
        ['other@example.com', []],
      ]);
      const ready = world.local.messages.inspectQueue('machines')?.messages.ready ?? [];
      const documents = ready.map(({ body }) => JSON.parse(JSON.parse(body).Message));
      expect(documents).toMatchObject([{ schemaVersion: 1, transitions: expect.anything() }]);
    },
    { seed: 4 },
  );
});

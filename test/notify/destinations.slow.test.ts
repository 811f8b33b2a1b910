import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { configurationSchema, destinationsOf } from '../../lib/config/configuration.ts';
import { type DestinationKind, destination, destinationKinds, hasNotifier } from '../../lib/config/destinations.ts';
import { secretsManagerReader } from '../../lib/notify/clients.ts';
import { notifiersOf } from '../../lib/notify/notifiers-of.ts';
import { aDigest } from './sample-digest.ts';

const kinds = Object.keys(destinationKinds) as DestinationKind[];
const here = { partition: 'aws', region: 'eu-west-1', accountId: '111122223333', chatTopicArn: 'arn:chat' };
const exampleOf = (to: DestinationKind) => destination.parse({ to, ...destinationKinds[to].example });

/** Answers every service, and notes which one each signed request is for. */
const services: string[] = [];
let url = '';
const server = createServer((request, response) => {
  const [, service] = /\/([\w-]+)\/aws4_request/.exec(request.headers.authorization ?? '') ?? [];
  if (service !== undefined) services.push(service);
  const parts: string[] = [];
  request.setEncoding('utf8').on('data', part => parts.push(part));
  request.on('end', () => {
    // EventBridge answers each entry by an id, at its place.
    const sent: unknown = service === 'events' ? JSON.parse(parts.join('')).Entries : [];
    const Entries = Array.isArray(sent) ? sent.map((_, at) => ({ EventId: `event-${at}` })) : [];
    const secret = { SecretString: url };
    response.end(JSON.stringify({ ...secret, FailedEntryCount: 0, Entries, FailedCount: 0, FailedFindings: [] }));
  });
});
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The services that sending to a destination asks, by the prefix of their IAM actions. */
const asked = async (to: DestinationKind): Promise<readonly string[]> => {
  services.length = 0;
  const clients = { region: here.region, endpoint: url, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } };
  const { when: _, ...unfiltered } = exampleOf(to);
  const [notifier] = notifiersOf([unfiltered], {
    clients,
    readSecret: secretsManagerReader(clients),
    now: () => Date.parse('2026-11-01T12:00:00Z'),
    place: here,
    post: { allowLoopback: true },
  });
  await notifier?.send(aDigest());
  return [...new Set(services)];
};

/** The permissions that its example needs: without a key of the secret's own there is none for that. */
const neededBy = (to: (typeof kinds)[number]) =>
  destinationKinds[to].permissions.filter(permission => permission.arns(here, exampleOf(to)).length > 0);

describe('the table of destinations', () => {
  test.each(kinds)('the example of %s is a valid destination', to => {
    expect(destinationsOf(configurationSchema.parse({ notifications: [exampleOf(to)] }))).toHaveLength(1);
  });

  test.each(kinds.filter(to => hasNotifier(exampleOf(to))))(
    'sending to %s asks exactly the services that its permissions name',
    async to => {
      const named = neededBy(to).flatMap(({ actions }) => actions.map(action => action.split(':')[0]));
      expect(await asked(to)).toEqual([...new Set(named)]);
    },
  );

  test.each(kinds)('the permissions of %s are for what its example names', to => {
    const example = exampleOf(to);
    const arns = destinationKinds[to].permissions.flatMap(permission => permission.arns(here, example));
    expect(arns).toHaveLength(neededBy(to).length);
    if (!('secretName' in example)) return;
    expect(arns.join()).toContain(`:secret:${example.secretName}-??????`);
    // Secrets Manager uses a key of the customer with the right of whoever reads the secret.
    const secretKeyArn = 'arn:aws-cn:kms:cn-north-1:222233334444:key/0a1b2c3d';
    const keyed = destinationKinds[to].permissions.filter(({ actions }) => actions.includes('kms:Decrypt'));
    expect(keyed.flatMap(permission => permission.arns(here, { ...example, secretKeyArn }))).toEqual([secretKeyArn]);
  });

  test('a switch turns on a destination once, also where the list has it', () => {
    const on = { eventBridge: { enabled: true }, securityHub: { enabled: true } };
    const kindsOf = (document: object) => destinationsOf(configurationSchema.parse(document)).map(({ to }) => to);
    expect(kindsOf(on)).toEqual(['eventbridge', 'security-hub']);
    expect(kindsOf({ ...on, notifications: [{ to: 'eventbridge' }] })).toEqual(['eventbridge', 'security-hub']);
    expect(kindsOf({})).toEqual([]);
  });
});

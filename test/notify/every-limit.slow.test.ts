/** How long each part of a message is: at the limit, and one beyond. */
import { expect, test } from '@jest/globals';
import { leaseMinutes } from '../../lib/audit/ports.ts';
import { act } from '../../lib/fixes/step.ts';
import type { Digest } from '../../lib/history/transition.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { Change } from '../../lib/model/step.ts';
import { chatLine } from '../../lib/notify/chat-line.ts';
import { chatbotMessage } from '../../lib/notify/chatbot-message.ts';
import { attributesOf } from '../../lib/notify/digest-attributes.ts';
import { transitionEvent } from '../../lib/notify/events.ts';
import { postJson } from '../../lib/notify/post-json.ts';
import { securityFinding } from '../../lib/notify/security-finding.ts';
import { slackMessage } from '../../lib/notify/slack-message.ts';
import { maxSnsMessage } from '../../lib/notify/sns-notifier.ts';
import { maxLetter } from '../../lib/notify/sqs-dead-letters.ts';
import { requestLimits, sdkClientOptions } from '../../lib/outbound/sdk-client-options.ts';
import { tunnelMs } from '../../lib/outbound/tunnel.ts';
import { aFinding, aTransition, known } from '../report/sample-report.ts';
import { aDigest } from './sample-digest.ts';

test('the numbers that other rooms know, and those of each call', () => {
  expect({ maxMessage: maxSnsMessage, maxLetter, tunnelMs, requestLimits, leaseMinutes }).toEqual({
    ...{ maxMessage: 252 * 1024, maxLetter: 250 * 1024, tunnelMs: 6_000, leaseMinutes: 20 },
    requestLimits: { connectionTimeout: 3_000, requestTimeout: 10_000 },
  });
  expect(sdkClientOptions({})).toEqual({
    ...{ retryMode: 'adaptive', maxAttempts: 4 },
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: 10_000,
      socketTimeout: 10_000,
      throwOnRequestTimeout: true,
    },
  });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const given = { region: 'eu-west-1', profile: 'p', endpoint: 'http://127.0.0.1:1', credentials };
  expect(sdkClientOptions({ ...given, maxAttempts: 2, requestTimeout: 5 })).toEqual({
    ...{ ...given, retryMode: 'adaptive', maxAttempts: 2 },
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5, socketTimeout: 5, throwOnRequestTimeout: true },
  });
});

const x = (length: number) => 'x'.repeat(length);
const of = (over: Partial<Finding>): Digest =>
  aDigest({ transitions: [aTransition({ after: known(aFinding(over)) })], factChanges: [] });
const first = (digest: Digest) => {
  const [transition] = digest.transitions;
  if (transition === undefined) throw new Error('no step');
  return transition;
};

const line = {
  id: 'i',
  url: undefined,
  ruleId: 'r',
  kind: 'opened',
  happened: 'new',
  severity: 'high',
  place: 'p',
  cause: 'c',
} as const;
const told = (over: object) =>
  chatLine({
    ...line,
    message: 'm',
    affected: undefined,
    choice: undefined,
    fix: undefined,
    command: undefined,
    showCommand: 'show',
    ...over,
  } as never);
test.each([
  ['message', 1500, (text: string) => told({ message: text }).text],
  ['choice', 1500, (text: string) => told({ choice: text }).choice],
  ['fix', 1500, (text: string) => told({ fix: text }).fix],
  ['affected', 300, (text: string) => told({ affected: text }).affected],
  ['place', 300, (text: string) => told({ place: text }).whereAndCause.replace(/: c$/, '')],
])('%s of a line has %i characters', (_, limit, part) => {
  expect(part(x(limit))).toBe(x(limit));
  expect(part(x(limit + 1))).toBe(`${x(limit - 1)}…`);
});

test('a command of 1500 characters is shown whole, and a longer one by the one that shows it', () => {
  expect(told({ command: x(1500) }).command).toBe(x(1500));
  expect(told({ command: x(1501) }).command).toBe('show');
  expect(told({ command: undefined, showCommand: x(1501) }).command).toBeUndefined();
  expect([told({ kind: 'blind' }).heading, told({}).heading, told({ severity: undefined }).heading]).toEqual([
    'new',
    'high, new',
    'new',
  ]);
  expect(['resolved', 'waived', 'opened'].map(kind => told({ kind }).mood)).toEqual(['good', 'good', 'high']);
});

test('a chat message has 400 characters of a text, 1500 of a choice, and 3500 in all', () => {
  const texts = (length: number) =>
    chatbotMessage(of({ message: x(length), fix: { summary: x(length), commands: [] } })).content;
  expect(texts(400).description).toContain(`: ${x(400)} (`);
  expect(texts(401).description).toContain(`: ${x(399)}… (`);
  expect(texts(401).nextSteps[0]).toContain(`Fix: ${x(399)}… (`);
  const { title } = chatbotMessage(of({ clusterName: x(400) })).content;
  expect(title.length).toBeLessThanOrEqual(250);
  const notes = Array.from({ length: 40 }, () => x(300));
  expect(chatbotMessage({ ...of({}), notes }).content.description).toHaveLength(3500);
});

test('keywords and resources of a chat message are five, each once', () => {
  const transitions = [1, 2, 3, 4, 5, 6, 6].map(at =>
    aTransition({
      after: known(aFinding({ id: `f${at}`, ruleId: `r${at}`, subject: `arn:aws:iam::111122223333:role/r${at}` })),
    }),
  );
  const { metadata } = chatbotMessage(aDigest({ transitions, factChanges: [] }));
  expect(metadata).toMatchObject({
    relatedResources: [1, 2, 3, 4, 5].map(at => `arn:aws:iam::111122223333:role/r${at}`),
  });
});

test('a link of 3000 characters is a button, and a longer one is none', () => {
  const buttons = (length: number) => {
    const url = `https://a.example/${x(length - 'https://a.example/'.length)}`;
    return JSON.stringify(slackMessage(aDigest({ transitions: [], links: { console: url } })).blocks).includes(url);
  };
  expect([buttons(3000), buttons(3001)]).toEqual([true, false]);
});

test('an attribute of 16 KiB is told, and a longer one is any value', () => {
  const account = (length: number) => attributesOf(of({ ruleId: x(length - '[""]'.length) })).rule;
  expect(account(16 * 1024)).toHaveLength(1);
  expect(account(16 * 1024)).not.toEqual(['*']);
  expect(account(16 * 1024 + 1)).toEqual(['*']);
});

test('an event of 200 KiB is whole, and a longer one has its texts cut to 2000 characters and no command', () => {
  const digest = (length: number) => of({ message: 'm', fix: { summary: x(2001), commands: [x(length)] } });
  const event = (length: number) =>
    transitionEvent(digest(length), first(digest(length))) as {
      readonly fix: { readonly commands: readonly string[]; readonly summary: string };
    };
  const around = JSON.stringify(event(1)).length - 1;
  expect(event(200 * 1024 - around).fix).toMatchObject({ summary: x(2001), commands: [x(200 * 1024 - around)] });
  expect(event(200 * 1024 - around + 1).fix).toEqual({ summary: `${x(1999)}…`, commands: [] });
  const long = of({ message: x(200 * 1024) });
  expect(transitionEvent(long, first(long))).toMatchObject({ message: `${x(1999)}…` });
});

test.each([
  ['Title', 200, { message: x(300) }],
  ['Description', 800, { message: x(1200) }],
])('%s of a finding in Security Hub is cut at %i characters', (field, length, over) => {
  const place = { partition: 'aws', accountId: '1', region: 'eu-west-1' };
  const { Title = '', Description = '', Remediation } = securityFinding(first(of(over)), place);
  expect({ Title, Description }[field]).toHaveLength(length);
  const summary = (size: number) =>
    securityFinding(first(of({ fix: { summary: x(size), commands: [] } })), place).Remediation?.Recommendation?.Text
      ?.length;
  expect([summary(400), summary(401), Remediation?.Recommendation?.Url]).toEqual([
    ...[400, 400, 'https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors'],
  ]);
});

test.each([
  ['http://example.com/a', true],
  ['http://localhost/a', true],
  ['http://127.0.0.1:1/a', false],
  ['ftp://example.com/a', false],
  ['', false],
])('nothing is sent to %j', async (url, allowLoopback) => {
  await expect(postJson('slack', url, '{}', {}, { allowLoopback })).rejects.toMatchObject({
    ...{ name: 'DeliveryFailed', message: 'the secret of slack holds no https:// address' },
  });
});

test.each([
  ['arn:aws:iam::111122223333:role/team/a', 'AwsIamRole'],
  ['arn:aws:iam::111122223333:oidc-provider/x', 'Other'],
  ['arn:aws:eks:eu-west-1:111122223333:cluster/shop', 'AwsEksCluster'],
  ['service account shop/cart', 'Other'],
])('%s is a resource of type %s', (subject, Type) => {
  const place = { partition: 'aws', accountId: '1', region: 'eu-west-1' };
  expect(securityFinding(first(of({ subject })), place).Resources).toMatchObject([{ Type, Id: subject }]);
});

test('a machine gets the commands of the steps of a fix, whatever commands are written beside them', () => {
  const change = { kind: 'audience-added', providerArn: 'arn:aws:iam::111122223333:oidc-provider/x', audience: 'a' };
  const steps = [act(change as Change)];
  const digest = of({ fix: { summary: 's', commands: ['rm -rf /'], steps } });
  const { commands } = (transitionEvent(digest, first(digest)) as { readonly fix: { readonly commands: unknown } }).fix;
  expect(commands).toEqual([expect.stringContaining(' aws iam add-client-id-to-open-id-connect-provider ')]);
});

import { describe, expect, test } from '@jest/globals';
import { explainMessage } from '../../lib/explain/explain-message.ts';
import { whole } from '../support/whole/whole.ts';
import { answerLine } from './answer-line.ts';
import { furtherLogs } from './further-logs.ts';
import { judgedLogs } from './judged-logs.ts';
import { beforeSts, notOurs, rareAnswers, shapes } from './pasted-logs.ts';
import { byCluster, byServices } from './pasted-service-logs.ts';
import { bySetup, byTools } from './pasted-tool-logs.ts';
import { furtherPublicLogs, publicSdkLogs } from './public-sdk-logs.ts';
import { publicToolLogs } from './public-tool-logs.ts';
import { reportedLogs } from './reported-logs.ts';
import { unrelatedLogs } from './unrelated-logs.ts';

/** The explanation of a text, its answer compared with the golden file. */
const explained = (text: string) => {
  const explanation = explainMessage(text);
  whole('answer', [answerLine(explanation)]);
  return explanation;
};

/** The explanation of a text in which a message is known. */
const knownIn = (text: string) => {
  const explanation = explained(text);
  if (!explanation.known) throw new Error(`nothing is known in ${text}`);
  return explanation;
};

const idOf = (text: string): string => {
  const explanation = explained(text);
  return explanation.known ? explanation.message.id : 'unknown';
};

describe('a pasted log is understood', () => {
  test.each([
    ...shapes,
    ...beforeSts,
    ...rareAnswers,
    ...byServices,
    ...byCluster,
    ...byTools,
    ...bySetup,
    ...furtherLogs,
    ...judgedLogs,
    ...reportedLogs,
    ...publicSdkLogs,
    ...publicToolLogs,
    ...furtherPublicLogs,
  ])('%s: %s', (id, _, text) => {
    expect(idOf(text)).toBe(id);
  });

  test('an answer of STS is explained, whatever else could not be reached', () => {
    const { message } = knownIn(
      'caused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\n\tstatus code: 403\ndial tcp 10.100.0.7:5432: connect: connection refused',
    );
    expect(message.id).toBe('sts-not-authorized');
  });

  test('one cause is told once: without a region STS cannot be reached', () => {
    const region = beforeSts.find(([, seenIn]) => seenIn.endsWith('#1308'));
    expect(knownIn(region?.[2] ?? '').also).toEqual([]);
  });

  test.each(byServices)('%s: %s: no message of STS is told', (_id, _seenIn, text) => {
    const { message, also } = knownIn(text);
    expect([message, ...also].map(({ from }) => from).filter(from => from !== 'other-service')).toEqual([]);
  });

  test.each([...notOurs, ...unrelatedLogs])('an unrelated log is not taken for a known message: %s', (_, text) => {
    expect(idOf(text)).toBe('unknown');
  });

  test('other lines around a message are not told', () => {
    const noise = notOurs.map(([, text]) => text).join('\n');
    const { message, also } = knownIn(`${noise}\nUnable to locate credentials`);
    expect([message, also]).toMatchObject([{ id: 'sdk-no-credentials' }, []]);
  });
});

describe('a message that had another cause than the first one told', () => {
  /** The message, and words of the cause that a reporter found: it is the first, or is told with how to tell it. */
  test.each([
    ['invalid endpoint host, "169.254.170.23", only loopback hosts are allowed', 0, /^Update the SDK/],
    ['AssumeRoleForPodIdentity, https response error StatusCode: 0, canceled, context canceled', 0, /time-out/],
    ['"https://sts.amazonaws.com/": dial tcp 192.0.2.129:443: i/o timeout', 0, /AWS_STS_REGIONAL_ENDPOINTS/],
    ['"https://sts.amazonaws.com/": dial tcp 192.0.2.129:443: i/o timeout', 1, /program ignores them/],
    ['No OpenIDConnect provider found in your account for <address>', 1, /another region or partition/],
    ['Failed to create role x. Cannot exceed quota for ACLSizePerRole: 4096', 0, /permission policy/],
    ['get credentials: failed to refresh cached credentials, no EC2 IMDS role found', 0, /has no role/],
    ['get credentials: failed to refresh cached credentials, no EC2 IMDS role found', 1, /hop limit 1/],
  ])('%s: %i', (text, rank, words) => {
    const cause = knownIn(text).message.causes[rank];
    expect(cause?.text).toMatch(words);
    expect(cause?.rules.length === 0 && cause.tell === undefined).toBe(false);
  });
});

describe('of several faults in a text', () => {
  const refused = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';
  const noProvider = 'InvalidIdentityToken: No OpenIDConnect provider found in your account for https://x';
  const audience = 'InvalidIdentityToken: Incorrect token audience';
  const byNode =
    'User: arn:aws:sts::111122223333:assumed-role/node/i-0123456789abcdef0 is not authorized to perform: s3:GetObject';
  const byRole =
    'User: arn:aws:sts::111122223333:assumed-role/cart/botocore-session-1 is not authorized to perform: s3:GetObject';
  const nothing = 'Unable to locate credentials';
  const timeout =
    'WebIdentityErr: failed to retrieve credentials\\ncaused by: Post \\"https://sts.eu-west-1.amazonaws.com/\\": dial tcp 10.0.0.9:443: i/o timeout';

  test.each([
    ['sts-no-provider', 'two times', `2026-11-01T09:00:00Z ${refused}\n2026-11-01T10:00:00Z ${noProvider}`],
    ['sts-not-authorized', 'two times', `2026-11-01T09:00:00Z ${noProvider}\n2026-11-01T10:00:00Z ${refused}`],
    ['sts-audience', 'lines without a time', `${noProvider}\n${audience}`],
    ['sts-no-provider', 'lines without a time', `${audience}\n${noProvider}`],
    [
      'sdk-irsa-role-permission',
      'a fix that worked',
      `2026-11-01 09:00:00 ERROR ${byNode}\n2026-11-01 09:30:00 ERROR ${byRole}`,
    ],
    ['sdk-node-role', 'the reverse', `2026-11-01 09:00:00 ERROR ${byRole}\n2026-11-01 09:30:00 ERROR ${byNode}`],
    [
      'sdk-sts-unreachable',
      'logfmt',
      `time="2026-11-01T09:00:00Z" msg="${refused}"\ntime="2026-11-01T09:10:00Z" msg="${timeout}"`,
    ],
    [
      'sts-not-authorized',
      'logfmt',
      `time="2026-11-01T09:00:00Z" msg="${timeout}"\ntime="2026-11-01T09:10:00Z" msg="${refused}"`,
    ],
    ['sts-audience', 'klog', `E1101 10:00:00.000000 1 x.go:1] ${refused}\nE1101 10:05:00.000000 1 x.go:1] ${audience}`],
    [
      'sts-audience',
      'kubectl logs --timestamps',
      `2026-11-01T09:00:00.0Z caused by: ${refused}\n2026-11-01T09:00:00.0Z \tstatus code: 403\n2026-11-01T10:00:00.0Z WebIdentityErr: failed to retrieve credentials\n2026-11-01T10:00:00.0Z caused by: ${audience}`,
    ],
    [
      'sts-not-authorized',
      'the innermost cause of Java',
      `SdkClientException: Unable to load credentials from any of the providers\n\tat a.b(C.java:1)\nCaused by: StsException: Not authorized to perform sts:AssumeRoleWithWebIdentity`,
    ],
  ])('the newest decides: %s (%s)', (id, _, text) => {
    expect(idOf(text)).toBe(id);
  });

  test.each([
    ['sts-audience', 'a second later', '2026-11-01T09:00:00Z', '2026-11-01T09:00:01Z'],
    ['sdk-no-credentials', 'an hour later', '2026-11-01T09:00:00Z', '2026-11-01T10:00:00Z'],
    ['sts-audience', 'without a time', 'ERROR', 'ERROR'],
  ])('a reason goes before its symptom, not before another failure: %s %s', (id, _, first, second) => {
    expect(idOf(`${first} ${audience}\n${second} ${nothing}`)).toBe(id);
  });

  test('the older faults are named too, newest first', () => {
    const { also } = knownIn(
      `2026-11-01T09:00:00Z ${refused}\n2026-11-01T09:30:00Z ${noProvider}\n2026-11-01T10:00:00Z ${audience}`,
    );
    expect(also.map(({ id }) => id)).toEqual(['sts-no-provider', 'sts-not-authorized']);
  });

  test('the names are those of the newest', () => {
    const { facts } = knownIn(
      `2026-11-01T09:00:00Z ${refused} role arn:aws:iam::111122223333:role/old\n2026-11-01T10:00:00Z ${refused} role arn:aws:iam::111122223333:role/new`,
    );
    expect(facts.roleArn).toBe('arn:aws:iam::111122223333:role/new');
  });

  test('of a log that is longer than what is read, the end is read', () => {
    const { message } = knownIn(`${refused}\n${'INFO nothing\n'.repeat(100_000)}${audience}`);
    expect(message.id).toBe('sts-audience');
  });
});

/** Pods, their containers and their workloads, each form of each part beside each form of every other: what is read of them. */
import { test } from '@jest/globals';
import { optsOut } from '../../lib/facts/label-selector.ts';
import {
  bearsOnIrsa,
  hasForeignVolume,
  hasOtherCredentials,
  hasPodIdentity,
  hasPodIdentityAlone,
  hasWebIdentity,
  injectedParts,
  injectedRoleOf,
  isRoleByHand,
  isWholeFormOfEks,
  readsApiToken,
  readsNoToken,
  roleOfContainer,
  skippedContainers,
  tokenAudienceOf,
} from '../../lib/facts/pod-injection.ts';
import { waitsForSecrets } from '../../lib/facts/secrets-store.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { PodContainer, TokenVolume } from '../../lib/model/kubernetes.ts';
import { aContainer, aPod, aServiceAccount, aWebhook, someKubernetes } from '../support/example-cluster.ts';
import { bareContainer, barePod, denied } from '../support/in-cluster-world.ts';
import { around, beside, line, tell, texts } from '../support/paired-lines.ts';

const both = ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'];
const usual = '/var/run/secrets/eks.amazonaws.com/serviceaccount';
const api = 'secrets/kubernetes.io/serviceaccount';
const volume = (name: string, audience = 'sts.amazonaws.com'): TokenVolume => ({ name, audience, path: 'token' });

test('containers', () => {
  const cases = beside({
    variables: {
      none: [],
      both,
      role: ['AWS_ROLE_ARN'],
      token: ['AWS_WEB_IDENTITY_TOKEN_FILE'],
      'region after': [...both, 'AWS_REGION'],
      'default region after': [...both, 'AWS_DEFAULT_REGION'],
      'endpoints after': [...both, 'AWS_STS_REGIONAL_ENDPOINTS'],
      'all of EKS': ['AWS_STS_REGIONAL_ENDPOINTS', 'AWS_DEFAULT_REGION', 'AWS_REGION', ...both],
      'region before': ['AWS_REGION', ...both],
      'both ways': [...both, 'AWS_CONTAINER_CREDENTIALS_FULL_URI'],
      'Pod Identity': ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
      keys: [...both, 'AWS_ACCESS_KEY_ID'],
      'keys alone': ['AWS_ACCESS_KEY_ID'],
    },
    file: {
      usual: `${usual}/token`,
      'another name there': `${usual}/tokens`,
      'on Windows': `C:${usual.replaceAll('/', '\\')}\\token`,
      relative: `${usual.slice(1)}/token`,
      'of the API': `/var/run/${api}/token`,
      'of the API, in short': `/run/${api}/token`,
      'beside the API': `/var/run/${api}s/token`,
      below: `/mnt/var/run/${api}/token`,
      own: '/tokens/token',
      'another own': '/tokens/other',
      'a longer folder': '/tokens-2/token',
      empty: '',
      none: undefined,
    },
    mounts: {
      usual: { 'aws-iam-token': usual },
      'with a slash': { 'aws-iam-token': `${usual}/`, own: '/tokens/' },
      'on Windows': { 'aws-iam-token': `C:${usual.replaceAll('/', '\\')}` },
      own: { own: '/tokens' },
      'own by the usual name': { 'aws-iam-token': '/tokens' },
      'of no token volume': { data: '/tokens' },
      none: {},
    },
    volumes: {
      usual: [volume('aws-iam-token')],
      own: [volume('own', 'vault')],
      'own of the usual audience': [volume('own')],
      both: [volume('own', 'vault'), volume('aws-iam-token')],
      'of Pod Identity': [volume('eks-pod-identity-token', 'pods.eks.amazonaws.com')],
      'another name of its token': [{ ...volume('aws-iam-token'), path: 'tokens' }],
      none: [],
    },
    role: { set: 'arn:aws:iam::111122223333:role/cart', empty: '', none: undefined },
    annotations: {
      none: {},
      role: { 'eks.amazonaws.com/role-arn': 'x' },
      mistyped: { 'eks.amazonaws.com/role_arn': 'x' },
      another: { 'eks.amazonaws.com/audience': 'x' },
    },
  });
  tell(
    'containers',
    cases.map(([title, { variables, file, mounts, volumes, role, annotations }]) => {
      const irsaEnvironment = {
        ...(role === undefined ? {} : { AWS_ROLE_ARN: role }),
        ...(file === undefined ? {} : { AWS_WEB_IDENTITY_TOKEN_FILE: file }),
      };
      const container: PodContainer = aContainer({ awsVariables: variables, irsaEnvironment, mounts: mounts as never });
      const pod = aPod({ containers: [container], volumes, annotations: annotations as never });
      const two = aPod({ containers: [container, bareContainer({ name: 'second' })], volumes });
      return line(title, [
        [pod, two].map(one => [
          hasWebIdentity(one, 'sts.amazonaws.com'),
          hasWebIdentity(one, 'vault'),
          bearsOnIrsa(one),
        ]),
        [pod, two].map(one => [hasPodIdentity(one), hasPodIdentityAlone(one), isWholeFormOfEks(one)]),
        [hasOtherCredentials(two), roleOfContainer(container), injectedRoleOf(container), injectedParts(container)],
        [tokenAudienceOf(container, pod), readsApiToken(container), readsNoToken(container, pod)],
        [hasForeignVolume(container, pod), isRoleByHand(container)],
      ]);
    }),
  );
});

test('containers that are skipped', () => {
  const records = texts(
    ['', '\n', '\r\n\n', ' '],
    ['a', '"a"', '"a,b"', 'a"b', '"a""b"', ' a', '"a', ''],
    [',', ',,', '\n', '\r\n', ', ', '"', ''],
    ['c', '"c"', '', 'c\nd', '"c\nd"'],
  );
  tell(
    'records',
    records.map(text =>
      line(text, [...skippedContainers(aPod({ annotations: { 'eks.amazonaws.com/skip-containers': text } }))]),
    ),
  );
});

test('pods that the webhook leaves alone', () => {
  const selector = (operator: string) => ({
    matchLabels: {},
    matchExpressions: [{ key: 'team', operator, values: operator.includes('In') ? ['shop'] : [] }],
  });
  const cases = beside({
    labels: {
      none: {},
      skip: { 'eks.amazonaws.com/skip-pod-identity-webhook': '' },
      team: { team: 'shop' },
      another: { team: 'web' },
    },
    conditions: {
      none: undefined,
      'by its mark': { kind: 'unmet', condition: 'c', byOwnMark: true },
      unmet: { kind: 'unmet', condition: 'c' },
    },
    webhook: {
      'one without selectors': complete(aWebhook()),
      gone: complete(undefined),
      refused: unavailable(denied),
      labelled: complete(aWebhook({ objectSelector: { matchLabels: { team: 'shop' }, matchExpressions: [] } })),
      ...Object.fromEntries(
        ['In', 'NotIn', 'Exists', 'DoesNotExist'].map(one => [
          one,
          complete(aWebhook({ objectSelector: selector(one) })),
        ]),
      ),
    },
  });
  tell(
    'choices',
    cases.map(([title, { labels, conditions, webhook }]) =>
      line(
        title,
        optsOut(aPod({ labels: labels as never, ...(conditions && { conditions: conditions as never }) }), {
          webhook: webhook as never,
        }),
      ),
    ),
  );
});

test('pods that wait for secrets', () => {
  const parts = {
    phase: { pending: 'Pending', running: 'Running' },
    mount: { mounts: true, 'no mount': false },
    account: { its: 'cart', another: 'web' },
    providers: { none: [], aws: ['aws'], other: ['other'], two: ['aws', 'other'], twice: ['aws', 'aws'] },
    pods: { read: true, refused: false },
  };
  const base = { phase: 'pending', mount: 'mounts', account: 'its', providers: 'aws', pods: 'read' } as const;
  tell(
    'secrets',
    around(parts, base).map(([title, { phase, mount, account, providers, pods }]) => {
      const drivers = providers.map((secretsProvider, at) =>
        barePod({ name: `driver-${at}`, serviceAccount: 'driver', secretsProvider: secretsProvider as 'aws' }),
      );
      const all = [barePod({ phase, serviceAccount: account, ...(mount && { mountsSecretsStore: true }) }), ...drivers];
      const facts = someKubernetes({ pods: pods ? complete(all) : unavailable(denied) });
      return line(
        title,
        waitsForSecrets(facts, aServiceAccount()).map(({ name }) => name),
      );
    }),
  );
});

import { complete } from '../../../lib/model/collected.ts';
import type { PodContainer } from '../../../lib/model/kubernetes.ts';
import type { AssumeEvents } from '../../../lib/model/runtime.ts';
import { aContainer, aPod } from '../../support/example-cluster.ts';
import { aRole } from '../../support/example-world.ts';
import { withPods, worldOf } from '../../support/in-cluster-world.ts';
import { other, run } from './worlds.ts';

const variables = (...names: readonly string[]) => [...aContainer().awsVariables, ...names];

const set = (...names: readonly string[]) => ({ awsVariables: variables(...names) });

const mounted = (path: string) => ({ mounts: { ...aContainer().mounts, cfg: path } });

const having = (over: Partial<PodContainer>, ...calls: readonly Partial<AssumeEvents>[]) =>
  worldOf(
    withPods(aPod({ containers: [aContainer(over)] })),
    calls.length === 0
      ? {}
      : {
          runtime: complete({
            from: '2026-10-31T23:00:00Z',
            to: '2026-11-01T06:00:00Z',
            events: calls.map(call => ({ ...aCall, ...call })),
          }),
        },
  );

const aCall: AssumeEvents = {
  roleArn: aRole().arn,
  subject: 'system:serviceaccount:checkout:cart',
  region: 'eu-west-1',
  successes: 1,
  failures: [],
  userAgents: [],
  verificationMethods: [],
  lastAt: '2026-11-01T05:00:00Z',
};

const boto = 'Boto3/1.43.47 md/Botocore#1.43.47 ua/2.1';

const js = 'aws-sdk-js/3.632.0 ua/2.0 os/linux#5';

run('pod-static-credentials', [
  [
    'does not know what a Secret of envFrom holds',
    having({ hasEnvFrom: true, environmentFrom: ['Secret cart-aws'] }),
    ['unknown unread'],
  ],
  [
    'reports keys beside it all the same',
    having({ ...set('AWS_ACCESS_KEY_ID'), hasEnvFrom: true, environmentFrom: ['ConfigMap cart'] }),
    ['medium keys'],
  ],
  ['reports an access key', having(set('AWS_ACCESS_KEY_ID')), ['medium keys']],
  [
    'is silent for an empty access key',
    having({ ...set('AWS_ACCESS_KEY_ID'), emptyVariables: ['AWS_ACCESS_KEY_ID'] }),
    [],
  ],
  ['reports a profile as low: it depends on the SDK', having(set('AWS_PROFILE')), ['low dependsOnSdk']],
  ['is silent for an empty profile', having({ ...set('AWS_PROFILE'), emptyVariables: ['AWS_PROFILE'] }), []],
  [
    'is silent for a credentials file that is the null device',
    having({
      ...set('AWS_SHARED_CREDENTIALS_FILE'),
      irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
    }),
    [],
  ],
  ['reports a credentials file as low', having(mounted('/home/app/.aws/credentials')), ['low dependsOnSdk']],
  ['reports a directory of shared files as low', having(mounted('/home/app/.aws')), ['low dependsOnSdk']],
  [
    'does not know what a chained profile does',
    having({ ...set('AWS_PROFILE'), ...mounted('/home/app/.aws/config') }),
    ['unknown unread'],
  ],
  [
    'does not know what a named configuration does',
    having(set('AWS_DEFAULT_PROFILE', 'AWS_CONFIG_FILE')),
    ['unknown unread'],
  ],
  ['does not know what a configuration alone does', having(mounted('/home/app/.aws/config')), ['unknown unread']],
  [
    'reports keys beside a configuration',
    having(set('AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_ACCESS_KEY_ID')),
    ['medium keys'],
  ],
  [
    'is silent where CloudTrail shows an SDK that ignores the profile',
    having(set('AWS_PROFILE'), { userAgents: [boto] }),
    [],
  ],
  [
    'is certain where CloudTrail shows an SDK that reads the profile first, for another role',
    having(set('AWS_PROFILE'), { userAgents: [js], roleArn: other }),
    ['medium sdkReadsFirst'],
  ],
  ['is silent where that SDK was seen to get this role', having(set('AWS_PROFILE'), { userAgents: [js] }), []],
  [
    'stays low where an SDK was seen of which the order is not known',
    having(set('AWS_PROFILE'), { userAgents: [boto, 'curl/8'], successes: 0 }),
    ['low dependsOnSdk'],
  ],
]);

import { roleNameOf } from '../../model/arn.ts';
import { complete, notAskedFor } from '../../model/collected.ts';
import { defineMessages } from '../../text/message.ts';
import { defineRule, failOrPass } from '../define-rule.ts';
import { aRole, someFacts } from '../example-world.ts';
import { callerOf } from './support/caller.ts';
import { oldSdksOf } from './support/old-sdks.ts';

const message = defineMessages({
  tooOld: '{caller} calls with {sdk} {version} for role {role}: {sdk} supports web identity from {minimum}',
});

/** A call that succeeded outweighs the table: a version that is seen to work is no finding. */
export const runtimeSdkUnsupported = defineRule({
  id: 'runtime-sdk-unsupported',
  kind: 'runtime',
  group: 'runtime',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'supported-sdk',
  title: 'SDKs of failing callers support web identity',
  brief: 'SDK is too old',
  messages: message.templates,
  needs: ['runtime'],
  docs: {
    why: 'Below its documented minimum version an SDK may not read a renewed token, or may use the node’s role. A version that is seen to succeed is not reported. An SDK without web identity is never seen here: it sends no such call.',
    fix: 'Update the SDK to a supported version.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts-minimum-sdk.html',
      'docs/facts.md §E.1, §E.2',
    ],
  },
  check: subject => {
    const old = subject.events.flatMap(event => oldSdksOf(event).map(one => ({ ...one, event })));
    const byVersion = new Map(old.map(one => [one.label, one]));
    return failOrPass(
      [...byVersion].map(([label, { sdk, agent, event }]) => {
        const { name, version, minimum = '' } = sdk;
        return {
          discriminator: label,
          ...message('tooOld', {
            caller: callerOf(event),
            sdk: name,
            version,
            role: roleNameOf(subject.roleArn),
            minimum,
          }),
          evidence: [
            {
              what: 'user agent',
              got: agent,
              wanted: `${name} ${minimum}`,
              readFrom: `cloudtrail:LookupEvents in ${event.region}`,
            },
          ],
          fix: {
            summary: `Update the application to ${name} ${minimum} or later.`,
            steps: [],
            choice: 'Which version the application can use.',
          },
        };
      }),
    );
  },
  examples: {
    pass: {
      title: 'a current SDK',
      facts: () => withAgent('Boto3/1.43.47 md/Botocore#1.43.47 ua/2.1 lang/python#3.13'),
    },
    fail: {
      title: 'boto3 of 2019',
      facts: () => withAgent('Boto3/1.9.100 Python/3.7.10 Linux/4.14 Botocore/1.12.100'),
    },
    unknown: {
      title: 'CloudTrail was not asked',
      facts: () => someFacts({ runtime: notAskedFor('cloudtrail:LookupEvents') }),
    },
  },
});

const withAgent = (agent: string) =>
  someFacts({
    runtime: complete({
      from: '2026-10-31T23:00:00Z',
      to: '2026-11-01T06:00:00Z',
      events: [
        {
          roleArn: aRole().arn,
          subject: 'system:serviceaccount:checkout:cart',
          region: 'eu-west-1',
          successes: 0,
          failures: [{ errorCode: 'AccessDenied', errorMessage: '', count: 3, lastAt: '2026-11-01T05:30:00Z' }],
          userAgents: [agent],
          verificationMethods: ['IAMTrustStore'],
          lastAt: '2026-11-01T05:30:00Z',
        },
      ],
    }),
  });

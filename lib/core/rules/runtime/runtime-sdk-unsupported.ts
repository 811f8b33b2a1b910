import { complete, notAskedFor } from '../../model/collected.ts';
import { defineRule, failOrPass } from '../define-rule.ts';
import { aRole, someFacts } from '../example-world.ts';
import { isBelow, type SeenSdk, sdksOf } from './support/sdk-version.ts';

/** An SDK that sent the call can do it, by and large; below its minimum AWS does not promise that it goes on. */
export const runtimeSdkUnsupported = defineRule({
  id: 'runtime-sdk-unsupported',
  kind: 'runtime',
  group: 'runtime',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'supported-sdk',
  title: 'Applications use SDKs that support web identity',
  needs: ['runtime'],
  docs: {
    why: 'Below its documented minimum an SDK may not read the token again when it is renewed, or fall back to the node’s role. An SDK that cannot do web identity at all is never seen here: it does not call.',
    fix: 'Move the application to a supported version.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts-minimum-sdk.html',
      'docs/facts.md §E.1, §E.2',
    ],
  },
  check: subject => {
    const old = subject.events.flatMap(event =>
      event.userAgents.flatMap(agent =>
        sdksOf(agent)
          .filter(isTooOld)
          .map(sdk => ({ sdk, agent, event })),
      ),
    );
    const byVersion = new Map(old.map(one => [`${one.sdk.name} ${one.sdk.version}`, one]));
    return failOrPass(
      [...byVersion].map(([label, { sdk, agent, event }]) => ({
        discriminator: label,
        message: `${event.subject ?? 'a caller'} uses ${label} for the role ${subject.roleArn}, and web identity is supported from ${sdk.minimum} on`,
        evidence: [
          {
            what: 'user agent',
            got: agent,
            wanted: `${sdk.name} ${sdk.minimum} or later`,
            readFrom: `cloudtrail:LookupEvents in ${event.region}`,
          },
        ],
        fix: {
          summary: `Move the application to ${sdk.name} ${sdk.minimum} or later.`,
          commands: [],
          choice: 'Which version the application can take.',
        },
      })),
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

const isTooOld = ({ version, minimum }: SeenSdk): boolean => minimum !== undefined && isBelow(version, minimum);

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
          successes: 3,
          failures: [],
          userAgents: [agent],
          verificationMethods: ['IAMTrustStore'],
          lastAt: '2026-11-01T05:30:00Z',
        },
      ],
    }),
  });

import { clustersOf, type Facts, type RuntimeSubject } from '../../facts.ts';
import { type AssumeEvents, providerHostPath, roleNameOf, stripScheme } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, type Failure, failOrPass, failures, undecidedOf } from '../prelude.ts';
import { callerOf } from './support/callers.ts';

const fail = failures({
  elsewhere: [
    'STS of another region',
    '{caller} asks STS in {region} for role {role}, though its cluster is in {own}: an outage of {region} takes its credentials away',
  ],
});

/** SDKs that do not pass their region on call STS in us-east-1, or the global endpoint (aws-sdk-js-v3#7452, aws-sdk-php#3197). */
export const runtimeStsRegion = defineRule({
  id: 'runtime-sts-region',
  kind: 'runtime',
  impact: 'hygiene',
  severity: 'low',
  articleStep: 'supported-sdk',
  title: 'Pods ask STS in the region of their cluster',
  fault: 'Pods ask STS in another region than their cluster’s',
  says: fail.says,
  needs: ['runtime'],
  why: 'CloudTrail records each call in the region of the STS endpoint, and those of the global endpoint in us-east-1. A pod that calls another region than its cluster’s depends on two: when STS of the other one fails, it gets no credentials, and a private network without a way there never does. The webhook of EKS sets AWS_REGION and AWS_STS_REGIONAL_ENDPOINTS; some SDKs do not hand them to their STS client. Of clusters in other accounts nothing is known.',
  fix: 'Update the SDK, or give its STS client the region of the cluster. Remove eks.amazonaws.com/sts-regional-endpoints: "false" where the service account has it.',
  references: [
    'https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html',
    'docs/facts.md §E.3',
  ],
  check: (subject, facts) =>
    failOrPass(
      subject.events.flatMap(event => {
        const own = regionsOf(event, facts);
        const isElsewhere = event.successes > 0 && own.length > 0 && !own.includes(event.region);
        return isElsewhere ? [failureOf(subject, event, own)] : [];
      }),
      undecidedOf(
        'unread',
        subject.events.some(event => mayBeElsewhere(event, facts)) ? 'clusters of the account' : undefined,
      ),
    ),
});

/** True where the cluster of a call was not found among those that were read, and others were not. */
const mayBeElsewhere = (event: AssumeEvents, facts: Facts): boolean =>
  event.successes > 0 &&
  regionsOf(event, facts).length === 0 &&
  facts.snapshot.regions.some(({ clusters }) => clusters.status !== 'complete');

/** The regions of the clusters whose tokens a call presented. */
const regionsOf = ({ providerArn = '' }: AssumeEvents, { snapshot }: Facts): readonly string[] => {
  const issuer = providerHostPath(providerArn);
  return clustersOf(snapshot)
    .filter(({ cluster }) => issuer !== undefined && stripScheme(cluster.issuer ?? '') === issuer)
    .map(({ cluster }) => cluster.region);
};

const failureOf = ({ roleArn }: RuntimeSubject, event: AssumeEvents, own: readonly string[]): Failure => {
  const { region, subject = '', userAgents } = event;
  return fail
    .elsewhere({ caller: callerOf(event), region, role: roleNameOf(roleArn), own })
    .discriminator(`${subject} ${region}`)
    .evidence('region of the call', `cloudtrail:LookupEvents in ${region}`, region, phrase('{own}', { own }))
    .changing('user agents', `cloudtrail:LookupEvents in ${region}`, phrase('{userAgents}', { userAgents }))
    .place(event.providerArn === undefined ? undefined : { providerArn: event.providerArn })
    .fix(
      `Let the SDK of ${callerOf(event)} call STS in ${own.join(' or ')}: a newer version, or the region given to its STS client.`,
      'Which of the two the application can do.',
    );
};

import { describe, expect, test } from '@jest/globals';
import { elsewhereIn } from '../../lib/explain/elsewhere.ts';
import { explainMessage } from '../../lib/explain/explain-message.ts';
import { whole } from '../support/whole/whole.ts';

const noCredentials = 'NoCredentialProviders: no valid providers in chain';
const denied = 'UnauthorizedOperation: You are not authorized to perform this operation';
const invalid = 'InvalidClientTokenId: The security token included in the request is invalid';
const signature = 'SignatureDoesNotMatch: The request signature we calculated does not match';

describe('a text about another place', () => {
  test.each([
    ['azure', 'AADSTS70021: No matching federated identity record found for presented assertion.'],
    ['google', "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist)."],
    ['roles-anywhere', 'aws_signing_helper: AccessDeniedException: Untrusted Signing Certificate'],
    ['image-pull', 'Failed to pull image "1.dkr.ecr.eu-west-1.amazonaws.com/app": no basic auth credentials'],
    ['pipeline', `Run aws-actions/amazon-ecr-login@v1\n${noCredentials}`],
    ['control-plane', `CreatingLoadBalancerFailed: failed to ensure load balancer: ${denied}`],
    ['cluster-access', `getting credentials: exec: executable aws failed with exit code 255\n${invalid}`],
    ['kubernetes-api', 'services is forbidden: User "system:serviceaccount:app:app" cannot list resource "services"'],
    ['task-of-ecs', `The ECS task has its role. ${noCredentials}`],
    ['function', `in lambda_handler: ${noCredentials}`],
    ['local-cluster', `on minikube: ${noCredentials}`],
    ['other-store', `S3_ENDPOINT: http://store:9000\n${signature}`],
    ['person', `$ terraform apply\n${invalid}`],
    ['instance', `It runs on an EC2 instance. ${noCredentials}`],
  ] as const)('is told as that: %s', (id, text) => {
    const explanation = explainMessage(text);
    whole('answer', [explanation]);
    expect(explanation).toMatchObject({ known: false, elsewhere: { id }, nearest: [] });
  });

  test.each([
    ['a role for the account of a pod', 'The ECS task works, the pod with IRSA does not. '],
    ['a broker of pods', 'On an EC2 instance with kube2iam: '],
    ['a cluster', 'It works on an EC2 instance, and not on EKS: '],
    ['a tool that runs in a cluster', 'terraform apply in a pod: '],
  ])('is explained where it names %s', (_, words) => {
    expect(explainMessage(`${words}${noCredentials}`)).toMatchObject({
      known: true,
      message: { id: 'sdk-no-credentials' },
    });
  });

  test('is explained where its message is one of pods alone', () => {
    const text = 'Failed to pull image "a". webhook "iam-for-pods.amazonaws.com" denied the request';
    expect(elsewhereIn(text, { isGeneral: false, isUnspecific: false })).toBeUndefined();
  });

  test('is explained where its words are noise of a log', () => {
    const log = `pods is forbidden: User "system:serviceaccount:a:b" cannot list resource "pods"\n${denied}`;
    expect(explainMessage(log)).toMatchObject({ known: true, message: { id: 'service-denied' } });
  });
});

describe('the text decides', () => {
  test.each([
    ['for the only cause', 'Error loading SSO Token', true],
    ['for the one with a sign that decides', `${noCredentials}: the annotation was lost`, true],
    ['for none of several', noCredentials, false],
  ])('%s', (_, text, decided) => {
    expect(explainMessage(text)).toMatchObject({ known: true, decided });
  });
});

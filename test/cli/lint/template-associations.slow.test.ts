import { describe, expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from './lint-texts.ts';

const role = (service: unknown, properties: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    ...properties,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: ['sts:AssumeRole', 'sts:TagSession'] }],
    },
  },
});
const association = (RoleArn: unknown, more: object = {}) => ({
  Type: 'AWS::EKS::PodIdentityAssociation',
  Properties: { ClusterName: { Ref: 'Cluster' }, Namespace: 'harbour', ServiceAccount: 'pilot', RoleArn, ...more },
});
const arn = { 'Fn::GetAtt': ['Role', 'Arn'] };
const template = (Resources: object, more: object = {}): string => JSON.stringify({ ...more, Resources });
const untrusted = ['t.json:1 AWS::EKS::PodIdentityAssociation Its pod-identity-role-not-trusting'];
const ec2 = role('ec2.amazonaws.com');

describe('Pod Identity associations of CloudFormation', () => {
  test.each<[name: string, text: string, findings: readonly string[], doubts: readonly string[]]>([
    ['a sound one', template({ Its: association(arn), Role: role('pods.eks.amazonaws.com') }), [], []],
    ['a role that trusts another service', template({ Its: association(arn), Role: ec2 }), untrusted, []],
    ['the short form', template({ Its: association({ 'Fn::GetAtt': 'Role.Arn' }), Role: ec2 }), untrusted, []],
    ['by Fn::Sub', template({ Its: association({ 'Fn::Sub': '${Role.Arn}' }), Role: ec2 }), untrusted, []],
    [
      'a role of that name',
      template({
        Its: association('arn:aws-cn:iam::808182838485:role/pilots'),
        Role: role('ec2.amazonaws.com', { RoleName: 'pilots' }),
      }),
      untrusted,
      [],
    ],
    ['a role that is a parameter', template({ Its: association({ Ref: 'RoleArn' }), Role: ec2 }), [], []],
    ['another role of the template', template({ Its: association({ 'Fn::GetAtt': ['B', 'Arn'] }), Role: ec2 }), [], []],
    [
      'a service that is a parameter',
      template({ Its: association(arn), Role: role({ Ref: 'Service' }) }),
      [],
      [
        't.json:1 AWS::EKS::PodIdentityAssociation Its: whether its role trusts pods.eks.amazonaws.com: parts of its policy are filled in later',
      ],
    ],
    [
      'one that is never deployed',
      template(
        { Its: { ...association(arn), Condition: 'No' }, Role: ec2 },
        { Conditions: { No: { 'Fn::Equals': ['a', 'b'] } } },
      ),
      [],
      [],
    ],
    [
      'one without a namespace',
      template({ Its: association(arn, { Namespace: ['harbour'] }), Role: ec2 }),
      [],
      [
        't.json:1 AWS::EKS::PodIdentityAssociation Its: the Pod Identity association has no namespace and service account that are texts',
      ],
    ],
    [
      'the service account default',
      template({ Its: association(arn, { ServiceAccount: 'default' }), Role: role('pods.eks.amazonaws.com') }),
      ['t.json:1 ServiceAccount harbour/default service-account-on-default'],
      [],
    ],
  ])('%s', async (_, text, findings, doubts) => {
    const report = await lintTexts({ 't.json': text });
    expect(findingsIn(report)).toEqual(findings);
    expect(doubtsIn(report)).toEqual(doubts);
  });
});

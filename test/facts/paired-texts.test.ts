/** Texts of each form of each of their parts: what is read of them. */
import { test } from '@jest/globals';
import { clusterNameInTags } from '../../lib/facts/cluster-name-in-tags.ts';
import { isEksHost, isMeantForEks, looksLikeEks, regionOfIssuer } from '../../lib/facts/eks-issuer.ts';
import { isOptOut, requirementText, unmetRequirement } from '../../lib/facts/label-selector.ts';
import { isRoleArn, roleArnFault, roleArnFaults } from '../../lib/facts/role-arn-fault.ts';
import { isVersionBelow, sdksOf } from '../../lib/facts/sdk-version.ts';
import { parseSubject, placeOfSubject } from '../../lib/facts/subject-ids.ts';
import { expirationFault } from '../../lib/facts/webhook-options.ts';
import { renderTemplate } from '../../lib/text.ts';
import { aCluster } from '../support/example-world.ts';
import { line, tell, texts } from '../support/paired-lines.ts';

test('ARNs of roles', () => {
  const arns = [
    ...texts(
      ['arn:', 'ARN:', 'arn', ' arn:', '"arn:', 'arn::', ''],
      ['aws:', 'aws-cn:', 'aws-us-gov:', 'amazon:', 'AWS:', ':'],
      ['iam:', 'sts:', 'IAM:', 'ec2:', ':'],
      [':', 'us-east-1:', ''],
      ['111122223333:', '11112222333:', '1111222233334:', 'aws:', ':', '1111-2222-3333:', '${ACCOUNT}:', '<account>:'],
      [
        'role/',
        'Role/',
        'role:',
        'role//',
        'roles/',
        'user/',
        'policy/',
        'instance-profile/',
        'assumed-role/',
        'root',
        '',
      ],
      [
        'cart',
        'team/cart',
        'checkout cart',
        'cart/',
        '',
        `${'x'.repeat(65)}`,
        'cart}}',
        'cärt',
        'cart:1',
        '$ROLE',
        '*',
      ],
      ['', ' ', '"', '\n', '\u200b', ','],
    ),
    ...['', ' ', '\t\n', 'cart', 'x'.repeat(2049), 'arn:aws:iam::111122223333:role/cart'],
  ];
  tell(
    'faults',
    arns.map(arn => {
      const fault = roleArnFault(arn, arn.includes('cn') ? undefined : 'aws');
      return line(arn.slice(0, 120), [
        isRoleArn(arn),
        fault?.id,
        fault && renderTemplate(roleArnFaults[fault.id], fault.data),
      ]);
    }),
  );
});

test('ids of subjects', () => {
  const ids = texts(
    ['arn:aws:eks:eu-west-1:111122223333:', 'arn:aws:iam::111122223333:', 'https://', ''],
    ['cluster/shop', 'oidc-provider/oidc.example/id/1', 'role/team/cart', 'nodegroup/shop', 'cluster/'],
    ['', '/serviceaccount', '/pod', '/podidentityassociation', '/mutatingwebhookconfiguration', '/other'],
    ['', '/checkout', '//pod-identity-webhook', '/'],
    ['', '/Deployment/cart', '/cart', '/Deployment/cart/cart'],
  );
  tell(
    'subjects',
    ids.map(id => line(id, [parseSubject(id), placeOfSubject(id)])),
  );
});

test('hosts of issuers', () => {
  const issuers = texts(
    ['https://', 'HTTP://', ''],
    ['oidc.eks.', 'oidc-eks.', 'oidc.eks-fips.', 'oidc.EKS.', 'oidc-eks-fips.', 'eks.', 'x.oidc.eks.'],
    ['eu-west-1.', 'us-gov-west-1.', 'cn-north-1.', 'EU-west-1.', '', 'moon.'],
    ['amazonaws.com', 'amazonaws.com.cn', 'api.aws', 'amazonaws.example', 'on.aws', 'amazonaws.com:443'],
    ['/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F', '/id/5c1d', '', '/ID/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F/', '/x'],
  );
  tell(
    'issuers',
    issuers.map(one => line(one, [isEksHost(one), isMeantForEks(one), looksLikeEks(one), regionOfIssuer(one)])),
  );
});

test('selectors of labels', () => {
  const labels = [{}, { app: 'web' }, { app: '' }, { app: 'cart', team: 'shop' }];
  const expressions = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'in'].flatMap(operator =>
    [[], ['web'], ['web', 'cart'], ['']].map(values => ({ key: 'app', operator, values })),
  );
  tell(
    'expressions',
    expressions.flatMap(one =>
      labels.map(of => {
        const unmet = unmetRequirement({ matchLabels: {}, matchExpressions: [one] }, of);
        return line([one.operator, one.values, of], [unmet && requirementText(unmet), isOptOut(one)]);
      }),
    ),
  );
  const [first] = expressions;
  tell(
    'labels',
    labels.flatMap(matchLabels =>
      labels.map(of =>
        line([matchLabels, of], unmetRequirement({ matchLabels, matchExpressions: first ? [first] : [] }, of)),
      ),
    ),
  );
});

test('options, tags and versions', () => {
  const { createdAt: _made, version: _version, ...described } = aCluster();
  const seconds = [
    '',
    '0',
    '599',
    '600',
    '601',
    '86399',
    '86400',
    '86401',
    '-1',
    '+700',
    '7e2',
    '600s',
    ' 600',
    '9'.repeat(19),
  ];
  tell(
    'expirations',
    seconds.flatMap(value =>
      [aCluster(), { ...described, issuer: 'https://k8s.example' }].map(cluster =>
        line(value, expirationFault(value, cluster)),
      ),
    ),
  );
  const tags = [
    'alpha.eksctl.io/cluster-name',
    'eksctl.cluster.k8s.io/v1alpha1/cluster-name',
    'kubernetes.io/cluster/shop',
  ];
  tell(
    'tags',
    [...tags, 'Name', 'cluster', 'eks:cluster-name', 'aws:eks:cluster-name'].flatMap(tag =>
      ['shop', 'shop-eks-irsa', 'a-eks-irsa-eks-irsa', 'shop-eks-irsa-2', '-eks-irsa', ''].map(value =>
        line(
          [tag, value],
          [clusterNameInTags({ [tag]: value }), clusterNameInTags({ Name: 'web-eks-irsa', [tag]: value })],
        ),
      ),
    ),
  );
  const versions = ['1.9.220', '1.9.219', '1.10', '2', '1.9.220-rc.1', '1.9.220.1', '0.9.999', 'x'];
  tell(
    'versions',
    versions.flatMap(have => versions.map(minimum => line([have, minimum], isVersionBelow(have, minimum)))),
  );
  const agents = texts(
    ['Boto3/1.9.219 ', 'Botocore/1.12.199 ', 'botocore#1.30.0 ', 'aws-cli/1.16.231 ', 'aws-sdk-go/1.23.12 ', ''],
    ['aws-sdk-go-v2/1.30.0 ', 'aws-sdk-java/1.12.781 ', 'aws-sdk-java/2.10.10 ', 'aws-sdk-nodejs/2.524.0 ', ''],
    ['aws-sdk-js/3.26.0', 'aws-sdk-ruby3/3.57.0', 'aws-sdk-dotnet-coreclr/3.3.0', 'aws-sdk-rust/1.0', 'xaws-cli/1.0'],
  );
  tell(
    'user agents',
    agents.map(agent => line(agent, sdksOf(agent))),
  );
});

/** Files with one feature each, as people write them: a corpus whose whole answers are kept. */

const id = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const oidc = 'arn:aws:iam::111122223333:oidc-provider';
const web = 'sts:AssumeRoleWithWebIdentity';
const cart = 'system:serviceaccount:shop:cart';
const any = 'system:serviceaccount:*:cart';
const aud = (issuer = id) => ({ [`${issuer}:aud`]: 'sts.amazonaws.com' });

interface Parts {
  readonly federated?: unknown;
  readonly action?: unknown;
  readonly condition?: unknown;
  readonly more?: object;
}
const statement = ({ federated = `${oidc}/${id}`, action = web, condition, more }: Parts = {}) => ({
  Effect: 'Allow',
  Principal: { Federated: federated },
  Action: action,
  ...(condition === undefined ? {} : { Condition: condition }),
  ...more,
});
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 1);
const like = (subject: unknown, issuer = id) => ({
  StringLike: { [`${issuer}:sub`]: subject },
  StringEquals: aud(issuer),
});
const equals = (subject: unknown, issuer = id) => ({ StringEquals: { [`${issuer}:sub`]: subject, ...aud(issuer) } });
const one = (parts: Parts): string => policy(statement(parts));
const open = statement({ condition: like(any) });
const sound = statement({ condition: equals(cart) });

const placeholders: Readonly<Record<string, string>> = {
  'a scheme before a placeholder in a key': one({
    federated: `${oidc}/<ISSUER>`,
    condition: equals(cart, 'http://<ISSUER>'),
  }),
  'an ARN before a placeholder in a key': one({
    federated: `${oidc}/<ISSUER>`,
    condition: equals(cart, `${oidc}/<ISSUER>`),
  }),
  'a scheme in the provider': one({ federated: `${oidc}/https://<ISSUER>`, condition: equals(cart, '<ISSUER>') }),
  'an ARN in the provider': one({ federated: `${oidc}/${oidc}/<ISSUER>`, condition: equals(cart, '<ISSUER>') }),
  'a key of another provider': one({ federated: `${oidc}/${id}`, condition: equals(cart, 'gitlab.example.com') }),
  'a placeholder for the provider, keys that are written out': one({ federated: '${ARN}', condition: like(any) }),
  'a key whose region is a placeholder': one({
    federated: `${oidc}/${id}`,
    condition: like(any, id.replace('eu-west-1', '${REGION}')),
  }),
  'two providers with placeholders': one({
    federated: [`${oidc}/\${ONE}`, `${oidc}/\${TWO}`],
    condition: { StringLike: { '${TWO}:sub': any }, StringEquals: aud('${TWO}') },
  }),
  'a provider of SAML beside one with a placeholder': policy(
    statement({ federated: 'arn:aws:iam::111122223333:saml-provider/${IDP}', action: 'sts:AssumeRoleWithSAML' }),
    statement({ federated: `${oidc}/\${ONE}`, condition: like(any, '${ONE}') }),
  ),
  'a key of another issuer that is a placeholder': one({
    condition: { StringLike: { 'k.example.com/${PATH}:sub': any } },
  }),
  'a key whose tag is a placeholder': one({
    condition: { ...equals(cart), StringLike: { 'aws:RequestTag/${TAG}': 'x' } },
  }),
  'an audience that is a placeholder': one({
    condition: { StringEquals: { [`${id}:sub`]: cart, [`${id}:aud`]: '${AUD}' } },
  }),
  'an audience that is partly one': one({
    condition: { StringEquals: { [`${id}:sub`]: cart, [`${id}:aud`]: 'sts.${SUFFIX}' } },
  }),
  'another claim that is a placeholder': one({
    condition: { StringEquals: { [`${id}:sub`]: cart, [`${id}:amr`]: '${AMR}' } },
  }),
  'a whole subject': one({ condition: like('${SUBJECT}') }),
  'a namespace with a name': one({ condition: equals('system:serviceaccount:${ACCOUNT}') }),
  'a subject that no filling makes sound': one({ condition: equals('serviceaccount:${NS}:cart') }),
  'a subject with a part too many': one({ condition: equals('system:serviceaccount:${NS}:a:b') }),
  'an open namespace beside a placeholder': one({ condition: like('system:serviceaccount:*:${NAME}') }),
  'an effect': one({ condition: equals(cart), more: { Effect: '${EFFECT}' } }),
  'an operator': one({ condition: { '${OPERATOR}': { [`${id}:sub`]: cart } } }),
  'a key': one({ condition: { StringEquals: { '${KEY}': cart } } }),
  'a claim': one({ condition: { StringEquals: { [`${id}:\${CLAIM}`]: cart } } }),
  'a tag': one({ condition: { StringEquals: { 'aws:PrincipalTag/${TAG}': 'x', ...equals(cart).StringEquals } } }),
  'an action that may be the one': one({ action: 'sts:${ACTION}', condition: like(any) }),
  'an action that is not': one({ action: 's3:${ACTION}', condition: like(any) }),
  'an action that is left out': policy({
    Effect: 'Allow',
    Principal: { Federated: `${oidc}/${id}` },
    NotAction: 's3:${ACTION}',
    Condition: like(any),
  }),
  'a version': policy(sound).replace('2012-10-17', '${VERSION}'),
  'a version, of a policy with variables': one({
    condition: like(['system:serviceaccount:${aws:PrincipalTag/ns}:*', any]),
  }).replace('2012-10-17', '${VERSION}'),
  'a version, of a policy that is open': policy(open).replace('2012-10-17', '${VERSION}'),
  'a Sid': policy({ Sid: 'Pods${ENV}', ...open }),
  'a provider that tests service accounts': one({
    federated: '${PROVIDER}',
    condition: { StringLike: { '${URL}:sub': 'system:serviceaccount:*:cart' } },
  }),
  'a provider that tests nothing': one({ federated: '${PROVIDER}' }),
  'a provider that is denied': one({ federated: '${PROVIDER}', more: { Effect: 'Deny' } }),
  'a module of EKS': one({ federated: '${module.eks.oidc_provider_arn}' }),
  'text that is no JSON yet': '{"Statement": [${STATEMENTS}, {]}',
  'text that is JSON with quotes': '{"Statement": ${STATEMENTS}}',
  'an account outside of quotes': policy(statement({ federated: `${oidc}/${id}`, condition: like(any) })).replace(
    '"sts.amazonaws.com"',
    '<AUDIENCE>',
  ),
};

const containers: Readonly<Record<string, string>> = {
  'a policy': policy(open),
  'two statements with one fault': policy(open, open),
  'a statement': JSON.stringify(open),
  'a role of get-role': JSON.stringify({
    Role: { RoleName: 'app', AssumeRolePolicyDocument: JSON.parse(policy(open)) },
  }),
  'roles of list-roles': JSON.stringify({
    Roles: ['one', 'two'].map(RoleName => ({ RoleName, AssumeRolePolicyDocument: JSON.parse(policy(open)) })),
  }),
  'roles of get-account-authorization-details': JSON.stringify({
    RoleDetailList: [{ RoleName: 'app', AssumeRolePolicyDocument: policy(open) }],
  }),
  'properties of a role': JSON.stringify({ Properties: { AssumeRolePolicyDocument: JSON.parse(policy(open)) } }),
  'a role without a policy': JSON.stringify({ Role: { RoleName: 'app' } }),
  'a byte order mark': `\ufeff${policy(open)}`,
  'a permissions policy': JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', NotResource: 'x' }] }),
  'a policy of a resource': JSON.stringify({
    Statement: [{ Effect: 'Allow', NotPrincipal: { AWS: '*' }, Action: 's3:*', Resource: '*' }],
  }),
  'a text that is no policy': JSON.stringify({ Role: { RoleName: 'app', AssumeRolePolicyDocument: 'no JSON' } }),
  'a text that is filled in later': JSON.stringify({
    Role: { RoleName: 'app', AssumeRolePolicyDocument: ' ${POLICY} ' },
  }),
};

const cdk = (document: unknown, more: object = {}, role: object = {}): string =>
  JSON.stringify(
    {
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'app', AssumeRolePolicyDocument: document }, ...role },
        Cluster: { Type: 'AWS::EKS::Cluster' },
        Provider: {
          Type: 'Custom::AWSCDKOpenIdConnectProvider',
          Properties: { Url: { 'Fn::GetAtt': ['Cluster', 'OpenIdConnectIssuerUrl'] } },
        },
      },
      ...more,
    },
    undefined,
    1,
  );
const inTemplate = (parts: Parts, more: object = {}) =>
  cdk({ Version: '2012-10-17', Statement: [statement(parts)] }, more);
const fnIf = (name: string, then: unknown, otherwise: unknown) => ({ 'Fn::If': [name, then, otherwise] });
const noValue = { Ref: 'AWS::NoValue' };
const withCart = (subject: unknown) =>
  inTemplate({ condition: { StringLike: { [`${id}:sub`]: subject }, StringEquals: aud() } });

const templates: Readonly<Record<string, string>> = {
  'a provider of the CDK': inTemplate({ federated: { Ref: 'Provider' }, condition: { StringLike: { 'x:sub': any } } }),
  'a provider that is not of the template': inTemplate({ federated: { Ref: 'Other' }, condition: like(any) }),
  'keys that stand there twice': cdk({ Version: '2012-10-17', Statement: [open] })
    .replace('"Type": "AWS::IAM::Role"', '"Type": "AWS::IAM::Policy", "Type": "AWS::IAM::Role"')
    .replace('"RoleName": "app"', '"RoleName": "other", "RoleName": "app"'),
  'Fn::Sub with a literal': withCart({ 'Fn::Sub': 'system:serviceaccount:${!ns}:*' }),
  'Fn::Sub with variables': withCart({ 'Fn::Sub': ['system:serviceaccount:${Ns}:cart', { Ns: '*' }] }),
  'Fn::Join': withCart({ 'Fn::Join': [':', ['system', 'serviceaccount', '*', { Ref: 'Name' }]] }),
  'Fn::Join of no list': withCart({ 'Fn::Join': [':', { Ref: 'List' }] }),
  'Fn::Select of a list': withCart({ 'Fn::Select': [1, ['x', any]] }),
  'Fn::Select at a separator that a value may have': withCart({
    'Fn::Select': [0, { 'Fn::Split': [',', { 'Fn::Sub': '${A},x' }] }],
  }),
  'Fn::FindInMap by region, all alike': inTemplate(
    { condition: like({ 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'sub'] }) },
    { Mappings: { M: { a: { sub: any }, b: { sub: any } } } },
  ),
  'Fn::FindInMap by region, different': inTemplate(
    { condition: like({ 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'sub'] }) },
    { Mappings: { M: { a: { sub: any }, b: { sub: cart } } } },
  ),
  'Fn::FindInMap by a key that is not there': inTemplate(
    { condition: like({ 'Fn::FindInMap': ['M', 'c', 'sub'] }) },
    { Mappings: { M: { a: { sub: any } } } },
  ),
  'Fn::ImportValue': withCart({ 'Fn::ImportValue': 'subject' }),
  'a default': inTemplate({ condition: like({ Ref: 'S' }) }, { Parameters: { S: { Type: 'String', Default: any } } }),
  'a default of a parameter without a type': inTemplate(
    { condition: like({ Ref: 'S' }) },
    { Parameters: { S: { Default: any } } },
  ),
  'a default that is empty': inTemplate(
    { condition: like({ Ref: 'S' }) },
    { Parameters: { S: { Type: 'String', Default: '' } } },
  ),
  'a default of a list': inTemplate(
    { condition: like({ Ref: 'S' }) },
    { Parameters: { S: { Type: 'CommaDelimitedList', Default: any } } },
  ),
  'a policy that is a parameter': cdk({ Ref: 'Policy' }),
  'a policy in one form alone': cdk(fnIf('A', { Ref: 'Policy' }, { Version: '2012-10-17', Statement: [open] })),
  'one condition, two forms': cdk({ Version: '2012-10-17', Statement: [fnIf('A', open, sound)] }),
  'one condition, the role under it': cdk(
    { Version: '2012-10-17', Statement: [fnIf('A', sound, open)] },
    {},
    { Condition: 'A' },
  ),
  'a key that is there in one form alone': inTemplate({
    condition: { StringEquals: { [`${id}:sub`]: fnIf('A', cart, noValue), ...aud() } },
  }),
  'several conditions': cdk({
    Version: '2012-10-17',
    Statement: [fnIf('A', open, noValue), fnIf('B', sound, noValue)],
  }),
  'a function as a key': cdk({
    Version: '2012-10-17',
    Statement: [statement({ condition: { StringLike: { 'Fn::Sub': 'x' } } })],
  }),
  'a pseudo parameter as text': withCart('system:serviceaccount:${AWS::StackName}:*'),
  'a loop': JSON.stringify({
    Resources: {
      'Fn::ForEach::Roles': [
        'Name',
        ['a'],
        {
          'Role${Name}': { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: JSON.parse(policy(open)) } },
        },
      ],
    },
  }),
  'a module': JSON.stringify({ Resources: { M: { Type: 'My::Org::Roles::MODULE' } } }),
  'a function of SAM': JSON.stringify({
    Resources: {
      F: { Type: 'AWS::Serverless::Function', Properties: { AssumeRolePolicyDocument: JSON.parse(policy(open)) } },
    },
  }),
  'a role without a policy': JSON.stringify({ Resources: { R: { Type: 'AWS::IAM::Role', Properties: {} } } }),
};

const resource = (address: string, values: object, more: object = {}) => ({
  ...{ address, mode: 'managed', type: 'aws_iam_role', values },
  ...more,
});
const change = (address: string, actions: readonly string[], after: unknown) => ({
  ...{ address, mode: 'managed', type: 'aws_iam_role', change: { actions, after } },
});
const trust = { assume_role_policy: policy(open) };
const plans: Readonly<Record<string, string>> = {
  'a plan': JSON.stringify({
    format_version: '1.2',
    planned_values: {
      root_module: {
        resources: [
          resource('aws_iam_role.a', trust),
          resource('data.aws_iam_role.b', trust, { mode: 'data' }),
          resource('aws_s3_bucket.c', trust, { type: 'aws_s3_bucket' }),
          resource('aws_iam_role.later', {}),
        ],
        child_modules: [{ resources: [resource('module.x.aws_iam_role.d', trust)] }],
      },
    },
    resource_changes: [
      change('aws_iam_role.a', ['update'], {}),
      change('aws_iam_role.deleted', ['delete'], null),
      change('aws_iam_role.forgotten', ['forget'], null),
      change('aws_iam_role.replaced', ['delete', 'create'], trust),
    ],
  }),
  'a state': JSON.stringify({
    format_version: '1.0',
    values: {
      root_module: {
        resources: [
          resource('awscc_iam_role.a', { assume_role_policy_document: policy(open) }, { type: 'awscc_iam_role' }),
        ],
      },
    },
  }),
};

const account = (annotations: string, more = '', name = 'cart'): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: ${name}\n  namespace: shop\n${more}  annotations:\n${annotations}`;
const role = 'arn:aws:iam::111122223333:role/app';
const annotated = account(`    eks.amazonaws.com/role-arn: ${role}\n`);
const keys = '{name: AWS_ACCESS_KEY_ID, value: k}';
const pod = (account: string): string => `{${account}containers: [{name: app, image: x, env: [${keys}]}]}`;
const ackRole = (text: string): string =>
  `apiVersion: iam.services.k8s.aws/v1alpha1\nkind: Role\nmetadata: {name: app}\nspec:\n  name: app\n  assumeRolePolicyDocument: '${text.replaceAll('\n', '')}'\n`;
const upbound = (group: string, field: string, text: string, metadata = 'name: app'): string =>
  `apiVersion: ${group}/v1beta1\nkind: Role\nmetadata: {${metadata}}\nspec:\n  forProvider:\n    ${field}: '${text.replaceAll('\n', '')}'\n`;
const eksctl = (accounts: string, associations = '[]'): string =>
  `apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c, region: eu-west-1}\niam:\n  serviceAccounts: ${accounts}\n  podIdentityAssociations: ${associations}\n`;
const pods = (more: object = {}): string =>
  policy({
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    ...more,
  });
const elsewhere = one({ condition: equals('system:serviceaccount:store:cart') });

const manifests: Readonly<Record<string, string>> = {
  'a label that is mistyped': account('    other: x\n', `  labels: {eks.amazonaws.com/role-arn: "${role}"}\n`),
  'a region in an ARN': account('    eks.amazonaws.com/role-arn: arn:aws:iam:eu-west-1:111122223333:role/app\n'),
  'a regional option': account(
    `    eks.amazonaws.com/role-arn: ${role}\n    eks.amazonaws.com/sts-regional-endpoints: "yes"\n`,
  ),
  'a deprecated field of a pod': `${annotated}---\napiVersion: v1\nkind: Pod\nmetadata: {name: app, namespace: shop}\nspec: ${pod('serviceAccount: cart, ')}\n`,
  'a CronJob': `${annotated}---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: app, namespace: shop}\nspec: {jobTemplate: {spec: {template: {spec: ${pod('serviceAccountName: cart, ')}}}}}\n`,
  'a workload of the default account': `${account(`    eks.amazonaws.com/role-arn: ${role}\n`, '', 'default')}---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: app, namespace: shop}\nspec: {template: {spec: ${pod('')}}}\n`,
  'a workload of another namespace': `${annotated}---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: app, namespace: other}\nspec: {template: {spec: ${pod('serviceAccountName: cart, ')}}}\n`,
  'a workload without a name': `${annotated}---\napiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: ${pod('serviceAccountName: cart, ')}}}\n`,
  'annotations of pods, on the pod and its template': `${account('    other: x\n')}---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: app, namespace: shop, annotations: {eks.amazonaws.com/role-arn: "${role}"}}\nspec: {template: {metadata: {annotations: {eks.amazonaws.com/role-arn: "${role}"}}, spec: {serviceAccountName: cart, containers: [{name: app, image: x}]}}}\n`,
  'a role that refuses, of ACK': `${annotated}---\n${ackRole(elsewhere)}`,
  'a role that refuses, of Upbound': `${annotated}---\n${upbound('iam.aws.upbound.io', 'assumeRolePolicy', elsewhere)}`,
  'a role that refuses, of Upbound for a namespace': `${annotated}---\n${upbound('iam.aws.m.upbound.io', 'assumeRolePolicy', elsewhere)}`,
  'a role that refuses, of Crossplane, by its other name': `${annotated}---\n${upbound('iam.aws.crossplane.io', 'assumeRolePolicyDocument', elsewhere, 'name: x, annotations: {crossplane.io/external-name: app}')}`,
  'a role of a group that is no controller': `${annotated}---\n${upbound('iam.example.com', 'assumeRolePolicy', elsewhere)}`,
  'a role with another name': `${annotated}---\n${ackRole(elsewhere).replace('  name: app\n', '  name: other\n')}`,
  'a role of one issuer of two': `${annotated}---\n${ackRole(policy(JSON.parse(elsewhere).Statement[0], statement({ federated: `${oidc}/${id.replace('5C', '6C')}`, condition: equals(cart, id.replace('5C', '6C')) })))}`,
  'a role whose audience is not asked for': `${account(`    eks.amazonaws.com/role-arn: ${role}\n    eks.amazonaws.com/audience: other\n`)}---\n${ackRole(one({ condition: equals(cart) }))}`,
  'eksctl without a namespace': eksctl('[{metadata: {name: default}, attachPolicyARNs: [x]}]'),
  'eksctl with a role of its own': eksctl(`[{metadata: {name: default, namespace: shop}, attachRoleARN: "${role}"}]`),
  'eksctl, the role alone': eksctl('[{metadata: {name: default, namespace: shop}, roleOnly: true}]'),
  'eksctl, both ways': eksctl(
    '[{metadata: {name: cart, namespace: shop}}]',
    `[{namespace: shop, serviceAccountName: cart, roleARN: "${role}"}]`,
  ),
  'eksctl, an association without a name': eksctl('[]', `[{namespace: shop, roleARN: "${role}"}]`),
  'an association whose role refuses': `${eksctl('[]', `[{namespace: shop, serviceAccountName: cart, roleARN: "${role}"}]`)}---\n${ackRole(pods({ Principal: { Service: 'ec2.amazonaws.com' } }))}`,
  'an association whose role may be filled in': `${eksctl('[]', `[{namespace: shop, serviceAccountName: cart, roleARN: "${role}"}]`)}---\n${ackRole(pods({ Principal: { Service: '${SERVICE}' } }))}`,
  'an association whose role is for another account': `${eksctl('[]', `[{namespace: shop, serviceAccountName: cart, roleARN: "${role}"}]`)}---\n${ackRole(pods({ Condition: { StringEquals: { 'aws:SourceAccount': '444455556666' } } }))}`,
  'an association whose role is of this account': `${eksctl('[]', `[{namespace: shop, serviceAccountName: cart, roleARN: "${role}"}]`)}---\n${ackRole(pods({ Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } }))}`,
  'an association with the annotated role': `${eksctl(`[{metadata: {name: cart, namespace: shop}, attachRoleARN: "${role}"}]`, `[{namespace: shop, serviceAccountName: cart, roleARN: "${role}"}]`)}`,
};

const document = (inside: string, name = 'app'): string => `data "aws_iam_policy_document" "${name}" {\n${inside}}\n`;
const block = (inside: string): string => `  statement {\n${inside}  }\n`;
const actions = `    actions = ["${web}"]\n`;
const principals = `    principals {\n      type        = "Federated"\n      identifiers = ["${oidc}/${id}"]\n    }\n`;
const condition = (value: string, test = 'StringLike', claim = 'sub'): string =>
  `    condition {\n      test     = "${test}"\n      variable = "${id}:${claim}"\n      values   = [${value}]\n    }\n`;
const audience = condition('"sts.amazonaws.com"', 'StringEquals', 'aud');
const usual = (subject: string, effect = ''): string =>
  block(`${effect}${actions}${principals}${condition(subject)}${audience}`);
const hclRole = (text: string, more = '', name = 'app'): string =>
  `resource "aws_iam_role" "${name}" {\n${more}  assume_role_policy = ${text}\n}\n`;
const ofDocument = hclRole('data.aws_iam_policy_document.app.json');
const module = (name: string, inputs: string): string =>
  `module "irsa" {\n  source = "terraform-aws-modules/iam/aws//modules/${name}"\n${inputs}}\n`;
const providers = (names: string): string =>
  `  oidc_providers = { a = { provider_arn = "${oidc}/${id}", namespace_service_accounts = ${names} } }\n`;
const tfAccount = (value: string, namespace = '    namespace = "shop"\n'): string =>
  `resource "kubernetes_service_account" "cart" {\n  metadata {\n    name = "cart"\n${namespace}    annotations = {\n      "eks.amazonaws.com/role-arn" = ${value}\n    }\n  }\n}\n`;
const tfAssociation = (value: string, type = 'aws'): string =>
  `resource "${type}_eks_pod_identity_association" "cart" {\n  cluster_name    = "c"\n  namespace       = "shop"\n  service_account = "cart"\n  role_arn        = ${value}\n}\n`;
const podsRole = (principal: string): string =>
  hclRole(
    `jsonencode({ Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole", "sts:TagSession"], Principal = { Service = ${principal} } }] })`,
  );

const terraform: Readonly<Record<string, string>> = {
  'a document': document(usual(`"${any}"`)) + ofDocument,
  'a document that denies': document(usual(`"${any}"`, '    effect = "Deny"\n') + usual(`"${cart}"`)) + ofDocument,
  'sources before own statements': `${document(block(`    sid = "Base"\n${actions}${principals}${condition(`"${any}"`)}`), 'base')}${document(`  source_policy_documents = [data.aws_iam_policy_document.base.json]\n${usual('"system:serviceaccount:*:pay"')}`)}${ofDocument}`,
  'a source as JSON': `${document(usual(`"${any}"`), 'base')}${document('  source_json = data.aws_iam_policy_document.base.json\n')}${ofDocument}`,
  'an override': `${document(`  override_json = var.more\n${usual(`"${cart}"`)}`)}${ofDocument}`,
  'variables of IAM':
    document(usual('"system:serviceaccount:&{aws:PrincipalTag/a}:&{aws:PrincipalTag/b}"')) + ofDocument,
  'principals that are left out': document(
    block(`${actions}${principals.replace('principals', 'not_principals')}${condition(`"${any}"`)}`),
  ),
  everybody:
    document(block(`${actions}    principals {\n      type        = "*"\n      identifiers = ["*"]\n    }\n`)) +
    ofDocument,
  'two blocks of one type': document(
    block(`${actions}${principals}${principals.replace('5C', '6C')}${condition(`"${any}"`)}${audience}`),
  ),
  'a dynamic statement': `${document(`  dynamic "statement" {\n    for_each = var.all\n    content {\n${actions}${principals}${condition(`"${any}"`)}${audience}    }\n  }\n`)}${ofDocument}`,
  'a document that is for other things': document(block('    actions = ["s3:GetObject"]\n    resources = ["*"]\n')),
  'a document whose action has other letters': document(
    block(`    actions = ["STS:assumerolewithwebidentity"]\n${principals}${condition(`"${any}"`)}`),
  ),
  'JSON with a marker': hclRole(`<<EOT\n${one({ condition: like('system:serviceaccount:%%{x}:*') })}\nEOT`),
  'JSON with a variable': hclRole(`<<EOT\n${one({ condition: like('system:serviceaccount:${var.ns}:*') })}\nEOT`),
  'a function of two values': hclRole('jsonencode({ Statement = [] }, 1)'),
  'another function of one value': hclRole('trimspace("{}")'),
  'a role name that is written': hclRole('var.policy', '  name = "app"\n'),
  'a provider by its id': `${hclRole(
    `jsonencode({ Statement = [{ Effect = "Allow", Action = "${web}", Principal = { Federated = aws_iam_openid_connect_provider.x.id }, Condition = { StringLike = { "\${aws_iam_openid_connect_provider.x.url}:sub" = "${any}" } } }] })`,
  )}resource "aws_iam_openid_connect_provider" "x" {\n  url = "https://${id}"\n}\n`,
  'statements that are known and not': hclRole(
    `jsonencode({ Statement = [var.more, { Effect = "Allow", Action = "${web}", Principal = var.p }, { Effect = "Allow", Action = "${web}", Principal = { Federated = "${oidc}/${id}" }, Condition = { StringLike = { "${id}:sub" = [var.s, "${any}"], "${id}:aud" = "sts.amazonaws.com" } } }] })`,
  ),
  'a service beside a login whose condition is not known': hclRole(
    `jsonencode({ Statement = [{ Effect = "Allow", Action = "${web}", Principal = { Service = "ec2.amazonaws.com", Federated = var.p }, Condition = var.c }] })`,
  ),
  'a service whose condition is not known': hclRole(
    'jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" }, Condition = var.c }] })',
  ),
  'a default of null': `variable "s" {\n  default = null\n}\n${document(usual('var.s'))}${ofDocument}`,
  'a module': module('iam-role-for-service-accounts-eks', providers('["*:cart", var.account, ["x"]]')),
  'a module with a pattern': module(
    'iam-role-for-service-accounts',
    `${providers('["*:cart"]')}  trust_condition_test = "StringLike"\n`,
  ),
  'a module that assumes itself': module(
    'iam-role-for-service-accounts-eks',
    `${providers('["shop:cart"]')}  allow_self_assume_role = true\n`,
  ),
  'a module that does not': module(
    'iam-role-for-service-accounts-eks',
    `${providers('["shop:cart"]')}  allow_self_assume_role = false\n`,
  ),
  'a module with a list that is not known': module(
    'iam-assumable-role-with-oidc',
    `  provider_url = "https://${id}"\n  oidc_subjects_with_wildcards = var.all\n  oidc_fully_qualified_audiences = ["sts.amazonaws.com"]\n`,
  ),
  'a module with wildcards and an audience': module(
    'iam-assumable-role-with-oidc',
    `  provider_urls = ["${id}"]\n  provider_url = ""\n  oidc_subjects_with_wildcards = ["${any}"]\n  oidc_fully_qualified_audiences = ["sts.amazonaws.com"]\n`,
  ),
  'a module for Pod Identity': `module "pod" {\n  source = "terraform-aws-modules/eks-pod-identity/aws"\n  trust_policy_statements = [{}]\n  trust_policy_conditions = [{}]\n}\n`,
  'a module whose name is whole': `${module('iam-role-for-service-accounts', `${providers('["store:cart"]')}  name = "app"\n  use_name_prefix = false\n`)}${tfAccount(`"${role}"`)}`,
  'a module whose name is a prefix': `${module('iam-role-for-service-accounts', `${providers('["store:cart"]')}  name = "app"\n`)}${tfAccount(`"${role}"`)}`,
  'an account without a namespace': `${tfAccount('aws_iam_role.app.arn', '')}${document(usual('"system:serviceaccount:default:cart"'))}${ofDocument}`,
  'an account whose role refuses': `${tfAccount('aws_iam_role.app.arn')}${document(usual('"system:serviceaccount:store:cart"'))}${ofDocument}`,
  'an account whose role is known in part': `${tfAccount('aws_iam_role.app.arn')}${hclRole(`jsonencode({ Statement = [var.more, ${JSON.stringify(JSON.parse(elsewhere).Statement[0]).replaceAll('":', '"=')}] })`)}`,
  'an association': tfAssociation('aws_iam_role.app.arn') + podsRole('"ec2.amazonaws.com"'),
  'an association of awscc': tfAssociation('aws_iam_role.app.arn', 'awscc') + podsRole('"ec2.amazonaws.com"'),
  'an association beside its annotation': `${tfAccount('aws_iam_role.app.arn')}${tfAssociation('aws_iam_role.other.arn')}${document(usual(`"${cart}"`))}${ofDocument}${podsRole('"pods.eks.amazonaws.com"').replace('"app"', '"other"')}`,
};

const values = `variable "ns" {}\nvariable "name" {\n  default = "cart"\n}\n${document(usual('"system:serviceaccount:${var.ns}:${var.name}"'))}${ofDocument}`;

/** Several files of one question. */
const several: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'values that Terraform takes by itself': {
    'm/main.tf': values,
    'm/a.auto.tfvars': 'ns = "*"\n',
    'm/terraform.tfvars': 'ns = "shop"\n',
  },
  'values that are given, with those that are taken': {
    'm/main.tf': values,
    'm/terraform.tfvars': 'name = "pay"\n',
    'm/env/prod.tfvars': 'ns = "*"\n',
    'm/env/test.tfvars': 'ns = "test"\n',
  },
  'a fault that no value changes, beside one that is repaired': {
    'm/main.tf': `variable "ns" {}\n${document(usual(`"${any}"`) + usual('"system:serviceaccount:${var.ns}:pay"'))}${ofDocument}`,
    'm/env/a.tfvars': 'ns = "shop"\n',
    'm/env/b.tfvars': 'ns = "store"\n',
    'm/env/c.tfvars': 'ns = "*"\n',
  },
  'values of another module': { 'm/main.tf': values, 'n/prod.tfvars': 'ns = "*"\n' },
  'values as JSON': {
    'm/main.tf': values,
    'm/terraform.tfvars.json': '{"ns": "${x}*"}',
    'm/terraform.tfvars': 'ns = "shop"\n',
  },
  'more values than are read': {
    'm/main.tf': values,
    ...Object.fromEntries(Array.from({ length: 22 }, (_, at) => [`m/env/${at}.tfvars`, `ns = "n${at}"\n`])),
  },
  'a module as JSON': {
    'main.tf.json': JSON.stringify({
      '//': 'made by a program',
      locals: { ns: '*' },
      resource: {
        aws_iam_role: {
          app: {
            '//': { x: 1 },
            assume_role_policy: policy(statement({ condition: like('system:serviceaccount:${local.ns}:cart') })),
          },
        },
      },
      data: {
        aws_iam_policy_document: {
          own: {
            statement: [
              {
                actions: [web],
                principals: { type: 'Federated', identifiers: [`${oidc}/${id}`] },
                condition: [{ test: 'StringLike', variable: `${id}:sub`, values: ['$${x}END%%{'] }],
              },
            ],
          },
        },
      },
    }),
  },
  'a role of a cluster that runs elsewhere': {
    'a.yaml': annotated,
    'b.yaml': ackRole(one({ federated: `${oidc}/k.example.com`, condition: equals(cart, 'k.example.com') })),
  },
  'a role of a cluster that runs elsewhere, for another account': {
    'a.yaml': annotated,
    'b.yaml': ackRole(elsewhere.replaceAll(id, 'k.example.com')),
  },
  'a role of a pipeline': {
    'a.yaml': annotated,
    'b.yaml': ackRole(
      one({
        federated: `${oidc}/token.actions.githubusercontent.com`,
        condition: equals('repo:shop/cart:ref:refs/heads/main', 'token.actions.githubusercontent.com'),
      }),
    ),
  },
  OpenTofu: { 'main.tofu': document(usual(`"${any}"`)) + ofDocument },
  'a template of Helm, one of CloudFormation beside it': {
    'c/templates/a.yaml': `{{- if .x }}\n${annotated}{{- end }}\n`,
    'c/templates/b.yaml': 'kind: Service\nmetadata: {{ x }}\n',
    'c/templates/c.yaml': `${withCart(any).replace('"app"', '"{{resolve:ssm:name}}"')}\n`,
    'c/templates/d.template': `Resources: {}\n`,
  },
  'files that cannot be read, and others': {
    'broken.json': '{"AssumeRolePolicyDocument": ',
    'empty.json': ' ',
    'z.json': policy(open),
    'a.json': policy(sound),
    'broken.tf': 'resource "aws_iam_role" {',
    'two.yaml': `Statement: [${JSON.stringify(open)}]\n---\na: [1\nb: }\n`,
  },
  'one role of two accounts': {
    'a.yaml': annotated,
    'b.tf': hclRole(`<<EOT\n${elsewhere.replaceAll('111122223333', '444455556666')}\nEOT`, '  name = "app"\n'),
  },
  'roles of one name, one of which trusts': {
    'a.yaml': annotated,
    'b.yaml': ackRole(elsewhere),
    'c.yaml': ackRole(policy(sound)),
  },
  'merged keys': {
    'a.yaml': [
      'x: &x { Effect: Allow, Action: sts:AssumeRole }',
      `y: &y { Action: "${web}", Principal: { Federated: "${oidc}/${id}" } }`,
      'Statement:',
      '  - { <<: [*x, *y] }',
      '  - { <<: [*y, *x] }',
      '  - { <<: *x, Action: "sts:*", Principal: { AWS: "*" } }',
    ].join('\n'),
  },
};

const named = (name: string, all: Readonly<Record<string, string>>, file: string) =>
  Object.entries(all).map(([title, text]) => [`${name}: ${title}`, { [file]: text }] as const);

/** Each case with its files by name. */
export const corpus: readonly (readonly [title: string, files: Readonly<Record<string, string>>])[] = [
  ...named('placeholders', placeholders, 'trust.json'),
  ...named('containers', containers, 'trust.json'),
  ...named('templates', templates, 'template.json'),
  ...named('plans', plans, 'plan.json'),
  ...named('manifests', manifests, 'all.yaml'),
  ...named('terraform', terraform, 'main.tf'),
  ...Object.entries(several).map(([title, files]) => [`files: ${title}`, files] as const),
];

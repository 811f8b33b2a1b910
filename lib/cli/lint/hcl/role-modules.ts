/** Roles that well-known Terraform modules make, as the policies that they give to them. Sources: main.tf and variables.tf of
 *  modules/iam-role-for-service-accounts(-eks) and modules/iam-assumable-role-with-oidc of
 *  terraform-aws-modules/terraform-aws-iam, of terraform-aws-modules/terraform-aws-eks-pod-identity, and of
 *  aws-ia/terraform-aws-eks-blueprints-addon. */
import { isOnePlaceholder } from '../placeholders.ts';
import type { SourceMember, SourceNode } from '../source-tree.ts';
import { itemsOf, memberOf, stringAt, stringOf } from '../source-tree.ts';
import { isLeftOut } from '../terraform-files.ts';
import { isUnresolved, type OpenPart, type PartlyKnown } from '../unresolved.ts';
import type { HclBlock } from './hcl-tree.ts';
import { type HclScope, moduleAt, placeholder, resolved } from './resolve.ts';

/** The modules whose roles are known, by the last part of their source. */
type Maker = (block: HclBlock, scope: HclScope) => PartlyKnown;

/** The policy of a module's role; undefined for any other module, and for one that makes no role. */
export const policyOfModule = (block: HclBlock, scope: HclScope): PartlyKnown | undefined => {
  const maker = makerOf(moduleNameOf(block, scope)) ?? (mayMakeRoles(block, scope) ? notKnown : undefined);
  if (maker === undefined) return undefined;
  // The module makes a role where it is told to.
  const isUntold = moduleNameOf(block, scope) === 'eks-blueprints-addon' && !block.attributes.has('create_role');
  return isModuleOff(block) || isUntold ? undefined : maker(block, scope);
};

/** True for a module that is told to make nothing. A variable may have another value than its default. */
export const isModuleOff = ({ attributes }: HclBlock): boolean =>
  ['create', 'create_role'].some(name => {
    const value = attributes.get(name);
    return value?.kind === 'boolean' && value.text === 'false';
  });

/** The last part of a module's source, from a registry, a repository or a folder. */
export const moduleNameOf = (block: HclBlock, scope: HclScope): string => {
  const source = stringOf(inputOf(block, 'source', scope)) ?? '';
  const [path = ''] = source.split('?');
  const whole = /(?:^|\/)(?:terraform-aws-)?(eks-pod-identity|eks-blueprints-addon)(?:\.git)?(?:\/aws)?$/.exec(
    path,
  )?.[1];
  if (whole !== undefined) return whole;
  return /\/(iam-[\w-]+)\/?$/.exec(path)?.[1] ?? '';
};

const makerOf = (name: string): Maker | undefined => {
  switch (name) {
    case 'iam-role-for-service-accounts-eks':
      return serviceAccountsRole('assume_role_condition_test', ['allow_self_assume_role']);
    case 'iam-role-for-service-accounts':
      return serviceAccountsRole('trust_condition_test', [
        'source_trust_policy_documents',
        'override_trust_policy_documents',
      ]);
    case 'iam-assumable-role-with-oidc':
      return oidcRole;
    case 'eks-blueprints-addon':
      return serviceAccountsRole('assume_role_condition_test', []);
    case 'eks-pod-identity':
      return podIdentityRole;
    default:
      return undefined;
  }
};

/** True for a module that plainly makes roles for pods: by its source, or by an input for their subjects. Another one may
 *  make roles, too: their names are not in the file. One in a folder that is left out may hide some; one whose files are read
 *  hides none. */
const mayMakeRoles = (block: HclBlock, scope: HclScope): boolean => {
  const source = stringOf(inputOf(block, 'source', scope)) ?? '';
  const isNamed = [...block.attributes.keys()].some(name =>
    /namespace_service_accounts?$|service_accounts?$|oidc_(?:\w+_)?subjects|^assume_role_policy|^trust_policy/.test(
      name,
    ),
  );
  const isOfRoles =
    isLeftOut(source) || /irsa|iam-(?:assumable-)?(?:eks-)?role|service-account|pod-identity/i.test(source);
  return (isNamed || isOfRoles) && moduleAt(source, scope.files).blocks.length === 0;
};

const inputOf = (block: HclBlock, name: string, scope: HclScope): SourceNode | undefined => {
  const written = block.attributes.get(name);
  return written && resolved(written, scope);
};

const notKnown: Maker = block => ({
  policy: policyWith([], block),
  open: [{ at: block.at, why: 'the roles of this module are not checked: lint a plan (terraform show -json)' }],
});

/** A statement for each provider, with tests on subject and audience. */
const serviceAccountsRole =
  (test: string, others: readonly string[]): Maker =>
  (block, scope) => {
    const providers = inputOf(block, 'oidc_providers', scope);
    const open: OpenPart[] = others.flatMap(name => {
      const value = inputOf(block, name, scope);
      const isSet = value !== undefined && value.kind !== 'null' && !('text' in value && value.text === 'false');
      return isSet ? [{ at: value.at, why: `the statements of ${name} are not checked` }] : [];
    });
    if (providers?.kind !== 'object') {
      const at = providers?.at ?? block.at;
      return {
        policy: policyWith([], block),
        open: [
          ...open,
          {
            at,
            why: providers
              ? 'oidc_providers is known only after apply'
              : 'oidc_providers is not set: no service account can assume the role',
          },
        ],
      };
    }
    const operator = stringOf(inputOf(block, test, scope)) ?? 'StringEquals';
    const usual = inputOf(block, 'namespace', scope);
    const before = open.length;
    const more = conditionsOf(block, scope, open);
    const isKnown = more.length === 0 && open.length === before;
    if (!isKnown) open.push({ at: block.at, why: 'further conditions of its trust policy are not checked' });
    const statements = providers.members.flatMap(({ value }) =>
      isKnown ? statementFor(withNames(value, usual), operator, open) : [],
    );
    return { policy: policyWith(statements, block), open };
  };

/** The provider of eks-blueprints-addon names one service account, in a namespace that may be that of its chart. */
const withNames = (provider: SourceNode, usual: SourceNode | undefined): SourceNode => {
  const name = memberOf(provider, 'service_account');
  const namespace = memberOf(provider, 'namespace') ?? usual;
  if (provider.kind !== 'object' || name === undefined) return provider;
  const [space, account] = [stringOf(namespace) ?? placeholder('namespace'), stringOf(name) ?? placeholder('name')];
  const value = { kind: 'array', items: [stringAt(`${space}:${account}`, name)], at: name.at, end: name.end } as const;
  return { ...provider, members: [...provider.members, { key: 'namespace_service_accounts', at: name.at, value }] };
};

const statementFor = (provider: SourceNode, operator: string, open: OpenPart[]): readonly SourceNode[] => {
  const arn = memberOf(provider, 'provider_arn');
  const names = memberOf(provider, 'namespace_service_accounts');
  if (arn === undefined || stringOf(arn) === undefined || names?.kind !== 'array') {
    open.push({ at: (names ?? provider).at, why: 'namespace_service_accounts is known only after apply' });
    return [];
  }
  for (const name of names.items)
    if (isUnresolved(name))
      open.push({ at: name.at, why: `the service account ${stringOf(name)} is known only after apply` });
  const issuer = issuerOf(stringOf(arn) ?? '');
  const subjects = names.items.map(name => stringAt(`system:serviceaccount:${stringOf(name) ?? ''}`, name));
  const list = { kind: 'array', items: subjects, at: names.at, end: names.end } as const;
  return [
    object(provider, {
      Effect: stringAt('Allow', provider),
      Principal: object(arn, { Federated: arn }),
      Action: stringAt('sts:AssumeRoleWithWebIdentity', provider),
      Condition: object(provider, {
        [operator]: object(provider, {
          [`${issuer}:sub`]: list,
          [`${issuer}:aud`]: stringAt('sts.amazonaws.com', provider),
        }),
      }),
    }),
  ];
};

/** A statement for each provider, with tests on what is given: without subjects, every identity of the provider passes. */
const oidcRole: Maker = (block, scope) => {
  const open: OpenPart[] = [];
  const listed = (name: string): readonly SourceNode[] => {
    const value = inputOf(block, name, scope);
    if (value !== undefined && value.kind !== 'array')
      open.push({ at: value.at, why: `${name} is known only after apply` });
    return itemsOf(value);
  };
  const one = inputOf(block, 'provider_url', scope);
  const urls = [...listed('provider_urls'), ...(one === undefined || stringOf(one) === '' ? [] : [one])];
  const tests = [
    { operator: 'StringEquals', claim: 'sub', values: listed('oidc_fully_qualified_subjects') },
    { operator: 'StringLike', claim: 'sub', values: listed('oidc_subjects_with_wildcards') },
    { operator: 'StringLike', claim: 'aud', values: listed('oidc_fully_qualified_audiences') },
  ].filter(({ values }) => values.length > 0);
  const more = conditionsOf(block, scope, open);
  // Without one of the lists the statement is another one.
  const statements = open.length > 0 ? [] : urls.map(url => oidcStatement(url, [...tests, ...more], block));
  return { policy: policyWith(statements, block), open };
};

/** Tests that a caller writes out: each restricts every statement of the module. */
const conditionsOf = (block: HclBlock, scope: HclScope, open: OpenPart[]): readonly OidcTest[] => {
  const name = conditionInputs.find(one => block.attributes.has(one)) ?? '';
  const value = inputOf(block, name, scope);
  if (value === undefined || value.kind === 'null') return [];
  const tests = itemsOf(value).flatMap((item): readonly OidcTest[] => {
    const [operator, key] = [stringOf(memberOf(item, 'test')), stringOf(memberOf(item, 'variable'))];
    const values = memberOf(item, 'values');
    return operator === undefined || key === undefined || values?.kind !== 'array'
      ? []
      : [{ operator, key, values: values.items }];
  });
  if (value.kind !== 'array' || tests.length < value.items.length)
    open.push({ at: value.at, why: `${name} is known only after apply` });
  return tests;
};

const conditionInputs = ['provider_trust_policy_conditions', 'trust_policy_conditions'];

/** A test of a claim of the issuer, or of a key as a caller writes it. */
interface OidcTest {
  readonly operator: string;
  readonly claim?: string;
  readonly key?: string;
  readonly values: readonly SourceNode[];
}

const oidcStatement = (url: SourceNode, tests: readonly OidcTest[], block: HclBlock): SourceNode => {
  const issuer = (stringOf(url) ?? '').replace(/^https:\/\//, '');
  const arn = `arn:${placeholder('partition')}:iam::${placeholder('account')}:oidc-provider/${issuer}`;
  const testsOf = (operator: string): SourceNode =>
    object(
      block,
      Object.fromEntries(
        tests
          .filter(test => test.operator === operator)
          .map(({ claim, key = `${issuer}:${claim}`, values }) => [
            key,
            { kind: 'array', items: values, at: block.at, end: block.end },
          ]),
      ),
    );
  const operators = [...new Set(tests.map(({ operator }) => operator))];
  return object(block, {
    Effect: stringAt('Allow', block),
    Principal: object(block, { Federated: stringAt(arn, url) }),
    Action: stringAt('sts:AssumeRoleWithWebIdentity', block),
    ...(operators.length === 0
      ? {}
      : { Condition: object(block, Object.fromEntries(operators.map(operator => [operator, testsOf(operator)]))) }),
  });
};

/** The issuer in a provider's ARN, as the modules take it out. */
const issuerOf = (arn: string): string =>
  isOnePlaceholder(arn) ? placeholder(`${arn.slice(2, -1)} issuer`) : arn.replace(/^.*provider\//, '');

/** The statement of a role for Pod Identity. */
const podIdentityRole: Maker = (block, scope) => {
  const others = ['trust_policy_statements', 'trust_policy_conditions'].flatMap(name => {
    const value = inputOf(block, name, scope);
    return value === undefined ? [] : [{ at: value.at, why: `${name} is not checked` }];
  });
  const statement = object(block, {
    Effect: stringAt('Allow', block),
    Principal: object(block, { Service: stringAt('pods.eks.amazonaws.com', block) }),
    Action: {
      kind: 'array',
      items: ['sts:AssumeRole', 'sts:TagSession'].map(action => stringAt(action, block)),
      at: block.at,
      end: block.end,
    },
  });
  return { policy: policyWith([statement], block), open: others };
};

const object = (
  { at, end }: Pick<SourceNode, 'at' | 'end'>,
  values: Readonly<Record<string, SourceNode>>,
): SourceNode => ({
  kind: 'object',
  at,
  end,
  members: Object.entries(values).map(([key, value]): SourceMember => ({ key, at: value.at, value })),
});

const policyWith = (statements: readonly SourceNode[], { at, end }: HclBlock): SourceNode =>
  object(
    { at, end },
    { Version: stringAt('2012-10-17', { at, end }), Statement: { kind: 'array', items: statements, at, end } },
  );

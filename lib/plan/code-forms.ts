/** A fix in the languages of the tools that may manage what it changes. */

import { addonServiceAccounts } from '../facts.ts';
import { addonRoleCommand } from '../fixes/changes/addon.ts';
import { posixCommand } from '../fixes/render-step.ts';
import { type Change, type Fix, type Manager, parseArn, providerHostPath, roleArnKey } from '../model.ts';
import { hcl, notInterpolated } from '../text.ts';

/** Languages that a fix is written in; CDK code is what CloudFormation manages. */
type CodeLanguage = Manager['tool'] | 'CDK';

/** A fix as code of one language: what to change, not a whole file. */
export interface CodeForm {
  readonly language: CodeLanguage;
  readonly code: string;
}

/** All forms of a fix that exist; those of the tool that manages what is changed come first. */
export const codeFormsOf = ({ steps = [], terraform, cdk, managers = [] }: Fix): readonly CodeForm[] => {
  const changes = steps.flatMap(({ change }) => (change === undefined ? [] : [change]));
  const managing = new Set<string>(managers.map(({ tool }) => tool));
  const isFirst = ({ language }: CodeForm): boolean =>
    managing.has(language) || (language === 'CDK' && managing.has('CloudFormation'));
  const written: Readonly<Record<CodeLanguage, string | undefined>> = {
    Terraform: terraform ?? joined(changes.map(terraformOf)),
    CDK: cdk,
    CloudFormation: joined(changes.map(cloudFormationOf)),
    eksctl: joined(changes.map(eksctlOf)),
    // A chart or a manifest is written for those who have one.
    Helm: managing.has('Helm') ? joined(changes.map(helmOf)) : undefined,
    'Argo CD': managing.has('Argo CD') ? joined(changes.map(manifestOf)) : undefined,
    Flux: managing.has('Flux') ? joined(changes.map(manifestOf)) : undefined,
    Fleet: managing.has('Fleet') ? joined(changes.map(manifestOf)) : undefined,
    'Config Sync': managing.has('Config Sync') ? joined(changes.map(manifestOf)) : undefined,
    Crossplane: undefined,
    Pulumi: undefined,
    'EKS add-on': managing.has('EKS add-on') ? joined(changes.map(addonOf)) : undefined,
  };
  const forms = (Object.keys(written) as CodeLanguage[]).flatMap(language => {
    const code = written[language];
    return code === undefined ? [] : [{ language, code }];
  });
  return [...forms.filter(isFirst), ...forms.filter(form => !isFirst(form))];
};

/** The forms of the tools that manage what is changed. */
export const managedFormsOf = (fix: Fix): readonly CodeForm[] => {
  const tools = new Set<string>((fix.managers ?? []).map(({ tool }) => tool));
  return codeFormsOf(fix).filter(({ language }) => tools.has(language === 'CDK' ? 'CloudFormation' : language));
};

const joined = (parts: readonly (string | undefined)[]): string | undefined => {
  const known = parts.filter(part => part !== undefined);
  return known.length === 0 ? undefined : [...new Set(known)].join('\n');
};

/** JSON is YAML too, and an expression of HCL once nothing is interpolated. */
const indented = (json: string): string => JSON.stringify(JSON.parse(json), null, 2);
const yaml = (value: unknown): string => JSON.stringify(value);

const terraformOf = (change: Change): string | undefined => {
  switch (change.kind) {
    case 'trust-policy':
      return `assume_role_policy = jsonencode(${notInterpolated(indented(change.after))})`;
    case 'thumbprints':
      return `thumbprint_list = [${change.after.map(hcl).join(', ')}]`;
    case 'audience-added':
      return `# in client_id_list, as well\n${hcl(change.audience)},`;
    case 'audience-removed':
      return `# no longer in client_id_list\n# ${hcl(change.audience)},`;
    case 'annotation':
      return change.after === undefined
        ? `# no longer in metadata.annotations\n# ${hcl(change.key)}`
        : `annotations = {\n  ${hcl(change.key)} = ${hcl(change.after)}\n}`;
    case 'addon-role':
      return `service_account_role_arn = ${hcl(change.after)}`;
    default:
      return undefined;
  }
};

const cloudFormationOf = (change: Change): string | undefined => {
  switch (change.kind) {
    case 'trust-policy':
      return `AssumeRolePolicyDocument:\n  ${indented(change.after).replaceAll('\n', '\n  ')}`;
    case 'thumbprints':
      return `ThumbprintList: ${yaml(change.after)}`;
    case 'audience-added':
      return `# in ClientIdList, as well\n- ${yaml(change.audience)}`;
    case 'audience-removed':
      return `# no longer in ClientIdList\n# - ${yaml(change.audience)}`;
    case 'provider-created':
      return [
        'OidcProvider:',
        '  Type: AWS::IAM::OIDCProvider',
        '  Properties:',
        `    Url: ${yaml(`https://${providerHostPath(change.providerArn) ?? ''}`)}`,
        `    ClientIdList: ${yaml(change.audiences)}`,
      ].join('\n');
    case 'addon-role':
      return `ServiceAccountRoleArn: ${yaml(change.after)}`;
    default:
      return undefined;
  }
};

/** Parts of a ClusterConfig (eksctl.io/usage/schema, `iam` and `addons`). */
const eksctlOf = (change: Change): string | undefined => {
  if (change.kind === 'addon-role')
    return `addons:\n  - name: ${yaml(change.addon)}\n    serviceAccountRoleARN: ${yaml(change.after)}`;
  if (change.kind === 'provider-created') return 'iam:\n  withOIDC: true';
  if (change.kind !== 'annotation' || change.key !== roleArnKey || change.after === undefined) return undefined;
  return [
    'iam:',
    '  serviceAccounts:',
    '    - metadata:',
    `        name: ${yaml(change.serviceAccount)}`,
    `        namespace: ${yaml(change.namespace)}`,
    `      attachRoleARN: ${yaml(change.after)}`,
  ].join('\n');
};

/**
 * The role of a service account as its add-on has it, for the add-ons whose service account AWS documents. Other
 * annotations are configuration values, for which each add-on has a schema of its own, and how a role is taken away is not
 * documented: of both there is no form (docs/facts.md §H.1).
 */
const addonOf = (change: Change): string | undefined => {
  if (change.kind !== 'annotation' || change.key !== roleArnKey || change.after === undefined) return undefined;
  const { namespace, serviceAccount, after, cluster } = change;
  const [addon] =
    [...addonServiceAccounts].find(([, one]) => one.namespace === namespace && one.name === serviceAccount) ?? [];
  if (addon === undefined || cluster.arn === undefined) return undefined;
  const command = addonRoleCommand({ clusterArn: cluster.arn, addon, after }, 'OVERWRITE');
  return [
    `# OVERWRITE also sets back what else was changed of the add-on in the cluster`,
    posixCommand(command, parseArn(cluster.arn)?.accountId),
  ].join('\n');
};

const annotationLine = (key: string, after: string | undefined): string =>
  after === undefined ? `# no longer: ${yaml(key)}` : `${yaml(key)}: ${yaml(after)}`;

/** Values as the charts that `helm create` makes name them. */
const helmOf = (change: Change): string | undefined =>
  change.kind === 'annotation'
    ? `serviceAccount:\n  annotations:\n    ${annotationLine(change.key, change.after)}`
    : undefined;

const manifestOf = (change: Change): string | undefined =>
  change.kind === 'annotation'
    ? [
        'apiVersion: v1',
        'kind: ServiceAccount',
        'metadata:',
        `  name: ${yaml(change.serviceAccount)}`,
        `  namespace: ${yaml(change.namespace)}`,
        '  annotations:',
        `    ${annotationLine(change.key, change.after)}`,
      ].join('\n')
    : undefined;

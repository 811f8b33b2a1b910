/** Service accounts and workloads of files, judged by the rules of an audit that need nothing but their objects. */

import {
  type PodIdentityAssociation,
  partitionOf,
  roleArnKey,
  roleNameOf,
  type ServiceAccount,
} from '../../../model.ts';
import { subjectOf } from '../../../policy.ts';
import type { AnyRule } from '../../../rules/define-rule.ts';
import { podAnnotationIgnored } from '../../../rules/pod/pod-annotation-ignored.ts';
import { podServiceAccountGone } from '../../../rules/pod/pod-service-account-gone.ts';
import { podStaticCredentials } from '../../../rules/pod/pod-static-credentials.ts';
import { podIdentityRoleNotTrusting } from '../../../rules/pod-identity/pod-identity-role-not-trusting.ts';
import { serviceAccountAnnotationMistyped } from '../../../rules/service-account/service-account-annotation-mistyped.ts';
import { serviceAccountAudienceRefused } from '../../../rules/service-account/service-account-audience-refused.ts';
import { serviceAccountOnDefault } from '../../../rules/service-account/service-account-on-default.ts';
import { serviceAccountOptionIgnored } from '../../../rules/service-account/service-account-option-ignored.ts';
import { serviceAccountPodIdentityOverrides } from '../../../rules/service-account/service-account-pod-identity-overrides.ts';
import { serviceAccountRoleArnMalformed } from '../../../rules/service-account/service-account-role-arn-malformed.ts';
import { serviceAccountRoleNotTrusting } from '../../../rules/service-account/service-account-role-not-trusting.ts';
import { given } from '../../../text.ts';
import { foldJudged, inFileWords, type Judged, type JudgedPlace } from '../fold-judged.ts';
import type { FoundPolicy } from '../found-policy.ts';
import type { LintChoice, LintDoubt, LintFinding, PolicyVerdict } from '../lint-finding.ts';
import { hasPlaceholder, templateOf } from '../placeholders.ts';
import { accountBeside, homeIn } from '../role-home.ts';
import { isTerraformFile } from '../terraform-files.ts';
import { failuresOf, type PartsInFiles, podOf, serviceAccountInFile, someIssuer } from './cluster-of-files.ts';
import { judgeAssociation } from './judge-association.ts';
import { mistypedAccounts, openWorkloads } from './judge-workloads.ts';
import { namedForRules, roleForRules } from './names-for-rules.ts';
import {
  clusterFolderOf,
  type FoundAssociation,
  type FoundObjects,
  type FoundServiceAccount,
  type FoundWorkload,
} from './objects.ts';
import { type RoleInFiles, type RolesInFiles, type RolesMeant, rolesFor, rolesInFiles } from './role-trust.ts';
import { type Asking, noTrust, type TrustInFiles, trustInFiles } from './trust-in-files.ts';

/** The rules on a service account and its role. */
const trustRules: readonly AnyRule[] = [serviceAccountRoleNotTrusting, serviceAccountAudienceRefused];

/** The rules on objects of a cluster that need no more than these objects. */
export const objectRules: readonly AnyRule[] = [
  serviceAccountRoleArnMalformed,
  serviceAccountAnnotationMistyped,
  serviceAccountOnDefault,
  serviceAccountOptionIgnored,
  serviceAccountPodIdentityOverrides,
  ...trustRules,
  podAnnotationIgnored,
  podStaticCredentials,
  podServiceAccountGone,
  podIdentityRoleNotTrusting,
];

/** The result for all objects. */
interface ObjectVerdicts {
  readonly findings: readonly LintFinding[];
  readonly doubts: readonly LintDoubt[];
  readonly serviceAccounts: number;
  /** Roles of annotations outside of service accounts. */
  readonly annotations: number;
}

/** Judges the objects of files together with the roles of the same files. */
export const judgeObjects = (
  objects: FoundObjects,
  policies: readonly FoundPolicy[],
  choice: Pick<LintChoice, 'rules' | 'now'>,
): ObjectVerdicts => {
  const roles = rolesInFiles(policies);
  const rules = choice.rules.filter(rule => objectRules.includes(rule));
  const around = indexOf(objects);
  const context = { around, roles, rules, now: choice.now };
  const mistyped = mistypedAccounts(objects).map(one => ({ ...one, findings: judgeMistyped(one, context) }));
  const told = new Set(mistyped.flatMap(({ workload, findings }) => (findings.length > 0 ? workload : [])));
  const verdicts = [
    ...[...objects.serviceAccounts, ...accountsNotInFiles(objects)].map(found => judgeServiceAccount(found, context)),
    ...objects.associations.map(association => trustOfAssociation(association, context)),
  ];
  const annotations = objects.serviceAccounts.filter(({ isMention }) => isMention).length;
  return {
    findings: [...verdicts, ...mistyped].flatMap(({ findings }) => findings),
    doubts: [...verdicts.flatMap(({ doubts }) => doubts), ...openWorkloads(objects, told)],
    serviceAccounts: objects.serviceAccounts.length - annotations,
    annotations,
  };
};

/** Workloads and associations by the names that they use: everything is asked for each service account. */
interface Around {
  readonly workloads: ReadonlyMap<string, readonly FoundWorkload[]>;
  readonly associations: ReadonlyMap<string, FoundObjects['associations']>;
}

interface Context {
  readonly around: Around;
  readonly roles: RolesInFiles;
  readonly rules: readonly AnyRule[];
  readonly now: string;
}

/** An object with the name of a service account of its own namespace. */
type Named = Pick<FoundServiceAccount, 'document' | 'namespace'> & Pick<FoundWorkload, 'folder'>;

const keyOf = (place: string, { namespace }: Named, name: string): string =>
  JSON.stringify([place, namespace ?? null, name]);

/** Objects of one folder are for one cluster; of another one they may be for another. */
const inFolder = (one: Named, name: string): string => keyOf(clusterFolderOf(one), one, name);

/** A configuration of eksctl is for one cluster, and so is a module of Terraform. */
const inCluster = (one: Named, name: string): string =>
  isTerraformFile(one.document.name) ? inFolder(one, name) : keyOf(one.document.name, one, name);

const indexOf = ({ workloads, associations }: FoundObjects): Around => ({
  workloads: Map.groupBy(workloads, one => inFolder(one, one.serviceAccount)),
  associations: Map.groupBy(associations, one => inCluster(one, one.serviceAccount)),
});

/** Service accounts that an association alone names. */
const accountsNotInFiles = ({ serviceAccounts, associations }: FoundObjects): FoundServiceAccount[] => {
  const known = new Set(serviceAccounts.map(one => inCluster(one, one.name)));
  const byKey = new Map(associations.map(one => [inCluster(one, one.serviceAccount), one]));
  return [...byKey].flatMap(([key, { document, at, serviceAccount, namespace }]) =>
    known.has(key) ? [] : [{ document, at, name: serviceAccount, namespace, annotations: [], labels: [] }],
  );
};

const judgeServiceAccount = (found: FoundServiceAccount, context: Context): PolicyVerdict => {
  const named = namedForRules(found);
  const account = serviceAccountInFile(found.labels, named);
  const doubt = (why: string, at: number = found.at): LintDoubt => ({
    file: found.document.name,
    owner: ownerOf(found),
    ...found.document.locate(at),
    why,
  });
  if (account === undefined)
    return { findings: [], doubts: [doubt('Kubernetes does not allow its name or namespace')] };
  const parts = partsFor(found, account, context);
  const subject = subjectPattern(found);
  const meant = named.role === undefined ? noRoles : rolesFor(named.role, found.document.name, context.roles, subject);
  const { roles } = meant;
  const asksTrust = trustRules.some(rule => context.rules.includes(rule));
  const trust = asksTrust ? trustOf({ parts, subject }, meant) : noTrust;
  // A role that the files have is known, whatever its ARN will be.
  const later = roles.length > 0 ? [] : named.later;
  const others = associationsOf(found, context).flatMap(({ roleArn = '' }) => roleForRules(roleArn).names);
  const names = [...named.back, ...others, ...trust.names].sort(([a], [b]) => b.length - a.length);
  const own = [
    ...failuresOf(parts, context.rules, 'service-account'),
    ...trust.judged.filter(({ rule }) => context.rules.includes(rule)),
  ];
  return {
    findings: [
      ...foldJudged(
        own.map(one => atEntry(one, found)),
        placeOf(found, ownerOf(found)),
        names,
      ).map(one => (isOfTrust(one) ? { ...one, ...given({ policySpan: trust.policySpan }) } : one)),
      ...workloadsOf(found, context).flatMap(workload =>
        foldJudged(
          failuresOf(ofWorkload(parts, workload), context.rules, 'pod'),
          placeOf(workload, `${workload.kind} ${workload.name}`),
          names,
        ),
      ),
    ],
    doubts: [
      ...later.map(({ at, value }) => doubt(`its role is filled in later: ${value}`, at)),
      ...trust.doubts.map(why => doubt(inFileWords(why, names))),
    ],
  };
};

const isOfTrust = ({ finding }: LintFinding): boolean => trustRules.some(({ id }) => id === finding.ruleId);

/** Where the files have its role, whether it trusts it; else whether that is known. */
const trustOf = (asking: Asking, { roles, perhaps, trusting, elsewhere }: RolesMeant): TrustInFiles => {
  if (roles.length > 0) return trustInFiles(asking, roles);
  const name = roleNameOf(asking.parts.serviceAccount.annotations[roleArnKey] ?? '');
  const why = perhaps ? `it may be ${perhaps.owner || perhaps.file}, whose name is filled in later` : elsewhere;
  if (why === undefined || trusting.some(role => trusts(asking, role))) return noTrust;
  return { ...noTrust, doubts: [`whether role ${name} trusts it: ${why}`] };
};

const trusts = (asking: Asking, role: RoleInFiles): boolean => {
  const { judged, doubts } = trustInFiles(asking, [role]);
  return judged.length + doubts.length === 0;
};

const noRoles: RolesMeant = { roles: [], trusting: [] };

/** The subjects that a service account may have: parts that are filled in later may be anything. */
const subjectPattern = (found: FoundServiceAccount): string => {
  const { namespace, name } = found.loose ?? found;
  return subjectOf(namespace === undefined ? '*' : templateOf(namespace), templateOf(name));
};

const ownerOf = ({ namespace, name, isMention }: FoundServiceAccount): string =>
  isMention ? 'role of a service account' : `ServiceAccount ${namespace === undefined ? '' : `${namespace}/`}${name}`;

const placeOf = ({ document, at }: Pick<FoundServiceAccount, 'document' | 'at'>, owner: string): JudgedPlace => ({
  file: document.name,
  owner,
  start: document.locate(at),
  placeOf: place => place,
});

/** A failure at the annotation or label that it is about. Places of a policy's text are not of this file. */
const atEntry = ({ rule, failure }: Judged, { document, annotations, labels }: FoundServiceAccount): Judged => {
  const abouts = failure.evidence.map(({ what }) => what);
  const entry = [...annotations, ...labels].find(({ key }) =>
    abouts.some(what => what === `annotation ${key}` || what === `label ${key}`),
  );
  const evidence = failure.evidence.map(({ at: _ofPolicy, ...rest }) => rest);
  return { rule, failure: { ...failure, evidence, ...(entry && { at: document.locate(entry.at) }) } };
};

const workloadsOf = (found: FoundServiceAccount, { around }: Context): readonly FoundWorkload[] =>
  around.workloads.get(inFolder(found, found.name)) ?? [];

const ofWorkload = (parts: PartsInFiles, workload: FoundWorkload): PartsInFiles => {
  const { namespace, name } = parts.serviceAccount;
  const pod = podOf(workload, namespace, name);
  return { ...parts, pods: pod ? [pod] : [] };
};

/** A workload whose service account is in no file, beside the one that it most likely means. */
const judgeMistyped = (
  { workload, account }: ReturnType<typeof mistypedAccounts>[number],
  context: Context,
): readonly LintFinding[] => {
  const named = namedForRules(account);
  const meant = serviceAccountInFile(account.labels, named);
  const pod = meant && podOf(workload, meant.namespace, workload.serviceAccount);
  if (!meant || !pod) return [];
  const { document, at, accountAt = at, kind, name } = workload;
  const failures = failuresOf({ ...partsFor(account, meant, context), pods: [pod] }, context.rules, 'pod');
  return foldJudged(failures, placeOf({ document, at: accountAt }, `${kind} ${name}`), [...named.back]);
};

/** The associations of a service account. Where those of a module are of several clusters, it is not known which one has it. */
const associationsOf = (found: FoundServiceAccount, { around }: Context): FoundObjects['associations'] => {
  const all = around.associations.get(inCluster(found, found.name)) ?? [];
  const isOfOne = new Set(all.map(({ cluster }) => cluster)).size <= 1;
  return isOfOne || found.annotations.length === 0 ? all : [];
};

/** The role of an association as it is compared with the annotated one: the same where both mean one role of the files,
 *  undefined where a placeholder leaves it open. */
const roleBeside = (
  association: FoundAssociation,
  found: FoundServiceAccount,
  { roleArn, context }: { readonly roleArn: string; readonly context: Context },
): string | undefined => {
  const { roleArn: other, ofRole, document } = association;
  const annotated = found.annotations.find(({ key }) => key === roleArnKey);
  if (other === undefined || annotated === undefined) return other;
  if (other === annotated.value) return roleArn;
  const own = rolesFor(annotated, found.document.name, context.roles).roles.map(one => one.found);
  const its = rolesFor({ ...annotated, value: other, ...given({ ofRole }) }, document.name, context.roles).roles;
  if (its.some(one => own.includes(one.found))) return roleArn;
  const isOther = !hasPlaceholder(other + annotated.value) || (own.length > 0 && its.length > 0);
  return isOther ? roleForRules(other).arn : undefined;
};

const trustOfAssociation = (association: FoundAssociation, context: Context): PolicyVerdict => {
  const { roleArn, ofRole, document, at } = association;
  if (roleArn === undefined || !context.rules.includes(podIdentityRoleNotTrusting)) return { findings: [], doubts: [] };
  const entry = { key: '', value: roleArn, at, ...given({ ofRole }) };
  const { roles: candidates } = rolesFor(entry, document.name, context.roles);
  return judgeAssociation(association, { candidates, now: context.now });
};

const partsFor = (found: FoundServiceAccount, serviceAccount: ServiceAccount, context: Context): PartsInFiles => {
  const { namespace, name } = serviceAccount;
  const roleArn = serviceAccount.annotations[roleArnKey] ?? '';
  const { accountId = accountBeside(roleArn), partition = partitionOf('') } = homeIn(roleArn);
  const parts = {
    home: { accountId, partition },
    issuer: someIssuer,
    serviceAccount,
    associations: associationsOf(found, context).map(
      (one): PodIdentityAssociation => ({
        id: `in ${one.document.name}`,
        namespace,
        serviceAccount: name,
        ...given({ roleArn: roleBeside(one, found, { roleArn, context }) }),
      }),
    ),
    now: context.now,
  };
  return { ...parts, pods: workloadsOf(found, context).flatMap(one => podOf(one, namespace, name) ?? []) };
};

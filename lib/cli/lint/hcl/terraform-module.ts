/** The trust policies in the Terraform files of one folder, which Terraform reads as one module. */
import { locator } from '../../../policy.ts';
import { saysEks } from '../fill-statement.ts';
import type { FoundPolicies, UnknownPolicy } from '../found-policy.ts';
import { joined, noObjects } from '../manifests/objects.ts';
import { isTrustPolicy } from '../nested-policies.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { mayBeProvider } from '../role-home.ts';
import type { JudgedSpan } from '../source-tree.ts';
import {
  isUnreadable,
  itemsOf,
  placedBy,
  readJson,
  type SourceDocument,
  type SourceFile,
  type SourceNode,
  stringOf,
} from '../source-tree.ts';
import { isUnresolved, type PartlyKnown, policyBefore, unknownAt } from '../unresolved.ts';
import { associationsOfBlock } from './associations.ts';
import type { HclBlock, HclBody, HclExpression, HclPlace } from './hcl-tree.ts';
import { manifestsOfBlock } from './manifests-in-terraform.ts';
import { documentReferred, policyOfDocument, sourcesOf } from './policy-document.ts';
import { blockAddress, type HclScope, hclScope, isNone, placeholder, resolved, templatePartText } from './resolve.ts';
import { moduleNameOf, policyOfModule } from './role-modules.ts';
import { serviceAccountsOfBlock } from './service-accounts.ts';

/** A Terraform file that was read. */
export interface TerraformFile extends SourceFile {
  readonly body: HclBody;
  /** Blocks that are merged with one of another file, which has their values. */
  readonly merged?: readonly HclBlock[];
}

interface Placed {
  readonly block: HclBlock;
  readonly source: SourceDocument;
}

/** The trust policies of the roles of a module, of modules that make roles, and of policy documents that no role of the
 *  module has. Throws `UnreadableText` where its values are too many. */
export const terraformModulePolicies = (
  files: readonly TerraformFile[],
  values: HclScope['values'] = new Map(),
  more: Partial<Pick<HclScope, 'files' | 'isLoose'>> = {},
): FoundPolicies => {
  const placed = files.flatMap(({ body, ...file }) => {
    const source = { ...file, locate: locator(file.text) };
    return body.blocks.filter(block => !isNone(block)).map((block): Placed => ({ block, source }));
  });
  const module: Module = {
    placed,
    scope: hclScope(
      placed.map(({ block }) => block),
      values,
      more,
    ),
    used: new Set(),
  };
  const roles = placed.filter(isRole).map(role => policiesOfRole(role, module));
  const made = placed.filter(({ block }) => block.type === 'module').map(one => policiesOfModule(one, module));
  const others = placed
    .filter(one => isTrustDocument(one, module))
    .map(one => ofDocument(one, blockAddress(one.block), module));
  const inManifests = placed.flatMap(({ block, source }) => manifestsOfBlock(block, source, module.scope));
  const found = [...roles, ...made, ...others, ...inManifests];
  const serviceAccounts = placed.flatMap(({ block, source }) => serviceAccountsOfBlock(block, source, module.scope));
  const associated = placed.map(({ block, source }) => associationsOfBlock(block, source, module.scope));
  return {
    judged: [
      ...placed.flatMap(one => judgedIn(one, module)),
      ...files.flatMap(({ name: file, body, merged = [] }) =>
        [...merged, ...body.blocks.filter(isNone)].map(({ at, end }) => ({ file, at, end })),
      ),
    ],
    policies: found.flatMap(one => one.policies),
    unknown: [
      ...found.flatMap(one => one.unknown),
      ...placed.flatMap(one => [...audiencesOf(one, module), ...otherThanArn(one, module)]),
      ...associated.flatMap(({ open }) => open.map(({ source, owner, ...part }) => unknownAt(source, owner, part))),
    ],
    objects: joined([
      { ...noObjects, serviceAccounts, associations: associated.flatMap(({ associations }) => associations) },
      ...inManifests.flatMap(({ objects }) => objects ?? []),
    ]),
  };
};

interface Module {
  readonly placed: readonly Placed[];
  readonly scope: HclScope;
  /** Documents that a role of the module has. */
  readonly used: Set<HclBlock>;
}

/** The parts of a block that were judged, or told. Documents are judged, or allow nobody to assume a role. */
const judgedIn = ({ block, source }: Placed, { scope }: Module): readonly JudgedSpan[] => {
  const span = ({ at, end }: HclPlace): JudgedSpan => ({ file: source.name, at, end });
  const [type = ''] = block.labels;
  const isPermission = /^aws_iam_(?:(?:role|user|group)_)?policy$/.test(type) || type === 'aws_iam_policy_document';
  if (isRole({ block, source }) || isPermission) return [span(block)];
  if (block.type === 'module') return policyOfModule(block, scope) ? [span(block)] : [];
  return [...block.attributes.values()].filter(written => scope.used.has(written)).map(span);
};

/** A doubt on the provider of a cluster that lacks the usual audience: pods get no credentials by it, unless they ask for another one. */
const audiencesOf = ({ block, source }: Placed, { scope }: Module): readonly UnknownPolicy[] => {
  const [list, url] = ['client_id_list', 'url'].map(name => block.attributes.get(name));
  if (block.labels[0] !== 'aws_iam_openid_connect_provider' || !list || !url) return [];
  const audiences = itemsOf(resolved(list, scope)).map(one => stringOf(one) ?? placeholder('audience'));
  const isOdd = audiences.length > 0 && !audiences.some(one => one === 'sts.amazonaws.com' || hasPlaceholder(one));
  if (!isOdd || !saysEks(stringOf(resolved(url, scope)) ?? '')) return [];
  const why = `none of the audiences of the provider is sts.amazonaws.com, which pods ask for by default: ${audiences.join(', ')}`;
  return [unknownAt(source, blockAddress(block), { at: list.at, why })];
};

/** A doubt on a module from elsewhere whose provider is given by another text than its ARN (aws-ia/terraform-aws-eks-blueprints-addons,
 *  variables.tf). The files of a local one have their own. */
const otherThanArn = ({ block, source }: Placed, { scope }: Module): readonly UnknownPolicy[] => {
  const arn = block.type === 'module' ? block.attributes.get('oidc_provider_arn') : undefined;
  const [text = '', from = ''] = [arn, block.attributes.get('source')].map(
    one => one && stringOf(resolved(one, scope)),
  );
  if (arn === undefined || text === '' || mayBeProvider(text) || /^\.\.?\//.test(from)) return [];
  const why = `oidc_provider_arn = ${text} is no ARN of an OIDC provider`;
  return [unknownAt(source, blockAddress(block), { at: arn.at, why })];
};

const isRole = ({ block }: Placed): boolean =>
  block.type === 'resource' && ['aws_iam_role', 'awscc_iam_role'].includes(block.labels[0] ?? '');

const policiesOfRole = (role: Placed, module: Module): FoundPolicies => {
  const { block, source } = role;
  const owner = blockAddress(block);
  const written = block.attributes.get('assume_role_policy') ?? block.attributes.get('assume_role_policy_document');
  if (written === undefined) return { policies: [], unknown: [] };
  const document = documentReferred(written, module.scope);
  if (document !== undefined) {
    const place = module.placed.find(one => one.block === document);
    if (place === undefined || module.used.has(document)) return { policies: [], unknown: [] };
    for (const one of [document, ...sourcesOf(document, module.scope)]) module.used.add(one);
    return ofDocument(place, owner, module, nameOf(block, 'name', module.scope));
  }
  const node = policyIn(written, module.scope);
  return node === undefined
    ? { policies: [], unknown: [unknownAt(source, owner, { at: written.at, why: laterThan(written) })] }
    : judged({ policy: node, open: [] }, source, owner, nameOf(block, 'name', module.scope));
};

const laterThan = (written: HclExpression): string =>
  `the trust policy is known only after apply${'text' in written ? `: ${written.text.split('\n', 1).join().slice(0, 80)}` : ''}`;

const policiesOfModule = ({ block, source }: Placed, { scope }: Module): FoundPolicies => {
  const owner = blockAddress(block);
  const given = [...block.attributes.values()]
    .flatMap(written => policyIn(written, scope) ?? [])
    .filter(node => isTrustPolicy(node));
  // A module that is given a trust policy makes a role with it.
  if (given.length > 0) return policiesOf(given.map(policy => judged({ policy, open: [] }, source, owner)));
  const made = policyOfModule(block, scope);
  return made === undefined ? policiesOf([]) : judged(made, source, owner, roleNameIn(block, scope));
};

const policiesOf = (all: readonly FoundPolicies[]): FoundPolicies => ({
  policies: all.flatMap(one => one.policies),
  unknown: all.flatMap(one => one.unknown),
});

/** The name of a module's role. By default the newer modules take a name for the beginning of one. */
const roleNameIn = (block: HclBlock, scope: HclScope): string | undefined => {
  const isOlder = moduleNameOf(block, scope) !== 'eks-blueprints-addon' && block.attributes.has('role_name');
  const name = nameOf(block, 'role_name', scope) ?? nameOf(block, 'name', scope);
  const prefix = block.attributes.get('use_name_prefix') ?? block.attributes.get('role_name_use_prefix');
  const isWhole = isOlder || (prefix?.kind === 'boolean' && prefix.text === 'false');
  return isWhole || name === undefined ? name : `${name}${placeholder('suffix')}`;
};

/** A role's name, as far as the module writes it. */
const nameOf = (block: HclBlock, attribute: string, scope: HclScope): string | undefined => {
  const written = block.attributes.get(attribute);
  return written && stringOf(resolved(written, scope));
};

const ofDocument = ({ block, source }: Placed, owner: string, { scope }: Module, roleName?: string): FoundPolicies =>
  judged(policyOfDocument(block, scope), source, owner, roleName);

/** A document that no role of the module has, and that allows to assume one. */
const isTrustDocument = ({ block }: Placed, { used, scope }: Module): boolean => {
  if (block.type !== 'data' || block.labels[0] !== 'aws_iam_policy_document' || used.has(block)) return false;
  return isTrustPolicy(policyOfDocument(block, scope).policy, /^sts:assumerole/i);
};

const judged = (document: PartlyKnown, source: SourceDocument, owner: string, roleName?: string): FoundPolicies =>
  policyBefore('apply', document, source, owner, roleName);

/** The policy that an expression writes as a map, or as JSON text; undefined where it is known only after apply. */
const policyIn = (written: HclExpression, scope: HclScope): SourceNode | undefined => {
  const value = resolved(written, scope);
  if (isUnresolved(value)) return undefined;
  if (value.kind !== 'string') return value;
  return jsonPolicy(written, scope) ?? value;
};

/** JSON text as a tree whose places are those of the file; undefined where it is not JSON. */
const jsonPolicy = (written: HclExpression, scope: HclScope): SourceNode | undefined => {
  if (written.kind !== 'template') return undefined;
  let text = '';
  const pieces = written.parts.map(part => {
    const from = text.length;
    text += templatePartText(part, scope);
    return { from, part };
  });
  const root = readJson(text);
  if (isUnreadable(root)) return undefined;
  const placeOf = (offset: number): number => {
    const piece = pieces.findLast(({ from }) => from <= offset);
    if (piece === undefined) return written.at;
    const { from, part } = piece;
    return 'text' in part ? Math.min(part.at + offset - from, part.end) : part.at;
  };
  return placedBy(root, placeOf);
};

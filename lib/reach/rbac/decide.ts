/** One question of RBAC, decided as the API server decides it (Kubernetes, "Using RBAC Authorization"; pkg/apis/rbac/v1,
 *  evaluation_helpers.go; plugin/pkg/auth/authorizer/rbac). */
import type { RbacRule } from '../../model.ts';

/** A question about objects of the API: `namespace` is empty for the whole cluster, `name` where none is given (list, create). */
export interface ResourceQuestion {
  readonly verb: string;
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A question about a path that is no object, such as `/metrics`. */
interface PathQuestion {
  readonly verb: string;
  readonly path: string;
}

export type RbacQuestion = ResourceQuestion | PathQuestion;

const all = '*';

/** True if the rule allows what is asked, whoever asks. */
export const ruleAllows = (rule: RbacRule, question: RbacQuestion): boolean => {
  if (!isAmong(rule.verbs, question.verb)) return false;
  if ('path' in question) return rule.nonResourceURLs.some(url => coversPath(url, question.path));
  return (
    isAmong(rule.apiGroups, question.apiGroup) &&
    rule.resources.some(resource => coversResource(resource, question)) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(question.name))
  );
};

const isAmong = (list: readonly string[], wanted: string): boolean => list.some(one => one === all || one === wanted);

/** `*` covers everything, subresources too; `pods` covers no subresource; of `pods/*` nothing is covered. */
const coversResource = (resource: string, { resource: asked, subresource }: ResourceQuestion): boolean =>
  resource === all ||
  resource === (subresource === '' ? asked : `${asked}/${subresource}`) ||
  (subresource !== '' && resource === `*/${subresource}`);

/** A trailing `*` stands for any rest. */
const coversPath = (url: string, path: string): boolean =>
  url === all || url === path || (url.endsWith(all) && path.startsWith(url.replace(/\*+$/, '')));

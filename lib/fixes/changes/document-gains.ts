/** The rights that objects without namespace which fix writes give beyond the documents of this program, one sentence each. */

import type { RbacRule } from '../../model.ts';
import { ruleAllows } from '../../reach/rbac/decide.ts';
import { isObject, type JsonObject, valueAt } from '../../text.ts';
import { auditorGroup, clusterRole } from '../rbac-documents.ts';
import { webhookDocument } from '../webhook-document.ts';

/** Who gains what by a webhook configuration, a ClusterRole or a ClusterRoleBinding. A field that cannot be read counts as all. */
export const gainsOfDocument = (document: JsonObject): readonly string[] => [
  ...entriesIn(document.webhooks).flatMap(gainsOfEntry),
  ...entriesIn(document.rules).flatMap(gainsOfRule),
  ...entriesIn(document.subjects).flatMap(gainsOfSubject),
];

const entriesIn = (value: unknown): readonly JsonObject[] =>
  value === undefined ? [] : [value].flat().map(one => (isObject(one) ? one : {}));

/** The texts of a list; `*` for what is no list of texts. An absent list is `unset`. */
const listIn = (value: unknown, unset: readonly string[] = []): readonly string[] => {
  if (value === undefined) return unset;
  return Array.isArray(value) && value.every(one => typeof one === 'string') ? value : ['*'];
};

const [managed] = webhookDocument('').webhooks;

/** The webhook of EKS on the API server's own host receives new pods: that is what a fix restores. */
const gainsOfEntry = ({ clientConfig, rules }: JsonObject): readonly string[] => {
  const url = valueAt(clientConfig, 'url');
  const service = valueAt(clientConfig, 'service');
  const receiver = isObject(service)
    ? `service ${String(service.namespace)}/${String(service.name)} of the cluster`
    : `the server at ${String(url)}`;
  const received = entriesIn(rules).map(rule => ({
    operations: listIn(rule.operations, ['*']),
    resources: listIn(rule.resources, ['*']),
    groups: listIn(rule.apiGroups, ['*']),
  }));
  const isManaged =
    service === undefined &&
    url === managed?.clientConfig.url &&
    received.every(
      ({ operations, resources, groups }) =>
        operations.join() === 'CREATE' && resources.join() === 'pods' && groups.join() === '',
    );
  if (isManaged) return [];
  const what = received.map(({ operations, resources }) => `${operations.join(', ')} of ${resources.join(', ')}`);
  return [`${receiver} receives, and may change, ${what.join('; ') || 'nothing yet'}`];
};

/** A rule within those that the auditor's own ClusterRole has gives nothing more. */
const gainsOfRule = (rule: JsonObject): readonly string[] => {
  const [verbs, resources, groups] = [listIn(rule.verbs), listIn(rule.resources), listIn(rule.apiGroups)];
  const [names, paths] = [listIn(rule.resourceNames), listIn(rule.nonResourceURLs)];
  const questions = verbs.flatMap(verb => [
    ...paths.map(path => ({ verb, path })),
    ...resources.flatMap(text => {
      const [resource = '', subresource = ''] = text.split('/');
      const asked = { verb, resource, subresource, namespace: '' };
      return groups.flatMap(apiGroup =>
        (names.length === 0 ? [''] : names).map(name => ({ ...asked, apiGroup, name })),
      );
    }),
  ]);
  if (questions.every(question => ownRules.some(own => ruleAllows(own, question)))) return [];
  const what = [...resources, ...paths].join(', ');
  return [`every subject of ClusterRole ${auditorGroup} may ${verbs.join(', ')} ${what}`];
};

const ownRules: readonly RbacRule[] = clusterRole.rules.map(rule => ({
  apiGroups: [],
  resources: [],
  resourceNames: [],
  nonResourceURLs: [],
  ...rule,
}));

const gainsOfSubject = ({ kind, name, namespace }: JsonObject): readonly string[] => {
  if (kind === 'Group' && name === auditorGroup) return [];
  const where = namespace === undefined ? '' : `${String(namespace)}/`;
  return [`${String(kind)} ${where}${String(name)} gains the rights of ClusterRole ${auditorGroup}`];
};

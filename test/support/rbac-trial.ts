/** RBAC by brute force: every rule of a small world spelled out as all the questions that it allows, and looked up. */
import { valueOr } from '../../lib/model/collected.ts';
import type { LabelSelector } from '../../lib/model/label-selector.ts';
import type { RbacObjects, RbacRole, RbacRule, RbacSubject } from '../../lib/model/rbac.ts';
import type { RbacQuestion } from '../../lib/reach/rbac/decide.ts';
import { rbacOf } from '../../lib/reach/rbac/grants.ts';
import { randomOf } from '../faults/random.ts';
import { randomQuestion, randomRbac, users, words } from './random-rbac.ts';
import { mayDo, type RbacUser } from './rbac-user.ts';
import type { Trial } from './trust-trials.ts';

const questionsOfWorld = 20;

/** Questions about random worlds, decided and looked up. */
export const rbacTrial = (cases: number, seed: number): Trial => {
  const random = randomOf(seed);
  const failures: string[] = [];
  let failed = 0;
  const counts = { allowed: 0, refused: 0 };
  for (let asked = 0; asked < cases; asked += questionsOfWorld) {
    const objects = randomRbac(random);
    const rbac = rbacOf(objects);
    const tables = new Map(users.map(user => [user, tableOf(objects, user)]));
    for (let at = asked; at < Math.min(cases, asked + questionsOfWorld); at++) {
      const user = random.pick(users);
      const question = randomQuestion(random);
      const wanted = user.groups.includes('system:masters') || tables.get(user)?.has(keyOf(question)) === true;
      counts[wanted ? 'allowed' : 'refused'] += 1;
      if (mayDo(rbac, user, question) === wanted) continue;
      failed += 1;
      if (failures.length < 3) failures.push(JSON.stringify({ user, question, wanted, objects }));
    }
  }
  return { cases, failed, failures, counts };
};

const keyOf = (question: RbacQuestion): string =>
  'path' in question
    ? `${question.verb} ${question.path}`
    : [
        question.verb,
        question.apiGroup,
        question.resource,
        question.subresource,
        question.namespace,
        question.name,
      ].join('|');

/** All questions that are allowed to a user. */
const tableOf = (objects: RbacObjects, user: RbacUser): ReadonlySet<string> => {
  const table = new Set<string>();
  const clusterRoles = settled(valueOr(objects.clusterRoles, []));
  const roles = valueOr(objects.roles, []);
  const add = (rules: readonly RbacRule[], namespaces: readonly string[]): void => {
    for (const rule of rules) spell(rule, namespaces, table);
  };
  for (const { role, subjects } of valueOr(objects.clusterRoleBindings, []))
    if (role.kind === 'ClusterRole' && subjects.some(one => names(one, user, '')))
      add(clusterRoles.find(({ name }) => name === role.name)?.rules ?? [], words.namespaces);
  for (const { role, namespace = '', subjects } of valueOr(objects.roleBindings, []))
    if (subjects.some(one => names(one, user, namespace)))
      add(
        (role.kind === 'ClusterRole'
          ? clusterRoles.find(({ name }) => name === role.name)
          : roles.find(one => one.name === role.name && one.namespace === namespace)
        )?.rules ?? [],
        [namespace],
      );
  return table;
};

const names = (subject: RbacSubject, user: RbacUser, bindingNamespace: string): boolean => {
  if (subject.kind === 'Group') return new Set(user.groups).has(subject.name);
  if (subject.kind === 'User') return subject.name === user.name;
  const [, , namespace, name] = user.name.split(':');
  const wanted = subject.namespace ?? bindingNamespace;
  return user.name.startsWith('system:serviceaccount:') && wanted === namespace && name === subject.name;
};

/** What the controller writes, sweep by sweep, until nothing changes. */
const settled = (clusterRoles: readonly RbacRole[]): readonly RbacRole[] => {
  let now = clusterRoles;
  for (let sweep = 0; sweep < clusterRoles.length + 1; sweep++)
    now = now.map(role =>
      role.aggregation === undefined
        ? role
        : {
            ...role,
            rules: now
              .filter(
                other => other.name !== role.name && role.aggregation?.some(one => takes(one, other.labels ?? {})),
              )
              .flatMap(({ rules }) => rules),
          },
    );
  return now;
};

const takes = ({ matchLabels, matchExpressions }: LabelSelector, labels: Readonly<Record<string, string>>): boolean => {
  for (const key of Object.keys(matchLabels)) if (labels[key] !== matchLabels[key]) return false;
  for (const { key, operator, values } of matchExpressions) {
    const has = key in labels;
    const isOne = has && values.indexOf(labels[key] ?? '') >= 0;
    if (!({ In: isOne, NotIn: !isOne, Exists: has, DoesNotExist: !has } as Record<string, boolean>)[operator])
      return false;
  }
  return true;
};

/** Adds every question that a rule allows. A rule of a namespace allows no path and nothing without that namespace. */
const spell = (rule: RbacRule, namespaces: readonly string[], table: Set<string>): void => {
  const verbs = rule.verbs.includes('*') ? words.verbs : rule.verbs;
  if (namespaces.includes(''))
    for (const verb of verbs)
      for (const path of words.paths)
        if (rule.nonResourceURLs.some(url => matcher(url).test(path))) table.add(`${verb} ${path}`);
  const groups = rule.apiGroups.includes('*') ? words.apiGroups : rule.apiGroups;
  const names = rule.resourceNames.length === 0 ? words.names : rule.resourceNames;
  const resources = rule.resources.flatMap(spelledResource);
  for (const verb of verbs)
    for (const group of groups)
      for (const resource of resources)
        for (const namespace of namespaces)
          for (const name of names) table.add([verb, group, resource, namespace, name].join('|'));
};

const matcher = (url: string): RegExp => {
  const isOpen = url.endsWith('*');
  const text = (isOpen ? url.slice(0, -1) : url).replace(/[*/]/g, '\\$&');
  return new RegExp(`^${text}${isOpen ? '.*' : ''}$`);
};

/** A resource of a rule as `resource|subresource`, each that it stands for. */
const spelledResource = (text: string): readonly string[] => {
  if (text === '*') return words.resources.flatMap(one => words.subresources.map(sub => `${one}|${sub}`));
  const [resource = '', sub = ''] = text.split('/');
  if (sub === '*') return [];
  return resource === '*' ? (sub === '' ? [] : words.resources.map(one => `${one}|${sub}`)) : [`${resource}|${sub}`];
};

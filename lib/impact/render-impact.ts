/** The answer for people. */

import { roleNameOf } from '../model.ts';
import { accessLines } from '../plan/render-plan.ts';
import { visible } from '../text.ts';
import type { ImpactAnswer, ImpactKind, Loss } from './impact.ts';

/** Sentences of one part that are told. */
const maxTold = 10;

const scopes: Readonly<Record<ImpactKind, string>> = {
  provider: 'This covers AWS alone. It leaves out who trusts tokens of the issuer outside of AWS.',
  role: 'This leaves out policies of other resources (buckets, keys) that name the role: they grant nothing after the role is gone.',
  cluster:
    'This covers roles, pods and the workloads of Kubernetes itself. It leaves out custom resources without a pod, volumes and load balancers.',
  'service-account':
    'This covers roles, pods and the workloads of Kubernetes itself. It leaves out custom resources without a pod, and rights of RBAC.',
};

/** The whole answer as text. */
export const renderImpact = (impact: ImpactAnswer): string => {
  const { subject, safeToDelete, because, losses, doubts, gains, first } = impact;
  const where = subject.region === undefined ? '' : `, ${subject.region}`;
  const lines = [
    `${subject.kind.replace('-', ' ')} ${subject.name} (account ${subject.accountId}${where})`,
    `Safe to delete: ${safeToDelete}${safeToDelete === 'yes' ? `, because ${because.join('; ')}` : ', because:'}`,
    ...(safeToDelete === 'yes' ? [] : listOf(because)),
    scopes[subject.kind],
    ...part(
      safeToDelete === 'yes' ? 'Still in trust policies:' : 'Who loses a role by the trust policies:',
      losses.flatMap(lossLines),
    ),
    ...part('Pods:', podsOf(impact)),
    ...part('Who could gain:', gains),
    ...part(
      safeToDelete === 'not known' ? 'How to know it:' : 'Not known:',
      doubts.map(({ what, how }) => (safeToDelete === 'not known' ? (how ?? `nothing reads it: ${what}`) : what)),
    ),
    ...part(safeToDelete === 'yes' ? 'To delete it:' : 'First:', first),
  ];
  return `${lines.map(visible).join('\n')}\n`;
};

const part = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...listOf([...new Set(lines)])];

const listOf = (lines: readonly string[]): readonly string[] => {
  const rest = lines.length - maxTold;
  const shown = rest > 1 ? [...lines.slice(0, maxTold), `${rest} more: --json has all`] : lines;
  return shown.map(line => `  ${line}`);
};

const lossLines = (loss: Loss): readonly string[] => {
  const { roleArn, loses, isOpen, lastUsedAt } = loss;
  const used =
    lastUsedAt === undefined
      ? 'when it was last used is not read (--role-details)'
      : lastUsedAt === null
        ? 'not used in the 400 days that IAM tracks'
        : `last used at ${lastUsedAt}`;
  return [
    ...accessLines({ roleArn, gains: [], loses, ...(isOpen ? { isOpen } : {}) }).map(line => line.trim()),
    `${roleNameOf(roleArn)}: ${used}`,
  ];
};

const podsOf = ({ users }: ImpactAnswer): readonly string[] =>
  users.flatMap(({ namespace, serviceAccount, workloads = [], since, roleArn }) =>
    serviceAccount === undefined || workloads.length === 0
      ? []
      : [
          `${namespace}/${serviceAccount}: ${workloads.join(', ')}${roleArn === undefined ? '' : `, role ${roleNameOf(roleArn)}`}${since === undefined ? '' : `, since ${since}`}`,
        ],
  );

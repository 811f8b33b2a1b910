import { parseSubject } from '../../facts.ts';
import type { Digest } from '../../history/transition.ts';
import { type Finding, roleNameOf, stripScheme } from '../../model.ts';
import { fixFor } from '../../plan/chosen-fix.ts';
import { cut, optionWord, shortListOf, visible } from '../../text.ts';

/** A command that is longer is not for a message: half of it is copied, or none. */
const maxCommand = 120;
const maxAffected = 300;

/** A command of the auditor that reads the table of the deployed one, from wherever a message is read. */
const onTable = (command: string, { table, region }: Digest['links']): string =>
  [
    command,
    ...(table === undefined ? [] : [optionWord('--table', table)]),
    ...(region === undefined ? [] : [optionWord('--region', region)]),
  ].join(' ');

/** The command that shows a finding: cause, evidence, the fix with its commands. */
export const showCommand = (id: string, links: Digest['links']): string =>
  onTable(`irsa-auditor findings show ${id}`, links);

/** The command that lists findings, with the options that choose them. */
export const listCommand = (options: string, links: Digest['links']): string =>
  onTable(`irsa-auditor findings list${options === '' ? '' : ` ${options}`}`, links);

/** The command that fixes it, where it is one, short enough to stand in a message, and nothing must be chosen or made before
 *  it; shown whole or not at all. */
export const shortCommand = ({ fix }: Finding): string | undefined => {
  const [command, ...others] = fixFor(fix).commands;
  if (command === undefined || others.length > 0 || fix.choice !== undefined) return undefined;
  const shown = visible(command);
  return shown.length > maxCommand || command.includes('\n') ? undefined : shown;
};

/** The report opened at a finding; undefined where the link is not to the page itself (a console shows it as an object). */
export const findingUrl = (report: string | undefined, id: string): string | undefined => {
  if (report === undefined || !URL.canParse(report)) return undefined;
  const url = new URL(report);
  if (url.protocol !== 'https:' || !url.pathname.endsWith('.html')) return undefined;
  url.hash = `finding=${id}`;
  return url.href;
};

/** So many names stand for those that are affected. */
const maxNames = 3;

/** Who a finding is about: its service account and role, else its role, else its cluster, and what fails of the same
 *  cause. */
export const affectedBy = ({ namespace, serviceAccount, roleArn, clusterName, subject, explains }: Finding): string => {
  const role = roleArn === undefined ? [] : [`role ${roleNameOf(roleArn)}`];
  const own =
    serviceAccount === undefined
      ? role.length > 0
        ? role
        : [clusterName === undefined ? subject : `cluster ${clusterName}`]
      : [`service account ${[namespace, serviceAccount].filter(part => part !== undefined).join('/')}`, ...role];
  const folded = [...new Set(explains.map(one => one.subject))].filter(one => one !== subject && one !== roleArn);
  return cut(visible(shortListOf([...own, ...folded.map(lastName)], own.length + maxNames)), maxAffected);
};

/** The thing that the end of a subject names: `Deployment orders/refund`, `service account orders/refund`, `role
 *  store-orders`. */
const lastName = (subject: string): string => {
  const parsed = parseSubject(subject);
  switch (parsed.kind) {
    case 'pod':
      return `${parsed.ownerKind} ${parsed.namespace}/${parsed.ownerName}`;
    case 'service-account':
      return `service account ${parsed.namespace}/${parsed.serviceAccount}`;
    case 'association':
      return `Pod Identity association ${parsed.namespace}/${parsed.serviceAccount}`;
    case 'webhook':
      return `webhook of cluster ${parsed.clusterName}`;
    case 'cluster':
      return `cluster ${parsed.clusterName}`;
    case 'provider':
      return stripScheme(parsed.issuer);
    case 'role':
      return `role ${roleNameOf(parsed.roleArn)}`;
    default:
      return subject;
  }
};

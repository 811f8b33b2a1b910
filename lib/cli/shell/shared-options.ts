import type { AddHelpTextContext } from 'commander';

/** Headings of the options that commands share: the help of `options` has them, that of another command names it. */
export const sharedHeadings = {
  accounts: 'Accounts and regions:',
  read: 'Reading:',
  clusters: 'Clusters:',
  issuers: 'Issuers:',
  filters: 'Filters (of each command those that fit it):',
} as const;
/** The heading of a command's own options. */
export const ownHeading = 'Options:';
/** The name of the command whose help has them. */
export const sharedBy = 'options';
/** The end of a help that leaves them out. */
export const moreOptions = ({ command }: AddHelpTextContext): string =>
  command.name() === sharedBy ? '' : '\nShared options (accounts, clusters, filters): irsa-auditor help options';

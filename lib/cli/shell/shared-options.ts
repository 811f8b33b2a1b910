/** Headings of the options that commands share: the help of `options` has them, that of another command names it. */
export const sharedHeadings = {
  accounts: 'Accounts and regions:',
  read: 'What is read:',
  clusters: 'Clusters:',
  issuers: 'Issuers:',
  filters: 'Filters (scan, report, fix, findings):',
} as const;
/** The heading of a command's own options. */
export const ownHeading = 'Options:';
/** The end of a help whose command has shared options. */
export const moreOptions = '\nShared options (accounts, clusters, filters): irsa-auditor help options';

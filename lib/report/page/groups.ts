import type { PageFinding } from '../html/page-finding.ts';

/** Findings under one heading; without a title where they are not grouped. */
export interface Group {
  readonly title: string;
  readonly findings: readonly PageFinding[];
}

const titles: Readonly<Record<string, (finding: PageFinding) => string>> = {
  cause: ({ ruleId }) => ruleId,
  cluster: ({ clusters }) => clusters.join(', ') || 'no cluster',
  namespace: ({ clusters, namespace }) =>
    namespace === undefined ? 'no namespace' : [clusters.join(', '), namespace].filter(Boolean).join(' / '),
  account: ({ accountId }) => accountId,
};

/** Findings by what was chosen; groups and findings keep their order, so the worst group is first. A choice that the page
 *  does not know groups nothing. */
export const groupsOf = (findings: readonly PageFinding[], by: string): readonly Group[] => {
  const titleOf = titles[by] ?? (() => '');
  const groups = new Map<string, PageFinding[]>();
  for (const finding of findings) {
    const title = titleOf(finding);
    groups.set(title, [...(groups.get(title) ?? []), finding]);
  }
  return [...groups].map(([title, found]) => ({ title, findings: found }));
};

import { type KeyOfChoice, readingRows } from '../model.ts';
import type { Configuration } from './configuration.ts';

/** All that is read beyond the usual is read from a terminal, too. */
const keysOfReading = Object.fromEntries(
  readingRows.flatMap(([, { key }]) => (key === undefined ? [] : [[key, true]])),
) as { readonly [K in KeyOfChoice]: true };

/** Which keys an audit from a terminal uses. The others say how and when a deployment runs, what it keeps and who it tells. A
 *  key that is missing here does not compile. */
const usedByAudit: { readonly [K in keyof Required<Configuration>]: boolean } = {
  $schema: true,
  accounts: true,
  memberRole: true,
  regions: true,
  registeredIssuers: true,
  trusted: true,
  allRoles: true,
  ...keysOfReading,
  inCluster: true,
  rules: true,
  waivers: true,
  environments: true,
  unusedAfterDays: true,
  name: false,
  schedule: false,
  minSeverity: false,
  notifications: false,
  operations: false,
  customerKey: false,
  dashboard: false,
  accountsAtOnce: false,
  weeklySummary: false,
  fastLane: false,
  eventBridge: false,
  securityHub: false,
  retention: false,
};

/** The keys of a configuration, as JSON text that was parsed before, that an audit from a terminal does not use, in their order
 *  there. */
export const keysOfDeployment = (text: string): readonly string[] => {
  const document = JSON.parse(text.replace(/^\uFEFF/, '')) as Readonly<Record<string, unknown>>;
  const { inCluster } = document;
  const hasVpc = typeof inCluster === 'object' && inCluster !== null && 'vpc' in inCluster;
  return [
    ...Object.keys(document).filter(key => usedByAudit[key as keyof Configuration] === false),
    ...(hasVpc ? ['inCluster.vpc'] : []),
  ];
};

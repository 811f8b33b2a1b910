import type { AnyRule } from '../prelude.ts';
import { addonRoleDiffers } from './addon-role-differs.ts';
import { clusterControllerAccountUnfit } from './cluster-controller-account-unfit.ts';
import { clusterIssuerAbsent } from './cluster-issuer-absent.ts';
import { clusterNodeRoleReachable } from './cluster-node-role-reachable.ts';
import { clusterProviderMissing } from './cluster-provider-missing.ts';
import { clusterStsUnreachable } from './cluster-sts-unreachable.ts';
import { clusterUnauditable } from './cluster-unauditable.ts';

/** The rules of the group `cluster`. */
export const clusterRules: readonly AnyRule[] = [
  clusterProviderMissing,
  clusterIssuerAbsent,
  clusterUnauditable,
  addonRoleDiffers,
  clusterNodeRoleReachable,
  clusterStsUnreachable,
  clusterControllerAccountUnfit,
];

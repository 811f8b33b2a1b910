import type { AnyRule } from '../prelude.ts';
import { runtimeAssumeFailing } from './runtime-assume-failing.ts';
import { runtimeRoleNeverAssumed } from './runtime-role-never-assumed.ts';
import { runtimeSdkUnsupported } from './runtime-sdk-unsupported.ts';
import { runtimeStsRegion } from './runtime-sts-region.ts';
import { runtimeThumbprintConsulted } from './runtime-thumbprint-consulted.ts';

/** The rules of the group `runtime`. */
export const runtimeRules: readonly AnyRule[] = [
  runtimeAssumeFailing,
  runtimeSdkUnsupported,
  runtimeRoleNeverAssumed,
  runtimeThumbprintConsulted,
  runtimeStsRegion,
];

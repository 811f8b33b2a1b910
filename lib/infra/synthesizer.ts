import { DefaultStackSynthesizer } from 'aws-cdk-lib/core';

/** CDK's own synthesizer, typed for `exactOptionalPropertyTypes`: the base class says `undefined` where CDK's interface
 *  says absent. Behaves the same. */
export class Synthesizer extends DefaultStackSynthesizer {
  override get bootstrapQualifier(): string {
    return super.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
  }
  override get lookupRole(): string {
    return super.lookupRole ?? '';
  }
  override get cloudFormationExecutionRole(): string {
    return super.cloudFormationExecutionRole ?? '';
  }
}

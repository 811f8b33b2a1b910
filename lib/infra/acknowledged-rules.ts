import { Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
/** */
export const acknowledgeAuditor = (stack: IConstruct): void => {
  void Validations.of(stack);
};

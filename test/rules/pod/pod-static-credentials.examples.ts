import { complete } from '../../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `pod-static-credentials` is known. */
export const examples: Examples = {
  pass: { title: 'the role alone', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: { title: 'an access key in the environment', facts: () => withVariables('AWS_ACCESS_KEY_ID') },
  unknown: { title: 'a configuration file', facts: () => withVariables('AWS_PROFILE', 'AWS_CONFIG_FILE') },
};

const withVariables = (...names: readonly string[]) => {
  const container = aContainer({ awsVariables: [...aContainer().awsVariables, ...names] });
  return someFacts({ clusters: complete([aReadCluster({ pods: complete([aPod({ containers: [container] })]) })]) });
};

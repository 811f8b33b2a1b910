import { complete } from '../../../lib/model/collected.ts';
import { tokenExpirationKey } from '../../../lib/model/irsa-annotation.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `service-account-option-ignored` is known. */
export const examples: Examples = {
  pass: { title: 'an hour', facts: () => withOption({ [tokenExpirationKey]: '3600' }) },
  fail: { title: 'a duration with a unit', facts: () => withOption({ [tokenExpirationKey]: '1h' }) },
};

const withOption = (option: Readonly<Record<string, string>>) => {
  const account = aServiceAccount();
  const marked = { ...account, annotations: { ...account.annotations, ...option } };
  return someFacts({ clusters: complete([aReadCluster({ serviceAccounts: complete([marked]), pods: complete([]) })]) });
};

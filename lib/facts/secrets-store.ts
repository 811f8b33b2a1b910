/** Secrets of AWS that a driver mounts: it reads them with the role of the pod's service account, and not with its own. */
import { type KubernetesFacts, type Pod, type ServiceAccount, valueOr } from '../model.ts';
import { podsOfServiceAccount } from './pods-of-service-account.ts';

/** By cluster: thousands of service accounts ask. */
const isOfAwsAlone = new WeakMap<KubernetesFacts, boolean>();

/** True where every provider of the driver that runs in the cluster is that of AWS: a volume does not name its provider. */
const hasAwsProviderAlone = (facts: KubernetesFacts): boolean => {
  const providers = valueOr(facts.pods, []).flatMap(({ secretsProvider }) => secretsProvider ?? []);
  const known = isOfAwsAlone.get(facts) ?? (providers.length > 0 && providers.every(one => one === 'aws'));
  isOfAwsAlone.set(facts, known);
  return known;
};

/** The pending pods of a service account that mount secrets of AWS: a pod starts only after they were read. */
export const waitsForSecrets = (
  facts: KubernetesFacts,
  { namespace, name }: Pick<ServiceAccount, 'namespace' | 'name'>,
): readonly Pod[] =>
  hasAwsProviderAlone(facts)
    ? podsOfServiceAccount(facts, namespace, name).filter(
        ({ phase, mountsSecretsStore }) => phase === 'Pending' && mountsSecretsStore === true,
      )
    : [];

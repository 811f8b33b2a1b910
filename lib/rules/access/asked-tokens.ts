/** Which tokens an edit of a trust policy can make a difference for. */
import { eksPrincipalsOf, type Facts } from '../../facts.ts';
import { providerArnBeside, providerHostPath, type Role, stripScheme } from '../../model.ts';
import { audiencesNamed, defaultAudience, type Policy, unnamedAudience } from '../../policy.ts';
import { lookUpProvider } from './trust-context.ts';

/** Issuers (without scheme) that a policy names, in a principal or in the key of a test. */
export const issuersInPolicies = (policies: readonly Policy[], role: Role, facts: Facts): readonly string[] => {
  const found = new Set<string>();
  for (const { statements } of policies)
    for (const { principal, conditions } of statements) {
      for (const { arn, hostPath } of eksPrincipalsOf(principal, facts)) found.add(providerHostPath(arn) ?? hostPath);
      for (const { key } of conditions)
        if (/:(?:sub|aud)$/i.test(key.text)) found.add(stripScheme(key.text.slice(0, key.text.lastIndexOf(':'))));
    }
  found.delete('');
  // A text that no ARN can name is the subject of no token.
  return [...found].filter(issuer => providerHostPath(providerArnBeside(role.arn, issuer)) === issuer);
};

/** An audience to ask about. `standsForMore`: whatever is allowed with it is allowed with others too. `shown`: all that it
 *  stands for, as a pattern. */
interface AskedAudience {
  readonly audience: string;
  readonly standsForMore: boolean;
  readonly shown: string;
}

const only = (audience: string): AskedAudience => ({ audience, standsForMore: false, shown: audience });

/** Audiences that tokens may have: those that the provider accepts; the default one where it does not exist, since it is
 *  created so; all that make a difference where its list was not read. */
export const audiencesOfTokens = (
  issuer: string,
  policies: readonly Policy[],
  role: Role,
  facts: Facts,
): readonly AskedAudience[] => {
  const lookup = lookUpProvider(providerArnBeside(role.arn, issuer), facts);
  if (lookup.status === 'absent') return [only(defaultAudience)];
  if (lookup.status === 'found' && lookup.provider.detail.status === 'complete')
    return lookup.provider.detail.value.audiences.map(only);
  const asked = new Map([[defaultAudience, only(defaultAudience)]]);
  for (const { text, sample } of audiencesNamed(policies))
    if (!asked.has(sample)) asked.set(sample, { audience: sample, standsForMore: sample !== text, shown: text });
  return [...asked.values(), { audience: unnamedAudience, standsForMore: true, shown: '*' }];
};

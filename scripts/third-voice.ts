/**
 * Asks @cloud-copilot/iam-simulate (a development dependency, never shipped) what the trust core decides. It drops OIDC
 * condition keys, so `<issuer>:sub` and `:aud` are renamed to `aws:RequestTag/sub` and `/aud` before it is asked. Prints
 * every disagreement on which the trust core is certain.
 */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { decideOnly } from '../lib/policy.ts';
import { dice, randomRequest, randomSubjectPolicy } from '../test/support/random-policy.ts';
import { mustParse, P, provider } from '../test/support/trust-cases.ts';

const count = Number(process.argv[2] ?? 2000);
const renamed = (text: string): string =>
  text
    .replaceAll(`${P}:sub`, 'aws:RequestTag/sub')
    .replaceAll(`${P}:SUB`, 'aws:RequestTag/SUB')
    .replaceAll(`${P}:aud`, 'aws:RequestTag/aud');

const roll = dice(5);
const tally: Record<string, number> = {};
const disagreements: string[] = [];
for (let at = 0; at < count; at += 1) {
  const text = JSON.stringify(randomSubjectPolicy(roll));
  const request = { ...randomRequest(roll), roleArn: 'arn:aws:iam::111122223333:role/app', roleTags: {} };
  const ours = decideOnly(mustParse(text), request);
  const answer = await runSimulation(
    {
      request: {
        principal: provider,
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: { resource: request.roleArn, accountId: '111122223333' },
        contextVariables: { 'aws:RequestTag/sub': request.subject, 'aws:RequestTag/aud': request.audience },
      },
      identityPolicies: [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: JSON.parse(renamed(text)),
    },
    {},
  );
  const theirs = answer.resultType === 'error' ? 'error' : answer.overallResult === 'Allowed' ? 'allow' : 'deny';
  tally[`ours ${ours}, theirs ${theirs}`] = (tally[`ours ${ours}, theirs ${theirs}`] ?? 0) + 1;
  if (ours === 'unknown' || ours === theirs) continue;
  const why = text.includes('${') ? 'with policy variables' : 'without policy variables';
  tally[`disagree, ${why}`] = (tally[`disagree, ${why}`] ?? 0) + 1;
  disagreements.push(`ours ${ours}, theirs ${theirs}: ${text} ${request.subject}`);
}
process.stdout.write(`${JSON.stringify({ tally, disagreements: disagreements.slice(0, 20) }, null, 2)}\n`);

import { roleNameOf } from '../../model.ts';
import { defineRule, eksGuide, failOrPass } from '../prelude.ts';
import { callerOf, oldSdksOf } from './support/callers.ts';

/** A call that succeeded outweighs the table: a version that is seen to work is no finding. */
export const runtimeSdkUnsupported = defineRule({
  id: 'runtime-sdk-unsupported',
  kind: 'runtime',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'supported-sdk',
  title: 'SDKs of failing callers support web identity',
  fault: 'The SDK of a failing caller does not support web identity',
  says: {
    tooOld: [
      'SDK is too old',
      '{caller} calls with {sdk} {version} for role {role}: {sdk} supports web identity from {minimum}',
    ],
  },
  needs: ['runtime'],
  why: 'Below its documented minimum version an SDK may not read a renewed token, or may use the node’s role. A version that is seen to succeed is not reported. An SDK without web identity is never seen here: it sends no such call.',
  fix: 'Update the SDK to a supported version.',
  references: [eksGuide('iam-roles-for-service-accounts-minimum-sdk'), 'docs/facts.md §E.1, §E.2'],
  check: (subject, _facts, fail) => {
    const old = subject.events.flatMap(event => oldSdksOf(event).map(one => ({ ...one, event })));
    const byVersion = new Map(old.map(one => [one.label, one]));
    return failOrPass(
      [...byVersion].map(([label, { sdk, agent, event }]) => {
        const { name, version, minimum = '' } = sdk;
        return fail
          .tooOld({ caller: callerOf(event), sdk: name, version, role: roleNameOf(subject.roleArn), minimum })
          .discriminator(label)
          .evidence('user agent', `cloudtrail:LookupEvents in ${event.region}`, agent, `${name} ${minimum}`)
          .fix(`Update the application to ${name} ${minimum} or later.`, 'Which version the application can use.');
      }),
    );
  },
});

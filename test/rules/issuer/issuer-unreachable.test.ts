import { complete, unavailable } from '../../../lib/model/collected.ts';
import { aCluster, aClusterSnapshot, someFacts } from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { hostless, notProbed, reason, sees, without } from './worlds.ts';

says('issuer-unreachable', [
  ['both documents', () => someFacts(), []],
  ...(['not-found', 'unreachable', 'timed-out', 'denied'] as const).map(
    kind => [kind, without(kind), [/^medium: document .*"answer":"HTTP 404"/]] as const,
  ),
  [
    'keys only',
    sees({ keys: unavailable(reason('unreachable', 'HTTP 503')) }),
    [/^medium: document .*"answer":"HTTP 503"/],
  ],
  ['no handshake', hostless('unreachable'), [/^medium: host .*"kind":"unreachable"/]],
  ['no certificate', hostless('invalid'), [/^medium/]],
  ['from a private network', hostless('unreachable', true), [/^unknown: what AWS sees/]],
  ['we asked too often', without('throttled'), [/^unknown/]],
  ['another port', hostless('not-asked-for'), [/^unknown/]],
  ['more certificates than are read', hostless('too-large'), [/^unknown/]],
  ['a wrong answer is the business of another rule', without('invalid'), []],
  ['not probed', notProbed, [/^unknown/]],
  ...['CREATING', 'DELETING', 'FAILED'].map(
    status =>
      [
        `the issuer of a cluster that is ${status}`,
        () =>
          someFacts({
            clusters: complete([aClusterSnapshot({ cluster: aCluster({ status }) })]),
            issuers: Object.values(without('not-found')().issuers),
          }),
        [],
      ] as const,
  ),
]);

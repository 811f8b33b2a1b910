/** The calls of a deployment's functions as lines that hold in every world, for `test/fixtures/door-calls.jsonl`. */
import type { Recorded } from '../../../sandbox/door/start-door.ts';

/** Kinds of resources whose rest is drawn with the world. */
const drawnKinds = 'role|oidc-provider|cluster|access-entry|podidentityassociation|addon|policy|secret|ou|root';

const resourceOf = (resource: string, name: string): string => {
  const [arn = '', partition, service, region, account, ...rest] = resource.split(':');
  if (partition === undefined) return resource;
  const own = rest
    .join(':')
    // Before accounts: an id may have twelve digits in a row.
    .replace(/(?<=\/)[0-9a-f]{32}(?=\.json)/, '*')
    .replace(/\d{12}/g, '*')
    .replace(/(?<=\/)[a-z]{2}(?:-gov)?-[a-z]+-\d(?=\/)/, '*')
    .replace(/[^/]+(?=\.cluster)/, '*')
    .replace(new RegExp(`(?<=^(?:${drawnKinds})[/:]).*`), '*')
    .replace(/^(?:account)\/.*/, 'account/*')
    .replace(/(?<=started\/)[^/]+\/[^/]+(?=\/)/, '*/*')
    .replace(/(?<=\/)fast-\d{8}T\d+Z/, 'fast-*')
    .replace(/runs\/fast-[^/]+\//, 'runs/fast-*/')
    .replace(/runs\/(?!fast-)[^/]+\//, 'runs/*/')
    .replace(new RegExp(`(^|[:/])${name}(?![\\w])`), '$1irsa-auditor');
  if (service === 's3') return `arn:*:s3:::*${/\/.*/.exec(own)?.[0].replace(/(?<=\/)\d\d(?=\.json)/, '*') ?? ''}`;
  return [arn, '*', service, region && '*', account && '*', own].join(':');
};

/** The lines, each once and sorted: JSON with `step`, `action`, `resource` and `errorCode`. */
export const callLines = (recorded: readonly Recorded[], name: string): readonly string[] => [
  ...new Set(
    recorded
      .flatMap(({ principal, action, resource, errorCode }) => {
        if (principal.kind !== 'session') return [];
        const role = principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1);
        if (!role.startsWith(`${name}-`) || role.endsWith('-read')) return [];
        const step = role.slice(name.length + 1);
        return [JSON.stringify({ step, action, resource: resourceOf(resource, name), errorCode: errorCode ?? null })];
      })
      .sort(),
  ),
];

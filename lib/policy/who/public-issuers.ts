/**
 * Identity providers at which anybody can have an account, with the grammar of what their tokens say: which part names the
 * owner, who has it alone, and what anybody chooses. Sources: docs/facts.md §A.10c.
 */
import { type Run, run, type TextGrammar } from '../decide/text-grammar.ts';

/** A claim of a token. In an owned form the first run is had by one customer alone; in a borrowed one too, but others can bring
 *  it about; in a free one anybody chooses all. Optional: IAM knows no such key, or a token need not have the claim. */
export interface Claim {
  readonly owned: readonly TextGrammar[];
  readonly borrowed: readonly TextGrammar[];
  readonly free: readonly TextGrammar[];
  readonly optional: boolean;
  /** The value is a row of `name:value`, in which the owner may stand behind other parts. */
  readonly isRow?: boolean;
}

/** An identity provider of known customers. */
export interface LoginIssuer {
  readonly name: string;
  /** The name of a stranger: `any GitHub repository`. */
  readonly anyone: string;
  /** The claim that a trust policy must test. */
  readonly wanted: string;
  readonly claims: Readonly<Record<string, Claim>>;
  /** Why a test of a borrowed claim alone proves nothing. */
  readonly borrows?: string;
  /** The customer that the issuer names, whose tokens alone it signs; absent where it is the same for all. */
  readonly customer?: string;
  /** Names of owners have no case: `Acme` is `acme`, which somebody else has. */
  readonly caseless?: boolean;
}

const owner = run(/[A-Za-z0-9_-]/, 1);
/** A name at GitHub, which may have its number behind it. */
const numbered: Run = { ...run(/[A-Za-z0-9_@-]/, 1), until: '@' };
const project = run(/[\w.@-]/, 1);
const path = run(/[\w./-]/, 1);
const rest = run(/\P{Cc}/u, 1);
const field = run(/[^:]/, 1);
const number = run(/\d/, 1);
/** The name of a reference in git (git check-ref-format). */
const reference = run(/[^\p{Cc} ~^:?*[\\]/u, 1);

const none = { owned: [], borrowed: [], free: [], optional: false } as const;
const owned = (...grammars: readonly TextGrammar[]): Claim => ({ ...none, owned: grammars });
const borrowed = (...grammars: readonly TextGrammar[]): Claim => ({ ...none, borrowed: grammars });
const free = (...grammars: readonly TextGrammar[]): Claim => ({ ...none, free: grammars, optional: true });
/** A claim that IAM has no key for: a test on it finds no value. */
const unkeyed = (claim: Claim): Claim => ({ ...claim, optional: true });

const alone = (head: string, first: Run): readonly TextGrammar[] => [
  [head, first],
  [head, first, ':', rest],
];

/** Claims that whoever writes a workflow chooses, or that say nothing of the owner. */
const githubChoices = [
  ...['environment', 'ref', 'ref_type', 'base_ref', 'head_ref', 'sha', 'workflow', 'workflow_sha', 'job_workflow_sha'],
  ...['event_name', 'context', 'repository_visibility', 'runner_environment'],
  ...['run_id', 'run_number', 'run_attempt', 'check_run_id'],
] as const;

/** GitHub lets an organization make its subjects of other claims, in a row: only those that name an owner restrict. */
const githubSubject: Claim = {
  isRow: true,
  optional: false,
  owned: [
    ['repo:', numbered, '/', project],
    ['repo:', numbered, '/', project, ':', rest],
    ...alone('repository_owner:', owner),
    ...['repository:', 'workflow_ref:'].map((head): TextGrammar => [head, owner, '/', rest]),
    ...['repository_id:', 'repository_owner_id:', 'enterprise_id:'].flatMap(head => alone(head, number)),
    ...alone('enterprise:', owner),
  ],
  borrowed: [['job_workflow_ref:', owner, '/', rest], ...alone('actor:', owner), ...alone('actor_id:', number)],
  free: [['pull_request'], ['pull_request:', rest], ...githubChoices.map((key): TextGrammar => [`${key}:`, rest])],
};

const github: LoginIssuer = {
  name: 'GitHub',
  anyone: 'any GitHub repository',
  wanted: 'sub',
  caseless: true,
  borrows:
    'a workflow of any repository runs as the person who starts it, by a comment or a star, and calls any reusable workflow that is public',
  claims: {
    sub: githubSubject,
    repository: owned([owner, '/', project]),
    repository_owner: unkeyed(owned([owner])),
    repository_id: owned([number]),
    repository_owner_id: owned([number]),
    job_workflow_ref: borrowed([owner, '/', rest]),
    workflow_ref: unkeyed(owned([owner, '/', rest])),
    actor: borrowed([owner]),
    actor_id: borrowed([number]),
    enterprise: unkeyed(owned([owner])),
    enterprise_id: unkeyed(owned([number])),
    ...Object.fromEntries(githubChoices.map(key => [key, free([key.endsWith('ref') ? reference : rest])])),
  },
};

const organization = (after: TextGrammar): TextGrammar => ['organization:', field, ...after];

const issuer = (
  name: string,
  anyone: string,
  wanted: string,
  claims: Readonly<Record<string, Claim>>,
): LoginIssuer => ({ name, anyone, wanted, claims });

const gitlabSubject = owned(['project_path:', project, '/', path, ':', rest], ['project_id:', number, ':', rest]);

const gitlab: LoginIssuer = {
  ...issuer('GitLab', 'any GitLab project', 'sub', {
    sub: gitlabSubject,
    project_path: unkeyed(owned([project, '/', path])),
    namespace_path: unkeyed(owned([project], [project, '/', path])),
    project_id: owned([number]),
    namespace_id: owned([number]),
    user_login: borrowed([project]),
    user_email: borrowed([rest]),
    user_id: borrowed([number]),
    user_access_level: free([rest]),
    ref: free([reference]),
    ref_type: free([rest]),
    environment: free([rest]),
    ref_protected: free([rest]),
    pipeline_source: free([rest]),
    runner_environment: free([rest]),
  }),
  borrows: 'a job of any project runs as the person who starts it',
  caseless: true,
};

const appUsers = 'who the users of the application are that it names is not known';

const table: ReadonlyMap<string, LoginIssuer> = new Map([
  ['token.actions.githubusercontent.com', github],
  ['vstoken.actions.githubusercontent.com', github],
  ['gitlab.com', gitlab],
  [
    'app.terraform.io',
    issuer('Terraform Cloud', 'any organization of Terraform Cloud', 'sub', {
      sub: owned(organization([':project:', field, ':', rest])),
    }),
  ],
  [
    'agent.buildkite.com',
    issuer('Buildkite', 'any organization of Buildkite', 'sub', {
      sub: owned(organization([':pipeline:', field, ':', rest])),
      organization_slug: owned([owner]),
      organization_id: owned([owner]),
      pipeline_slug: free([rest]),
      pipeline_id: owned([owner]),
      build_branch: free([rest]),
      cluster_id: owned([owner]),
      cluster_name: free([rest]),
    }),
  ],
  [
    'oidc.vercel.com',
    issuer('Vercel', 'any team of Vercel', 'sub', {
      sub: owned(['owner:', field, ':project:', field, ':environment:', field]),
      aud: owned(['https://vercel.com/', owner]),
    }),
  ],
  [
    'api.pulumi.com/oidc',
    issuer('Pulumi Cloud', 'any organization of Pulumi Cloud', 'sub', {
      sub: owned(
        ...['environments:org', 'environments:pulumi.organization.login', 'deploy:org'].map(
          (kind): TextGrammar => [`pulumi:${kind}:`, field, ':', rest],
        ),
      ),
      aud: owned([owner], ['aws:', owner]),
    }),
  ],
  [
    'oidc.codefresh.io',
    issuer('Codefresh', 'any account of Codefresh', 'sub', { sub: owned(['account:', field, ':', rest]) }),
  ],
  ['scalr.io', issuer('Scalr', 'any account of Scalr', 'sub', { sub: owned(['account:', field, ':', rest]) })],
  [
    'accounts.google.com',
    {
      ...issuer('Google', 'any Google account', 'sub', {
        sub: owned([number]),
        email: owned([run(/[^\p{Cc} @]/u, 1), '@', rest]),
        aud: borrowed([number], [project]),
        oaud: free([rest]),
        'google/organization_number': unkeyed(owned([number])),
      }),
      borrows: appUsers,
    },
  ],
  [
    'www.amazon.com',
    {
      ...issuer('Amazon', 'any Amazon account', 'user_id', {
        app_id: borrowed(['amzn1.', rest]),
        user_id: owned(['amzn1.account.', owner]),
        sub: owned(['amzn1.account.', owner]),
      }),
      borrows: appUsers,
    },
  ],
  [
    'graph.facebook.com',
    {
      ...issuer('Facebook', 'any Facebook account', 'id', { app_id: borrowed([number]), id: owned([number]) }),
      borrows: appUsers,
    },
  ],
]);

/** The public issuer of a host and path, in lower case without scheme; undefined for any other. */
export const publicIssuerOf = (host: string): LoginIssuer | undefined => table.get(host.toLowerCase());

/** Issuers of services that run jobs, one for each customer: the URL names the customer. */
const ofCustomers: readonly (readonly [RegExp, (customer: string) => LoginIssuer])[] = [
  [
    /^oidc\.circleci\.com\/org\/([\w-]+)$/,
    id =>
      issuer('CircleCI', `any project of CircleCI organization ${id}`, 'oidc.circleci.com/project-id', {
        sub: owned([`org/${id}/project/`, run(/[\w-]/, 1), '/', rest]),
        'oidc.circleci.com/project-id': owned([run(/[\w-]/, 1)]),
      }),
  ],
  [
    /^api\.bitbucket\.org\/2\.0\/workspaces\/([\w.-]+)\/pipelines-config\/identity\/oidc$/,
    workspace =>
      issuer('Bitbucket', `any repository of Bitbucket workspace ${workspace}`, 'sub', {
        sub: owned([run(/[\w{}-]/, 1), ':', rest]),
      }),
  ],
  [
    /^oidc\.vercel\.com\/([\w-]+)$/,
    team =>
      issuer('Vercel', `any project of Vercel team ${team}`, 'sub', {
        sub: owned([`owner:${team}:project:`, field, ':environment:', field]),
      }),
  ],
  [
    /^(?:token\.actions\.githubusercontent\.com\/|github\.com\/enterprises\/)([\w-]+)$|^token\.actions\.([\w-]+)\.ghe\.com$/,
    enterprise => ({ ...github, anyone: `any repository of GitHub enterprise ${enterprise}` }),
  ],
];

/** The issuer of one customer, by its host and path in lower case without scheme; undefined for any other. */
export const customerIssuerOf = (host: string): LoginIssuer | undefined => {
  const lower = host.toLowerCase();
  for (const [pattern, of] of ofCustomers) {
    const customer = pattern.exec(lower)?.slice(1).find(Boolean);
    if (customer !== undefined) return { ...of(customer), customer };
  }
  return undefined;
};

/** Subjects whose form alone says which part of them is the owner, as installations of one's own sign them. */
export const ownedSubjects: readonly TextGrammar[] = [githubSubject, gitlabSubject].flatMap(claim => claim.owned);

/**
 * Identity providers at which anybody can have an account, with the grammar of what their tokens say: which part names the
 * owner, who has it alone, and what anybody chooses. Sources: docs/facts.md §A.10c.
 */
import { run, type TextGrammar } from './text-grammar.ts';

/** A claim of a token. In an owned form the first run is had by one customer alone; in a free one anybody chooses all. */
export interface Claim {
  readonly owned: readonly TextGrammar[];
  readonly free: readonly TextGrammar[];
  readonly optional: boolean;
}

/** A public issuer. */
export interface PublicIssuer {
  readonly name: string;
  /** What a stranger is called: `any GitHub repository`. */
  readonly anyone: string;
  /** The claim that a trust policy must test. */
  readonly wanted: string;
  readonly claims: Readonly<Record<string, Claim>>;
  /** A test of the audience names an application, of which anybody may be a user. */
  readonly appOnly?: boolean;
  /** Names of owners have no case: `Acme` is `acme`, which somebody else has. */
  readonly caseless?: boolean;
}

const owner = run(/[A-Za-z0-9_@-]/, 1);
const project = run(/[\w.@-]/, 1);
const path = run(/[\w./-]/, 1);
const rest = run(/[ -~]/, 1);
const field = run(/[^:]/, 1);
const number = run(/\d/, 1);
/** The name of a reference in git (git check-ref-format). */
const reference = run(/[^\s~^:?*[\\\x7f-\uffff]/, 1);

const owned = (...grammars: readonly TextGrammar[]): Claim => ({ owned: grammars, free: [], optional: false });
const free = (...grammars: readonly TextGrammar[]): Claim => ({ owned: [], free: grammars, optional: true });

/** GitHub lets an organization make its subjects of other claims: only those that name an owner restrict. */
const githubSubjects: readonly TextGrammar[] = [
  ['repo:', owner, '/', project, ':', rest],
  ['repository_owner:', owner, ':', rest],
  ['repository_owner:', owner],
  ['repository:', owner, '/', project],
  ['repository:', owner, '/', project, ':', rest],
  ['job_workflow_ref:', owner, '/', rest],
];

const githubFreeSubjects = ['environment:', 'ref:', 'workflow:', 'event_name:', 'context:'].map(
  (key): TextGrammar => [key, rest],
);

const github: PublicIssuer = {
  name: 'GitHub',
  anyone: 'any GitHub repository',
  wanted: 'sub',
  caseless: true,
  claims: {
    sub: { owned: githubSubjects, free: githubFreeSubjects, optional: false },
    repository: owned([owner, '/', project]),
    repository_owner: owned([owner]),
    repository_id: owned([number]),
    repository_owner_id: owned([number]),
    job_workflow_ref: owned([owner, '/', rest]),
    workflow_ref: owned([owner, '/', rest]),
    actor: owned([owner]),
    actor_id: owned([number]),
    enterprise: { ...owned([owner]), optional: true },
    enterprise_id: { ...owned([number]), optional: true },
    ref: free([reference]),
    environment: free([rest]),
    workflow: free([rest]),
    event_name: free([rest]),
    ref_type: free([rest]),
    base_ref: free([reference]),
    head_ref: free([reference]),
    repository_visibility: free([rest]),
    runner_environment: free([rest]),
    sha: free([rest]),
    run_id: free([number]),
  },
};

const organization = (after: readonly (string | typeof field)[]): TextGrammar => ['organization:', field, ...after];

const named = (
  name: string,
  anyone: string,
  wanted: string,
  claims: Readonly<Record<string, Claim>>,
): PublicIssuer => ({
  name,
  anyone,
  wanted,
  claims,
});

const table: ReadonlyMap<string, PublicIssuer> = new Map([
  ['token.actions.githubusercontent.com', github],
  ['vstoken.actions.githubusercontent.com', github],
  [
    'gitlab.com',
    {
      ...named('GitLab', 'any GitLab project', 'sub', {
        sub: owned(['project_path:', project, '/', path, ':', rest]),
        project_path: owned([project, '/', path]),
        namespace_path: owned([project], [project, '/', path]),
        project_id: owned([number]),
        namespace_id: owned([number]),
        user_login: owned([project]),
        user_email: owned([rest]),
        user_id: owned([number]),
        ref: free([reference]),
        ref_type: free([rest]),
        environment: free([rest]),
        ref_protected: free([rest]),
        pipeline_source: free([rest]),
      }),
      caseless: true,
    },
  ],
  [
    'app.terraform.io',
    named('Terraform Cloud', 'any organization of Terraform Cloud', 'sub', {
      sub: owned(organization([':project:', field, ':workspace:', field, ':run_phase:', field])),
    }),
  ],
  [
    'agent.buildkite.com',
    named('Buildkite', 'any organization of Buildkite', 'sub', {
      sub: owned(organization([':pipeline:', field, ':', rest])),
      organization_slug: owned([owner]),
      organization_id: owned([owner]),
      pipeline_slug: free([rest]),
      pipeline_id: owned([owner]),
      build_branch: free([rest]),
    }),
  ],
  [
    'oidc.vercel.com',
    named('Vercel', 'any team of Vercel', 'sub', {
      sub: owned(['owner:', field, ':project:', field, ':environment:', field]),
      aud: owned(['https://vercel.com/', owner]),
    }),
  ],
  [
    'api.pulumi.com/oidc',
    named('Pulumi Cloud', 'any organization of Pulumi Cloud', 'sub', {
      sub: owned(['pulumi:', field, ':org:', field, ':', rest], ['pulumi:', field, ':', rest]),
      aud: owned([owner], ['aws:', owner]),
    }),
  ],
  [
    'oidc.codefresh.io',
    named('Codefresh', 'any account of Codefresh', 'sub', { sub: owned(['account:', field, ':', rest]) }),
  ],
  ['scalr.io', named('Scalr', 'any account of Scalr', 'sub', { sub: owned(['account:', field, ':', rest]) })],
  [
    'accounts.google.com',
    {
      ...named('Google', 'any Google account', 'sub', {
        sub: owned([number]),
        email: owned([run(/[\w.+-]/, 1), '@', rest]),
        aud: owned([number], [project]),
        oaud: free([rest]),
      }),
      appOnly: true,
    },
  ],
  [
    'www.amazon.com',
    {
      ...named('Amazon', 'any Amazon account', 'user_id', {
        app_id: owned(['amzn1.', rest]),
        user_id: owned(['amzn1.account.', owner]),
        sub: owned(['amzn1.account.', owner]),
      }),
      appOnly: true,
    },
  ],
  [
    'graph.facebook.com',
    {
      ...named('Facebook', 'any Facebook account', 'id', { app_id: owned([number]), id: owned([number]) }),
      appOnly: true,
    },
  ],
]);

/** The public issuer of a host and path, in lower case without scheme; undefined for any other. */
export const publicIssuerOf = (host: string): PublicIssuer | undefined => table.get(host.toLowerCase());

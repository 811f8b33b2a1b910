import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import { annotate } from '../../lib/fixes/kubernetes-steps.ts';
import type { Cluster } from '../../lib/model/cluster.ts';
import { complete } from '../../lib/model/collected.ts';
import { roleArnKey } from '../../lib/model/irsa-annotation.ts';
import { planOfFacts } from '../../lib/plan/plan.ts';
import { planScript } from '../../lib/plan/plan-script.ts';
import { changeDifference, renderPlan } from '../../lib/plan/render-plan.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aCluster, aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';

const worldOf = (name: string): Facts =>
  someFacts({
    roles: complete([
      aRole({
        name,
        arn: `arn:aws:iam::111122223333:role/${name}`,
        trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' }),
      }),
    ]),
  });
const planOf = (name: string) =>
  planOfFacts(worldOf(name), { rules: catalog }, { wants: () => true, isDecided: () => true });

test('the plan shows the difference, who gains, the way back and the command', () => {
  const text = renderPlan(planOf('cart'), { profile: 'ops' });
  expect(text).toMatch(/^ {2}- .*"system:serviceaccount:Checkout:cart"/m);
  expect(text).toMatch(/^ {2}\+ .*"system:serviceaccount:checkout:cart"/m);
  expect(text).toContain('system:serviceaccount:checkout:cart of oidc.eks.eu-west-1.amazonaws.com');
  expect(text).toContain('gains arn:aws:iam::111122223333:role/cart');
  expect(text).toContain('undo: can be undone');
  expect(text).toMatch(
    /\$ \[ "\$\(aws sts get-caller-identity .*--profile ops\)" = 111122223333 \] && aws iam update-/,
  );
});

test('a plan names the context that each cluster is reached by, and says where there is none', () => {
  const contextIn = (cluster: Partial<Cluster>, context?: string) => {
    const { arn: _, ...place } = aCluster();
    const step = annotate({ ...place, ...cluster } as Cluster, account, roleArnKey, 'arn');
    const plan = { steps: [{ ...step, findingIds: [] }], fixed: [], left: [] };
    return /cluster shop, context (.*)/.exec(renderPlan(plan, { contextOf: () => context }))?.[1];
  };
  const account = { namespace: 'checkout', name: 'cart', annotations: {} };
  const { arn } = aCluster();
  expect([contextIn({ arn }, 'prod'), contextIn({ arn }), contextIn({})]).toEqual(['prod', arn, 'unknown']);
});

test('a policy that is no JSON is shown as it is beside the one that takes its place', () => {
  const step = setTrustPolicy('arn:aws:iam::111122223333:role/cart', 'not a policy', { Version: '2012-10-17' });
  expect(changeDifference(step)).toEqual(['- not a policy', '+ {', '+   "Version": "2012-10-17"', '+ }']);
});

test.each([
  ...[`c'$(touch p1)'`, 'c";touch p2;"', 'c`touch p3`', 'c\ntouch p4\n', '-c --touch', "c'\ntouch p5 #"].map(
    name => [name, ''] as const,
  ),
  ...['-c', '--help', 'a+b=c,d.e@f_g'].map(name => [name, 'aws update-assume-role-policy\n'] as const),
])('a script with a role called %j runs nothing but its steps, and stops in another account', (name, calls) => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-script-'));
  try {
    const script = planScript(planOf(name), {});
    const run = (account: string) => {
      const aws = `aws() { case "$2" in get-caller-identity) echo ${account};; get-role) echo audited;; *) echo "aws $2";; esac; }`;
      return execFileSync('sh', ['-c', `${aws}\n${script}`], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    };
    expect(run('111122223333')).toBe(calls);
    if (calls !== '')
      expect(() => run('999988887777')).toThrow('step 1: the credentials are of another account: stopped');
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a script says above each step what the plan says of it', () => {
  const script = planScript(planOf('cart'), {});
  const command = script.indexOf('update-assume-role-policy');
  for (const said of [
    /^# Step 1: aws, account 111122223333$/m,
    /^# {5}fix: Replace the subject with /m,
    /^# {5}decide: Confirm that service account checkout\/cart of cluster shop uses the role/m,
    /^# {3}\+ .*"system:serviceaccount:checkout:cart"$/m,
    /^# {3}system:serviceaccount:checkout:cart of .* gains arn:aws:iam::111122223333:role\/cart$/m,
    /^# {3}undo: can be undone/m,
  ]) {
    expect(script).toMatch(said);
    expect(script.search(said)).toBeLessThan(command);
  }
});

test('a step that waits for a decision is a comment of a script', () => {
  const plan = planOfFacts(worldOf('cart'), { rules: catalog }, { wants: () => true, isDecided: () => false });
  const [{ finding } = { finding: undefined }] = plan.left;
  const script = planScript(plan, {});
  expect(script).toMatch(/^# .*update-assume-role-policy .* <<'JSON'\n# \{\n/m);
  expect(script).toContain(`for ${finding?.id} trust-subject-malformed: once decided, add --choose 1 and this id`);
  const live = script.split('\n').filter(line => !line.startsWith('#'));
  expect(live.join('\n')).not.toContain('aws iam');
});

test('a plan of several findings on one role does not tell to run one of them and to audit again', () => {
  const trustPolicy = aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' }).replace(
    'sts:AssumeRoleWithWebIdentity',
    'sts:AssumeRole',
  );
  const facts = someFacts({ roles: complete([aRole({ trustPolicy })]) });
  const warned = evaluate(facts, { rules: catalog }).findings.filter(({ fix }) =>
    /run one of them/.test(fix.choice ?? ''),
  );
  expect(warned.length).toBeGreaterThan(1);
  const plan = planOfFacts(facts, { rules: catalog }, { wants: () => true, isDecided: () => true });
  expect(plan.steps).toHaveLength(1);
  expect(plan.fixed.length).toBeGreaterThan(1);
  expect(renderPlan(plan, {})).not.toContain('run one of them');
});

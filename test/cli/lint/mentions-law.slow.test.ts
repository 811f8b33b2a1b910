/** The law of sums: each mention of a role of pods that a plain search finds in the files is judged or not checked, with its file and
 *  line, and the report has no other one. */
import { expect, test } from '@jest/globals';
import type { LintReport } from '../../../lib/cli/lint/lint-finding.ts';
import { type Random, randomOf } from '../../faults/random.ts';
import { seed } from '../../support/properties.ts';
import { isWhole } from '../../support/sample.ts';
import { lintTexts } from './lint-texts.ts';
import { partialForms, wholeForms } from './pairs/account-forms.ts';
import { noises } from './pairs/noise.ts';
import { mistakes, soundPair } from './pairs/pair.ts';
import { type Files, roleForms } from './pairs/role-forms.ts';

const count = isWhole ? 10_000 : 400;
const accountForms = { ...wholeForms, ...partialForms };

/** What is searched for, letter by letter. */
const searched = [
  /AssumeRoleWithWebIdentity/g,
  /(?:eks\.amazonaws\.com\/role-arn|eks\.amazonaws\.com~1role-arn|eks\\\\?\.amazonaws\\\\?\.com\/role-arn)(?![\w-])/g,
  /(?:assume_role_policy|assume_role_policy_document|assumeRolePolicy|AssumeRolePolicyDocument|assumeRolePolicyDocument)"?\s*[:=](?!=)/g,
  /service_account_role_arn/g,
];

/** `file:line` for each, comments left out. */
const searchedIn = (files: Files): readonly string[] =>
  Object.entries(files)
    .flatMap(([name, text]) =>
      text
        .split('\n')
        .flatMap((line, at) =>
          /^\s*(?:#|\/\/)/.test(line)
            ? []
            : searched.flatMap(word => [...line.matchAll(word)].map(() => `${name}:${at + 1}`)),
        ),
    )
    .sort();

const toldIn = ({ mentions }: LintReport): readonly string[] =>
  mentions.map(({ file, line }) => `${file}:${line}`).sort();

/** Mentions in places that are no trust policy and no annotation. */
const elsewhere: Readonly<Record<string, (arn: string) => Files>> = {
  nothing: () => ({}),
  'a comment': arn => ({
    'note.yaml': `# eks.amazonaws.com/role-arn: ${arn}\n# sts:AssumeRoleWithWebIdentity\nkind: x\n`,
  }),
  'one line of JSON': arn => {
    const of = (kind: string, name: string) => ({
      ...{ apiVersion: 'v1', kind },
      metadata: { name, namespace: 'n', annotations: { 'eks.amazonaws.com/role-arn': arn } },
    });
    return {
      'all.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [of('ServiceAccount', 'a'), of('ConfigMap', 'b')],
      }),
    };
  },
  'the names of keys': () => ({
    'rule.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: keys}\ndata:\n  keys: |\n    - eks.amazonaws.com/role-arn\n    - sts:AssumeRoleWithWebIdentity\n',
    'look.tf':
      'locals {\n  role = lookup(var.annotations, "eks.amazonaws.com/role-arn", null)\n  pair = { (var.key ? "eks.amazonaws.com/role-arn" : "x") = "y" }\n}\n',
  }),
  'a permission': () => ({
    'may.json':
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Resource":"*"}]}',
    'may.tf':
      'data "aws_iam_policy_document" "may" {\n  statement {\n    actions = ["sts:AssumeRoleWithWebIdentity"]\n    resources = ["*"]\n  }\n}\n',
  }),
  'a template of a chart': arn => ({
    'c/templates/sa.yaml': `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {{ .Values.name }}\n  annotations:\n    eks.amazonaws.com/role-arn: ${arn}\n    {{- if .x }}\n    eks.amazonaws.com/role-arn: {{ .Values.arn }}\n    {{- end }}\n`,
  }),
  'a role of Ansible': () => ({
    'play.yaml': `- hosts: localhost\n  tasks:\n  - iam_role:\n      name: app\n      assume_role_policy_document: "{{ lookup('file', 'trust.json') }}"\n`,
  }),
  'a composition whose patch writes the trust policy': () => ({
    'composition.yaml': `apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nspec:\n  resources:\n  - name: role\n    base:\n      apiVersion: iam.aws.upbound.io/v1beta1\n      kind: Role\n      spec:\n        forProvider:\n          assumeRolePolicy: ""\n    patches:\n    - type: CombineFromComposite\n      toFieldPath: spec.forProvider.assumeRolePolicy\n      combine:\n        strategy: string\n        string:\n          fmt: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"%s"},"Condition":{"StringEquals":{"%s:sub":"system:serviceaccount:%s:%s"}}}]}'\n`,
  }),
  'a program that writes the trust policy': () => ({
    'kcl.yaml': `apiVersion: krm.kcl.dev/v1alpha1\nkind: KCLInput\nspec:\n  source: |\n    _items += [{\n      spec.forProvider.assumeRolePolicy = """\\\\\n      {"Statement": []}\n      """\n    }]\n`,
  }),
  'languages that are not read': arn => ({
    'terragrunt.hcl':
      'inputs = {\n  roles = {\n    app = {\n      assume_role_policy = jsonencode({ Statement = [] })\n      # assume_role_policy = x\n    }\n  }\n}\n',
    'library.libsonnet': `{\n  [if arn != null then 'eks.amazonaws.com/role-arn']: arn,\n  b: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::' + account },\n}\n`,
    'types.cue': 'a: "eks.amazonaws.com/role-arn": role.arn\n',
    'values.jsonnet': `{\n  // 'eks.amazonaws.com/role-arn': '${arn}',\n  'eks.amazonaws.com/role-arn': 'arn:aws:iam::%s:role/x' % account,\n}\n`,
    'terraform.tfstate': JSON.stringify({ version: 4, resources: [{ assume_role_policy: '{"Statement":[]}' }] }),
  }),
  'a text that cannot be read': arn => ({
    'cut.yaml': `a: [\n  eks.amazonaws.com/role-arn: ${arn}\n  b: "sts:AssumeRoleWithWebIdentity\n`,
  }),
  'a role that is known later': () => ({
    'later.tf':
      'resource "aws_iam_role" "later" {\n  assume_role_policy = var.later\n}\nmodule "m" {\n  source = "./m"\n  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = var.p }] })\n}\n',
  }),
};

const drawn = (random: Random): Files | undefined => {
  const sound = soundPair(random);
  const pair = random.chance(0.3) ? random.pick(Object.values(mistakes)).make(sound, random) : sound;
  const ofRole = random.pick(Object.values(roleForms))(pair);
  const ofAccount = random.pick(Object.values(accountForms))(pair);
  const ofOther = random.pick(Object.values(elsewhere))(pair.roleArn);
  const all = ofRole && { ...ofRole, ...ofAccount, ...ofOther };
  return all && (random.chance(0.5) ? random.pick(Object.values(noises))(all, random) : all);
};

test(
  'mentions that a plain search finds are those that are judged and those that are not checked',
  async () => {
    for (let at = 0; at < count; at += 1) {
      const files = drawn(randomOf(seed * 4_000_037 + at));
      if (files === undefined) continue;
      const report = await lintTexts(files, { isOptional: true });
      expect([at, toldIn(report)]).toEqual([at, searchedIn(files)]);
      // Each that is not checked is told in its file.
      const told = new Set([...report.doubts, ...report.errors].map(({ file }) => file));
      expect([at, report.mentions.filter(one => !one.isJudged && !told.has(one.file))]).toEqual([at, []]);
    }
  },
  isWhole ? 3_600_000 : 60_000,
);

test.each(Object.keys(elsewhere))('%s: which mentions are judged', async name => {
  const { mentions } = await lintTexts(elsewhere[name]?.('arn:aws:iam::444455556666:role/x') ?? {}, {
    isOptional: true,
  });
  const said = mentions.map(({ file, line, isJudged }) => `${file}:${line} ${isJudged ? 'judged' : 'not checked'}`);
  expect(said.sort()).toEqual(judgedIn[name]?.toSorted());
});

const judgedIn: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  'a comment': [],
  'one line of JSON': ['all.json:1 judged', 'all.json:1 judged'],
  'the names of keys': [
    'rule.yaml:6 not checked',
    'rule.yaml:7 not checked',
    'look.tf:2 not checked',
    'look.tf:3 not checked',
  ],
  'a permission': ['may.json:1 not checked', 'may.tf:3 judged'],
  'a template of a chart': ['c/templates/sa.yaml:6 judged', 'c/templates/sa.yaml:8 not checked'],
  'a role of Ansible': ['play.yaml:5 not checked'],
  'languages that are not read': [
    'terragrunt.hcl:4 not checked',
    'library.libsonnet:2 not checked',
    'library.libsonnet:3 not checked',
    'types.cue:1 not checked',
    'values.jsonnet:3 not checked',
    'terraform.tfstate:1 not checked',
  ],
  'a program that writes the trust policy': ['kcl.yaml:6 not checked'],
  'a composition whose patch writes the trust policy': [
    'composition.yaml:11 not checked',
    'composition.yaml:18 judged',
  ],
  'a text that cannot be read': ['cut.yaml:2 judged', 'cut.yaml:3 not checked'],
  'a role that is known later': ['later.tf:2 not checked', 'later.tf:6 not checked', 'later.tf:6 not checked'],
};

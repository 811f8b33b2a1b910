/**
 * Runs the evaluator of MKAT on the policies of docs/comparison.md, and compares its answers with the table there.
 * `node scripts/compare-mkat.ts DIR`, where DIR is a clone of https://github.com/DataDog/managed-kubernetes-auditing-toolkit
 * with the commit below (bare, or with a work tree). Needs git and Go 1.19 or newer, and no network. Exit code 1 if an answer
 * is another one. Of its code a copy is compiled in a folder of its own, which is removed.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const commit = '8b8b6887a78b2d1f6ed0251a82873e97eaff24b7';
const evaluator = 'internal/aws/iam_evaluation';
const sources = [
  ...['authorization', 'condition', 'policy', 'policy_parser', 'statement'].map(name => `${evaluator}/${name}.go`),
  'internal/utils/case_insensitive_map.go',
];
const host = `oidc.eks.eu-west-1.amazonaws.com/id/${'A'.repeat(32)}`;

/** The request as MKAT's own code makes it (roles_resolver.go, AnalyzeRoleRelationshipsForIRSA). */
const program = `package main

import (
	"encoding/json"
	"os"

	eval "github.com/datadog/managed-kubernetes-auditing-toolkit/${evaluator}"
)

func main() {
	var policies []string
	if err := json.NewDecoder(os.Stdin).Decode(&policies); err != nil {
		panic(err)
	}
	answers := []string{}
	for _, text := range policies {
		policy, err := eval.ParseRoleTrustPolicy(text)
		if err != nil {
			answers = append(answers, "role left out")
			continue
		}
		result := policy.Authorize(&eval.AuthorizationContext{
			Action: "sts:AssumeRoleWithWebIdentity",
			Principal: &eval.Principal{Type: eval.PrincipalTypeFederated, ID: "arn:aws:iam::111122223333:oidc-provider/${host}"},
			ContextKeys: map[string]string{
				"${host}:sub": "system:serviceaccount:checkout:cart",
				"${host}:aud": "sts.amazonaws.com",
			},
		})
		if *result == eval.AuthorizationResultAllow {
			answers = append(answers, "allow")
		} else {
			answers = append(answers, "deny")
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
`;

const answersOf = (copy: string, policies: readonly string[]): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-mkat-'));
  try {
    for (const path of sources) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), execFileSync('git', ['-C', copy, 'show', `${commit}:${path}`]));
    }
    writeFileSync(join(folder, 'go.mod'), 'module github.com/datadog/managed-kubernetes-auditing-toolkit\n\ngo 1.19\n');
    writeFileSync(join(folder, 'main.go'), program);
    const output = execFileSync('go', ['run', '.'], {
      cwd: folder,
      input: JSON.stringify(policies),
      encoding: 'utf8',
      env: { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local' },
    });
    return JSON.parse(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const [copy] = process.argv.slice(2);
if (copy === undefined) {
  process.stderr.write('compare-mkat: got no folder, wants that of a clone: node scripts/compare-mkat.ts DIR\n');
  process.exit(2);
}
const rows = readFileSync('test/fixtures/comparison/trust-policies.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line));
const answers = answersOf(
  copy,
  rows.map(({ policy }) => JSON.stringify(policy)),
);
const others = rows.filter(({ mkat }, at) => mkat !== answers[at]);
rows.forEach(({ condition }, at) => {
  process.stdout.write(`${answers[at]}\t${condition}\n`);
});
process.stdout.write(`${rows.length} policies, ${others.length} answers other than in docs/comparison.md\n`);
process.exitCode = others.length === 0 ? 0 : 1;

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runLint } from './run-lint.ts';

/** Whoever writes a pull request writes every file of the checkout: names, links, special files, configurations. */
const root = mkdtempSync(join(tmpdir(), 'irsa-auditor-hostile-checkout-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const open = (secret: string): string => `resource "aws_iam_role" "${secret}" {
  name               = "${secret}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "sts:AssumeRole" }] })
}
`;
const secret = 'outside-of-the-checkout';
writeFileSync(join(root, 'secret.tf'), open(secret));
mkdirSync(join(root, 'elsewhere'));
writeFileSync(join(root, 'elsewhere', 'main.tf'), open(secret));

const checkout = (name: string, files: Readonly<Record<string, string>>): string => {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
};

const formats = ['table', 'json', 'sarif', 'github', 'junit'];

describe('a link out of the checkout', () => {
  const folder = checkout('links', { 'infra/ok.tf': '', 'infra/deep/x.txt': open('inside') });
  symlinkSync(join(root, 'secret.tf'), join(folder, 'infra', 'absolute.tf'));
  symlinkSync('../../secret.tf', join(folder, 'infra', 'relative.tf'));
  symlinkSync('absolute.tf', join(folder, 'infra', 'by-another-link.tf'));
  symlinkSync('../../elsewhere', join(folder, 'infra', 'folder'));
  symlinkSync('/proc/self/environ', join(folder, 'infra', 'environment.json'));
  symlinkSync('nothing', join(folder, 'infra', 'dangling.tf'));
  symlinkSync('deep/x.txt', join(folder, 'infra', 'inside.tf'));

  test.each(formats)('is named, and nothing of what it leads to is read: format %s', async format => {
    const { out, err } = await runLint(['--format', format, 'infra'], '', folder);
    expect(out + err).not.toContain(secret);
    for (const name of ['absolute.tf', 'relative.tf', 'by-another-link.tf', 'folder', 'environment.json'])
      expect(out + err).toContain(`infra/${name}`);
    expect(out + err).toContain('dangling.tf');
  });

  test('inside of the checkout is read', async () => {
    const { code, out } = await runLint(['infra'], '', folder);
    expect([code, out]).toEqual([1, expect.stringContaining('infra/inside.tf')]);
  });

  test.each(['infra/absolute.tf', 'infra/by-another-link.tf', 'infra/folder', 'infra/environment.json'])(
    'is not followed by its own name: %s',
    async name => {
      const { code, out, err } = await runLint([name], '', folder);
      expect([code, out + err]).toEqual([2, expect.stringContaining(`${name}: a link that leads out of its folder`)]);
      expect(out + err).not.toContain(secret);
    },
  );

  test('a person who names a file elsewhere gets it', async () => {
    expect(await runLint(['../secret.tf'], '', folder)).toMatchObject({
      code: 1,
      out: expect.stringContaining(secret),
    });
  });
});

test('a pipe, by its name or by a link, does not hold lint up', async () => {
  const folder = checkout('pipes', { 'a.tf': open('told') });
  execFileSync('mkfifo', [join(folder, 'pipe.tf'), join(folder, 'other')]);
  symlinkSync('other', join(folder, 'link.tf'));
  const { code, out, err } = await runLint(['.'], '', folder);
  expect([code, out]).toEqual([1, expect.stringContaining('a.tf')]);
  expect(err).toContain('link.tf:1:1: a link to what is no file');
});

test('a folder that begins with a dot hides nothing', async () => {
  const folder = checkout('dots', {
    '.hidden/a.tf': open('a'),
    'x/.b/..c/d.tf': open('d'),
    '.github/w/e.tf': open('e'),
  });
  const { out } = await runLint(['.'], '', folder);
  for (const name of ['.hidden/a.tf', 'x/.b/..c/d.tf', '.github/w/e.tf']) expect(out).toContain(name);
});

test('a role of a module in a folder that is left out is not passed over in silence', async () => {
  const places = ['node_modules/roles', '.terraform/modules/roles', '.terragrunt-cache/roles'];
  const folder = checkout('left-out', {
    'main.tf': places.map((place, at) => `module "m${at}" {\n  source = "./${place}"\n}\n`).join(''),
    ...Object.fromEntries(places.map(place => [`${place}/main.tf`, open('hidden')])),
  });
  const { code, err } = await runLint(['--fail-on-unchecked', '.'], '', folder);
  expect(code).not.toBe(0);
  for (const [at] of places.entries()) expect(err).toContain(`module.m${at}: the roles of this module are not checked`);
});

test('no file of the checkout is a configuration of the check: what is trusted and waived is named by whoever runs it', async () => {
  const open = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [open] });
  const plain = checkout('plain', { 'trust.json': policy });
  const waived = JSON.stringify({
    trusted: { accounts: ['999999999999'] },
    waivers: [{ rule: 'trust-principal-wildcard', reason: 'x', expires: '2027-01-01' }],
    rules: { 'trust-principal-wildcard': { enabled: false } },
  });
  const configured = checkout('configured', {
    'trust.json': policy,
    'irsa-auditor.config.json': waived,
    '.irsa-auditor.json': waived,
    'package.json': JSON.stringify({ name: 'x', 'irsa-auditor': JSON.parse(waived) }),
    '.npmrc': 'registry=https://registry.example/\nscript-shell=/bin/false\n',
  });
  const said = await runLint(['.'], '', plain);
  expect(said.code).toBe(1);
  const { code, out } = await runLint(['.'], '', configured);
  expect([code, out.split('\n')[0]]).toEqual([1, said.out.split('\n')[0]]);
});

test.each(formats)(
  'no name and no text of the checkout is a command to the log or a control of the terminal: format %s',
  async format => {
    const folder = checkout(`texts-${format}`, {
      'a.yaml': `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: "c\\n::error::x"\n  namespace: shop\n  annotations:\n    eks.amazonaws.com/role-arn: "x\\n::add-path::/x\\u001b[2J\\u202e"\n`,
      'b\n::add-mask::c.tf': open('a\n::set-output name=a::b').replaceAll('a\n', 'a\\n'),
      'd,line=1::e.json': JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Sid: 'a\n::warning::x', Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
      }),
    });
    const { code, out, err } = await runLint(['--format', format, '.'], '', folder);
    expect(code).toBe(1);
    expect(out + err).not.toMatch(/^::(?!(?:error|warning|notice) file=[^:]*::)/m);
    // A name of GitHub is a command wherever a line may be broken.
    expect(out + err).not.toMatch(/::(?:add|set|stop)-|##\[/);
    expect(out + err).not.toMatch(/(?![\n\r])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  },
);

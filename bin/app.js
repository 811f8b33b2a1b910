// Plain JavaScript on purpose: a global cdk runs it on whichever Node.js is there, and sources in TypeScript run on 24.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major >= 24) await import('./app.ts');
else {
  process.stderr.write(
    `irsa-auditor: Node.js ${process.versions.node} is too old: 24.0 or later is wanted. Use npx cdk: npm brings its own.\n`,
  );
  process.exitCode = 2;
}

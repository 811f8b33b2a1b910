import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import Ajv4 from 'ajv-draft-04';
import formatsOf from 'ajv-formats';
import { validateXML } from 'xmllint-wasm';
import { runLint } from './run-lint.ts';

/** Findings, statements that cannot be checked, and a file that cannot be read. Sources of the schemas:
 *  test/fixtures/schemas/README.md. */
const files = ['trust.json', 'plan.json', 'template.yaml', 'placeholders.json', 'not-there.json'];
const fixture = (name: string): string => readFileSync(`test/fixtures/schemas/${name}`, 'utf8');

const junitFaults = async (contents: string): Promise<readonly string[]> => {
  const { errors } = await validateXML({
    xml: [{ fileName: 'lint.xml', contents }],
    schema: [fixture('jenkins-junit.xsd')],
  });
  return errors.map(({ message }) => message);
};

test('JUnit output is valid by the schema of Jenkins, except for the attribute file, which GitLab reads', async () => {
  const { out } = await runLint(['--format', 'junit', ...files]);
  expect(out).toMatch(/<failure .*<skipped>.*<error /s);
  expect(await junitFaults(out.replaceAll(/ file="[^"]*"/g, ''))).toEqual([]);
  expect(await junitFaults(out)).not.toEqual([]);
});

test('SARIF output is valid by version 2.1.0', async () => {
  const ajv = new Ajv4.default({ strict: false, unicodeRegExp: false });
  formatsOf.default(ajv);
  const validate = ajv.compile(JSON.parse(fixture('sarif-2.1.0.json')));
  const { out } = await runLint(['--format', 'sarif', ...files]);
  expect(validate(JSON.parse(out)) ? [] : validate.errors).toEqual([]);
  expect(validate({ ...JSON.parse(out), runs: undefined, version: '2' })).toBe(false);
});

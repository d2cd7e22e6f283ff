/** Writes small cloud assemblies for tests: stacks as templates, function code as text, in a folder of the test's own. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FixtureStack {
  readonly Resources: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
}

export interface Fixture {
  readonly stacks: Readonly<Record<string, FixtureStack>>;
  /** `index.js` of each file asset, by asset hash. */
  readonly bundles?: Readonly<Record<string, string>>;
  /** Files of each image asset, by tag, then by name. */
  readonly images?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The folder of the assembly. */
export function writeAssembly({ stacks, bundles = {}, images = {} }: Fixture): string {
  const directory = mkdtempSync(join(tmpdir(), 'region-assembly-'));
  const write = (path: string, value: unknown): void =>
    writeFileSync(join(directory, path), typeof value === 'string' ? value : JSON.stringify(value));
  const artifacts: Record<string, unknown> = {};
  for (const [stackName, template] of Object.entries(stacks)) {
    write(`${stackName}.template.json`, template);
    artifacts[stackName] = {
      type: 'aws:cloudformation:stack',
      properties: { templateFile: `${stackName}.template.json`, stackName },
    };
  }
  const files: Record<string, unknown> = {};
  for (const [hash, code] of Object.entries(bundles)) {
    mkdirSync(join(directory, `asset.${hash}`));
    write(`asset.${hash}/index.js`, code);
    files[hash] = {
      source: { path: `asset.${hash}`, packaging: 'zip' },
      destinations: { current: { bucketName: 'assets', objectKey: `${hash}.zip` } },
    };
  }
  const dockerImages: Record<string, unknown> = {};
  for (const [tag, contents] of Object.entries(images)) {
    mkdirSync(join(directory, `asset.${tag}`));
    for (const [name, text] of Object.entries(contents)) write(`asset.${tag}/${name}`, text);
    dockerImages[tag] = {
      source: { directory: `asset.${tag}` },
      destinations: { current: { repositoryName: 'assets', imageTag: tag } },
    };
  }
  write('App.assets.json', { version: '48.0.0', files, dockerImages });
  write('manifest.json', { version: '48.0.0', artifacts });
  return directory;
}

/** A role that may do `actions` on `resource`. */
export function role(actions: readonly string[], resource: unknown = '*'): object {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {},
      Policies: [
        { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }] } },
      ],
    },
  };
}

/** A function whose code is the bundle of this hash. */
export function lambdaFunction(
  hash: string,
  roleId: string,
  properties: Readonly<Record<string, unknown>> = {},
): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: 'assets', S3Key: `${hash}.zip` },
      Handler: 'index.handler',
      Runtime: 'nodejs22.x',
      Role: { 'Fn::GetAtt': [roleId, 'Arn'] },
      ...properties,
    },
  };
}

/** A task definition as its template describes it, and the command that its image's Dockerfile runs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageAsset } from '../../assembly/assets.ts';
import { UnknownToRegionError } from '../../errors.ts';
import type { ResourceContext } from '../../service.ts';
import { type Fields, knownFields, requiredString } from '../eventbridge/known-fields.ts';

export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[] | undefined;
  readonly entryPoint: readonly string[] | undefined;
  readonly essential: boolean;
}

export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly taskRoleArn: string;
  readonly executionRoleArn: string;
  /** CPU units and MiB, as text, as ECS has them. */
  readonly cpu: string;
  readonly memory: string;
  readonly containers: readonly ContainerDefinition[];
  readonly assemblyDirectory: string;
}

export interface Program {
  /** File of the bundle that Node runs. */
  readonly path: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const CONTAINER_FIELDS = [
  'Name',
  'Image',
  'Environment',
  'Command',
  'EntryPoint',
  'Essential',
  'LogConfiguration',
  'Cpu',
  'Memory',
  'MemoryReservation',
  'ReadonlyRootFilesystem',
  'StopTimeout',
  'HealthCheck',
  'User',
  'LinuxParameters',
  'MountPoints',
];

export function parseTaskDefinition(context: ResourceContext, arnOf: (family: string) => string): TaskDefinition {
  const { properties, assemblyDirectory } = context;
  const where = `${context.stackName}/${context.logicalId}`;
  const family = properties['Family'] === undefined ? context.generatedName(255) : String(properties['Family']);
  const list = (properties['ContainerDefinitions'] ?? []) as readonly unknown[];
  return {
    arn: arnOf(family),
    family,
    taskRoleArn: requiredString(properties, 'TaskRoleArn', where),
    executionRoleArn: String(properties['ExecutionRoleArn'] ?? ''),
    cpu: String(properties['Cpu'] ?? 256),
    memory: String(properties['Memory'] ?? 512),
    containers: list.map((value) => parseContainer(knownFields(value, CONTAINER_FIELDS, where), where)),
    assemblyDirectory,
  };
}

function parseContainer(fields: Fields, where: string): ContainerDefinition {
  const environment = (fields['Environment'] ?? []) as readonly { Name: string; Value: string }[];
  return {
    name: requiredString(fields, 'Name', where),
    image: requiredString(fields, 'Image', where),
    environment: Object.fromEntries(environment.map(({ Name, Value }) => [Name, String(Value)])),
    command: fields['Command'] as readonly string[] | undefined,
    entryPoint: fields['EntryPoint'] as readonly string[] | undefined,
    essential: String(fields['Essential'] ?? true) === 'true',
  };
}

/** What Node runs in the container: `node <file> [args]`, from the Dockerfile, the definition and the overrides. */
export function programOf(
  definition: TaskDefinition,
  container: ContainerDefinition,
  command: readonly string[] | undefined,
): Program {
  const { directory, dockerFile } = imageAsset(definition.assemblyDirectory, container.image);
  const docker = readDockerfile(join(directory, dockerFile));
  const line = [...(container.entryPoint ?? docker.entryPoint), ...(command ?? container.command ?? docker.command)];
  const start = line.findIndex((word) => /(^|\/)node$/.test(word));
  const words = start < 0 ? line : line.slice(start + 1);
  const file = words.find((word) => !word.startsWith('-'));
  // Whatever folder the image copies it to, the file lies in the build context.
  const path = file === undefined ? undefined : candidates(directory, file).find(existsSync);
  if (file === undefined || path === undefined) {
    throw new UnknownToRegionError(
      `command ${JSON.stringify(line)}`,
      container.name,
      'run a file of the image by node',
    );
  }
  return { path, args: words.slice(words.indexOf(file) + 1), environment: docker.environment };
}

function candidates(directory: string, file: string): readonly string[] {
  const base = file.split('/').at(-1) ?? file;
  return [join(directory, file), join(directory, base)];
}

interface Dockerfile {
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** `CMD`, `ENTRYPOINT` and `ENV` of the last stage; the images of the region's apps start Node directly. */
function readDockerfile(path: string): Dockerfile {
  let entryPoint: readonly string[] = [];
  let command: readonly string[] = [];
  const environment: Record<string, string> = {};
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [, instruction = '', rest = ''] = /^\s*([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
    if (instruction.toUpperCase() === 'ENTRYPOINT') entryPoint = words(rest);
    if (instruction.toUpperCase() === 'CMD') command = words(rest);
    if (instruction.toUpperCase() === 'ENV') {
      for (const [, name = '', value = ''] of rest.matchAll(/([A-Za-z_][A-Za-z0-9_]*)=("[^"]*"|\S+)/g)) {
        environment[name] = value.replace(/^"|"$/g, '');
      }
    }
  }
  return { entryPoint, command, environment };
}

const words = (text: string): readonly string[] =>
  text.trim().startsWith('[') ? (JSON.parse(text) as string[]) : text.trim().split(/\s+/);

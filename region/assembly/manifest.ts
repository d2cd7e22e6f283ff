/**
 * Reads a cloud assembly as `cdk synth` writes it: which stacks there are, their templates, and the construct path of
 * each resource. Assemblies nested by stages are read too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnknownToRegionError } from '../errors.ts';

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
  readonly Condition?: string;
}

export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Transform?: unknown;
}

export interface AssemblyStack {
  readonly stackName: string;
  readonly template: Template;
  /** Folder of the assembly that the stack and its assets are in. */
  readonly directory: string;
}

interface Manifest {
  readonly artifacts?: Readonly<
    Record<string, { readonly type: string; readonly properties?: Readonly<Record<string, unknown>> }>
  >;
}

export const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

export function readAssembly(directory: string): readonly AssemblyStack[] {
  const path = join(directory, 'manifest.json');
  if (!existsSync(path)) {
    throw new UnknownToRegionError(`cloud assembly ${directory}`, 'no manifest.json', 'run `npx cdk synth` first');
  }
  const manifest = readJson(path) as Manifest;
  return Object.entries(manifest.artifacts ?? {}).flatMap(([id, artifact]): readonly AssemblyStack[] => {
    const properties = artifact.properties ?? {};
    if (artifact.type === 'cdk:cloud-assembly')
      return readAssembly(join(directory, String(properties['directoryName'])));
    if (artifact.type !== 'aws:cloudformation:stack') return [];
    const template = readJson(join(directory, String(properties['templateFile']))) as Template;
    if (template.Transform !== undefined) {
      throw new UnknownToRegionError(
        `Transform ${JSON.stringify(template.Transform)}`,
        id,
        'use a template without it',
      );
    }
    return [{ stackName: String(properties['stackName'] ?? id), template, directory }];
  });
}

/** The text of a machine's definition from its resource: a string, an object or an asset, with its substitutions. */
import { readFileSync } from 'node:fs';
import { fileAsset } from '../../assembly/assets.ts';
import { UnknownToRegionError } from '../../errors.ts';
import type { ResourceContext } from '../../service.ts';

export function definitionText(context: ResourceContext): string {
  const { DefinitionString, Definition, DefinitionS3Location, DefinitionSubstitutions } = context.properties;
  const text = (): string => {
    if (DefinitionString !== undefined) return String(DefinitionString);
    if (Definition !== undefined) return JSON.stringify(Definition);
    if (DefinitionS3Location !== undefined) {
      const { Key } = DefinitionS3Location as { Key: string };
      return readFileSync(fileAsset(context.assemblyDirectory, Key), 'utf8');
    }
    const where = `${context.stackName}/${context.logicalId}`;
    throw new UnknownToRegionError('state machine without a definition', where, 'give DefinitionString or Definition');
  };
  const substitutions = (DefinitionSubstitutions ?? {}) as Readonly<Record<string, unknown>>;
  return text().replace(/\$\{([A-Za-z0-9_]+)\}/g, (whole, name: string) =>
    Object.hasOwn(substitutions, name) ? String(substitutions[name]) : whole,
  );
}

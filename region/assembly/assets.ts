/**
 * Finds what a template's asset reference means on disk: by the object key of a file asset (`<hash>.zip` is the folder
 * `asset.<hash>`), or by the tag of a container image asset (the folder of its Dockerfile). Read once for each assembly.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UnknownToRegionError } from '../errors.ts';
import { readJson } from './manifest.ts';

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
  readonly dockerImages?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly directory?: string; readonly dockerFile?: string };
        readonly destinations: Readonly<Record<string, { readonly imageTag: string }>>;
      }
    >
  >;
}

export interface ImageAsset {
  readonly directory: string;
  readonly dockerFile: string;
}

interface AssetIndex {
  readonly files: ReadonlyMap<string, string>;
  readonly images: ReadonlyMap<string, ImageAsset>;
}

const indexes = new Map<string, AssetIndex>();

function indexAssets(directory: string): AssetIndex {
  const known = indexes.get(directory);
  if (known !== undefined) return known;
  const files = new Map<string, string>();
  const images = new Map<string, ImageAsset>();
  for (const name of readdirSync(directory).filter((entry) => entry.endsWith('.assets.json'))) {
    const manifest = readJson(join(directory, name)) as AssetManifest;
    for (const { source, destinations } of Object.values(manifest.files ?? {})) {
      for (const { objectKey } of Object.values(destinations)) files.set(objectKey, join(directory, source.path ?? ''));
    }
    for (const { source, destinations } of Object.values(manifest.dockerImages ?? {})) {
      const asset = {
        directory: join(directory, source.directory ?? ''),
        dockerFile: source.dockerFile ?? 'Dockerfile',
      };
      for (const { imageTag } of Object.values(destinations)) images.set(imageTag, asset);
    }
  }
  const index = { files, images };
  indexes.set(directory, index);
  return index;
}

/** Forgets what was read: an assembly may be synthesised again while the process lives. */
export function forgetAssets(directory: string): void {
  indexes.delete(directory);
}

/** The file or folder of a file asset. */
export function fileAsset(assemblyDirectory: string, objectKey: string): string {
  const path = indexAssets(assemblyDirectory).files.get(objectKey);
  if (path !== undefined) return path;
  throw new UnknownToRegionError(`asset ${objectKey}`, assemblyDirectory, 'run `npx cdk synth` again');
}

/** The build context of an image asset, from the image URI of a template (`...:<tag>`). */
export function imageAsset(assemblyDirectory: string, imageUri: string): ImageAsset {
  const asset = indexAssets(assemblyDirectory).images.get(imageUri.slice(imageUri.lastIndexOf(':') + 1));
  if (asset !== undefined) return asset;
  throw new UnknownToRegionError(
    `image ${imageUri}`,
    assemblyDirectory,
    'use ContainerImage.fromAsset and synthesise again',
  );
}

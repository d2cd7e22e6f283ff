/** Amazon S3: buckets, objects with conditional writes, and listing. */
import type { CreatedResource, Permission, RegionPorts, ResourceContext, Service } from '../../service.ts';
import { type ListObjectsInput, listObjectsV2 } from './list-objects.ts';
import {
  type CopyObjectInput,
  copyObject,
  copySource,
  type DeleteObjectsInput,
  deleteObject,
  deleteObjects,
  getObject,
  headObject,
  type ObjectInput,
  type PutObjectInput,
  putObject,
} from './object-operations.ts';
import { S3Store } from './store.ts';

export interface S3 extends Service {
  readonly inspect: {
    readonly bucketNames: () => readonly string[];
    readonly keys: (bucket: string) => readonly string[];
    /** Bytes of an object; throws `NoSuchKey`. */
    readonly body: (bucket: string, key: string) => Uint8Array;
    readonly policies: () => S3Store['policies'];
  };
}

function createBucket(store: S3Store, { properties, generatedName }: ResourceContext): CreatedResource {
  const { partition, region } = store.ports;
  const given = properties['BucketName'];
  const name = given === undefined ? generatedName(63).toLowerCase() : String(given);
  store.create(name);
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    ref: name,
    attributes: {
      Arn: store.arnOf(name),
      DomainName: `${name}.s3.${suffix}`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.${suffix}`,
      RegionalDomainName: `${name}.s3.${region}.${suffix}`,
      WebsiteURL: `http://${name}.s3-website.${region}.${suffix}`,
    },
  };
}

function resourcesOf(store: S3Store): Service['resources'] {
  return {
    'AWS::S3::Bucket': {
      properties: ['BucketName'],
      inert: [
        'BucketEncryption',
        'IntelligentTieringConfigurations',
        'LifecycleConfiguration',
        'LoggingConfiguration',
        'OwnershipControls',
        'PublicAccessBlockConfiguration',
        'Tags',
        'VersioningConfiguration',
      ],
      create: (context) => createBucket(store, context),
    },
    'AWS::S3::BucketPolicy': {
      properties: ['Bucket', 'PolicyDocument'],
      inert: [],
      create: ({ properties, generatedName }) => {
        store.policies.push({ bucket: String(properties['Bucket']), document: properties['PolicyDocument'] });
        return { ref: generatedName(), attributes: {} };
      },
    },
  };
}

function permissionsOf(store: S3Store): Service['permissions'] {
  const on =
    (action: string) =>
    ({ Bucket, Key }: ObjectInput): readonly Permission[] => [
      { action: `s3:${action}`, resource: store.arnOf(Bucket, Key) },
    ];
  return {
    PutObject: on('PutObject'),
    GetObject: on('GetObject'),
    HeadObject: on('GetObject'),
    DeleteObject: on('DeleteObject'),
    DeleteObjects: ({ Bucket, Delete }: DeleteObjectsInput) =>
      Delete.Objects.map(({ Key }) => ({ action: 's3:DeleteObject', resource: store.arnOf(Bucket, Key) })),
    CopyObject: (input: CopyObjectInput) => {
      const { bucket, key } = copySource(input.CopySource);
      return [{ action: 's3:GetObject', resource: store.arnOf(bucket, key) }, ...on('PutObject')(input)];
    },
    ListObjectsV2: ({ Bucket, Prefix }: ListObjectsInput) => [
      { action: 's3:ListBucket', resource: store.arnOf(Bucket), conditions: { 's3:prefix': Prefix ?? '' } },
    ],
    ListBuckets: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  };
}

/** Meters `put` (PUT, COPY and LIST requests), `get` (GET and HEAD requests) and `byte` (bytes stored). */
export function createS3(ports: RegionPorts): S3 {
  const store = new S3Store(ports);
  return {
    name: 's3',
    operations: {
      PutObject: (input: PutObjectInput) => putObject(store, input),
      GetObject: (input: ObjectInput) => getObject(store, input),
      HeadObject: (input: ObjectInput) => headObject(store, input),
      DeleteObject: (input: ObjectInput) => deleteObject(store, input),
      DeleteObjects: (input: DeleteObjectsInput) => deleteObjects(store, input),
      CopyObject: (input: CopyObjectInput) => copyObject(store, input),
      ListObjectsV2: (input: ListObjectsInput) => listObjectsV2(store, input),
      ListBuckets: () => ({ Buckets: store.names().map((Name) => ({ Name })) }),
    },
    resources: resourcesOf(store),
    permissions: permissionsOf(store),
    inspect: {
      bucketNames: () => store.names(),
      keys: (bucket) => store.sortedKeys(bucket),
      body: (bucket, key) => store.object(bucket, key).body,
      policies: () => store.policies,
    },
  };
}

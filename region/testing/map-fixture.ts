/** Machines with one distributed Map, named `each`, over objects of the fixture's bucket, and what tests ask of its run. */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeMapRunCommand, ListMapRunsCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Region } from '../index.ts';
import { DOUBLE, stateMachine } from './machine-fixture.ts';

const PASS = { StartAt: 'Keep', States: { Keep: { Type: 'Pass', End: true } } };
export const CALL = { StartAt: DOUBLE.StartAt, States: DOUBLE.States };

export function mapping(fields: object, processor: object = PASS, ExecutionType = 'STANDARD'): object {
  const ItemProcessor = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType }, ...processor };
  const Each = { Type: 'Map', Label: 'each', ItemProcessor, ...fields, End: true };
  return stateMachine({ QueryLanguage: 'JSONata', StartAt: 'Each', States: { Each } });
}

export const reading = (ReaderConfig: object, Key: string): object => ({
  ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig, Arguments: { Bucket: '${Bucket}', Key } },
});

export const listing = (Prefix: string, ReaderConfig?: object): object => ({
  ItemReader: {
    Resource: 'arn:aws:states:::s3:listObjectsV2',
    Arguments: { Bucket: '${Bucket}', Prefix },
    ...(ReaderConfig && { ReaderConfig }),
  },
});

export const WRITER = {
  ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: '${Bucket}', Prefix: 'runs' } },
};

export async function put(region: Region, objects: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const s3 = region.sdk(S3Client);
  for (const [Key, Body] of Object.entries(objects)) {
    await s3.send(new PutObjectCommand({ Bucket: 'parcels', Key, Body }));
  }
}

export async function textAt(region: Region, Key: string): Promise<string> {
  const { Body } = await region.sdk(S3Client).send(new GetObjectCommand({ Bucket: 'parcels', Key }));
  return String(await Body?.transformToString());
}

export async function mapRunOf(region: Region, executionArn: string | undefined): Promise<string> {
  const { mapRuns } = await region.sdk(SFNClient).send(new ListMapRunsCommand({ executionArn }));
  if (mapRuns?.length !== 1)
    throw new Error(`${executionArn} has ${mapRuns?.length} Map runs, where the test wants one`);
  return String(mapRuns[0]?.mapRunArn);
}

export const describeRun = (region: Region, mapRunArn: string) =>
  region.sdk(SFNClient).send(new DescribeMapRunCommand({ mapRunArn }));

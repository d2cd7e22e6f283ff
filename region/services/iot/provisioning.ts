/** The control plane a fleet is provisioned through: things, certificates, and what is attached to them. */
import { createHash } from 'node:crypto';
import { AwsError } from '../../errors.ts';
import type { RegionPorts } from '../../service.ts';
import type { IotStore } from './store.ts';

interface CreateThingInput {
  readonly thingName: string;
  readonly attributePayload?: { readonly attributes?: Readonly<Record<string, string>> };
}

export function provisioningOperations(ports: RegionPorts, store: IotStore) {
  return {
    CreateThing: (input: CreateThingInput) => createThing(ports, store, input),
    DescribeThing: ({ thingName }: { thingName: string }) => {
      const thing = store.thing(thingName);
      return { thingName, thingId: thing.id, thingArn: thing.arn, attributes: thing.attributes, version: 1 };
    },
    CreateKeysAndCertificate: ({ setAsActive = false }: { setAsActive?: boolean }) => {
      const { id, arn } = createCertificate(ports, store, setAsActive);
      return {
        certificateArn: arn,
        certificateId: id,
        certificatePem: pem('CERTIFICATE', id),
        keyPair: { PublicKey: pem('PUBLIC KEY', `public ${id}`), PrivateKey: pem('RSA PRIVATE KEY', `private ${id}`) },
      };
    },
    UpdateCertificate: ({ certificateId, newStatus }: { certificateId: string; newStatus: string }) => {
      store.certificate(certificateId).active = newStatus === 'ACTIVE';
      return {};
    },
    AttachPolicy: ({ policyName, target }: { policyName: string; target: string }) => {
      attachPolicy(store, policyName, target);
      return {};
    },
    DetachPolicy: ({ policyName, target }: { policyName: string; target: string }) => {
      store.certificate(target).policies.delete(policyName);
      return {};
    },
    AttachThingPrincipal: ({ thingName, principal }: { thingName: string; principal: string }) => {
      store.certificate(principal).things.add(store.thing(thingName).name);
      return {};
    },
    DescribeEndpoint: ({ endpointType = 'iot:Data-ATS' }: { endpointType?: string }) => {
      if (endpointType !== 'iot:Data-ATS') {
        throw new AwsError(
          'InvalidRequestException',
          `Endpoint type ${endpointType} is not offered: use iot:Data-ATS.`,
        );
      }
      return { endpointAddress: `a${ports.accountId}-ats.iot.${ports.region}.amazonaws.com` };
    },
  };
}

export function createThing(ports: RegionPorts, store: IotStore, input: CreateThingInput) {
  const { thingName } = input;
  const attributes = input.attributePayload?.attributes ?? {};
  const existing = store.things.get(thingName);
  if (existing !== undefined && JSON.stringify(existing.attributes) !== JSON.stringify(attributes)) {
    throw new AwsError(
      'ResourceAlreadyExistsException',
      `Thing ${thingName} already exists in account with different attributes.`,
      409,
    );
  }
  const thing = existing ?? { name: thingName, arn: store.arn(`thing/${thingName}`), id: ports.uuid(), attributes };
  store.things.set(thingName, thing);
  return { thingName, thingArn: thing.arn, thingId: thing.id };
}

export function createCertificate(ports: RegionPorts, store: IotStore, active: boolean) {
  const id = createHash('sha256').update(ports.uuid()).digest('hex');
  const certificate = {
    id,
    arn: store.arn(`cert/${id}`),
    policies: new Set<string>(),
    things: new Set<string>(),
    active,
  };
  store.certificates.set(id, certificate);
  return certificate;
}

export function attachPolicy(store: IotStore, policyName: string, target: string): void {
  if (!store.policies.has(policyName)) {
    throw new AwsError('ResourceNotFoundException', `Policy ${policyName} was not found.`, 404);
  }
  store.certificate(target).policies.add(policyName);
}

function pem(label: string, seed: string): string {
  const body =
    createHash('sha512')
      .update(seed)
      .digest('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${body.join('\n')}\n-----END ${label}-----\n`;
}

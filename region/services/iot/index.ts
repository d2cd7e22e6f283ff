/** IoT Core: the control plane (`iot`), publishing by HTTP (`iotdataplane`), and the MQTT front door `connect`. */
import type { Permission, RegionPorts, Service } from '../../service.ts';
import { type Connection, type ConnectRequest, openConnection } from './connection.ts';
import { provisioningOperations } from './provisioning.ts';
import { iotResources } from './resources.ts';
import { IotStore } from './store.ts';

export type { Connection, ConnectRequest } from './connection.ts';

export interface IotServices {
  readonly control: Service;
  readonly dataPlane: Service;
  /** Opens an MQTT connection. Throws `NotAuthorizedException` when no policy of the certificate allows it. */
  connect(request: ConnectRequest): Connection;
}

interface PublishInput {
  readonly topic: string;
  readonly payload?: Uint8Array | string;
}

export function createIot(ports: RegionPorts): IotServices {
  const store = new IotStore(ports);
  const on = (action: string, resource = '*'): readonly Permission[] => [{ action: `iot:${action}`, resource }];
  const onThing =
    (action: string) =>
    ({ thingName }: { thingName: string }) =>
      on(action, store.arn(`thing/${thingName}`));
  const onTarget =
    (action: string) =>
    ({ target }: { target: string }) =>
      on(action, target);
  return {
    control: {
      name: 'iot',
      operations: provisioningOperations(ports, store),
      permissions: {
        CreateThing: onThing('CreateThing'),
        DescribeThing: onThing('DescribeThing'),
        CreateKeysAndCertificate: () => on('CreateKeysAndCertificate'),
        UpdateCertificate: ({ certificateId }: { certificateId: string }) =>
          on('UpdateCertificate', store.arn(`cert/${certificateId}`)),
        AttachPolicy: onTarget('AttachPolicy'),
        DetachPolicy: onTarget('DetachPolicy'),
        AttachThingPrincipal: () => on('AttachThingPrincipal'),
        DescribeEndpoint: () => on('DescribeEndpoint'),
      },
      resources: iotResources(ports, store),
    },
    dataPlane: {
      name: 'iotdataplane',
      operations: {
        Publish: ({ topic, payload = '' }: PublishInput) => {
          store.publish(topic, payload, undefined);
          return {};
        },
      },
      permissions: { Publish: ({ topic }: PublishInput) => on('Publish', store.arn(`topic/${topic}`)) },
      resources: {},
    },
    connect: (request) => openConnection(ports, store, request),
  };
}

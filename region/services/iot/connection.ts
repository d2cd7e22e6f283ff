/** The MQTT side: a device connects with its certificate and may then do what the certificate's policies allow. */
import { AwsError } from '../../errors.ts';
import type { RegionPorts } from '../../service.ts';
import { evaluatePolicies } from './policy.ts';
import type { IotStore, TopicSubscriber } from './store.ts';
import { compileFilter } from './topic.ts';

export interface ConnectRequest {
  readonly clientId: string;
  /** ARN or id of an active certificate. */
  readonly certificate: string;
}

export interface Connection {
  /** Resolves when the broker has the message. Rejects with `NotAuthorizedException` when no policy allows the topic. */
  publish(topic: string, payload: string | Uint8Array | object): Promise<void>;
  /** Gives every message on a filter, as text. Rejects with `NotAuthorizedException`. */
  subscribe(filter: string, onMessage: TopicSubscriber['onMessage']): Promise<void>;
  disconnect(): void;
}

const MINUTE_MS = 60_000;

/** Throws `NotAuthorizedException` when the certificate is inactive or its policies do not let the client connect. */
export function openConnection(ports: RegionPorts, store: IotStore, request: ConnectRequest): Connection {
  const { clientId } = request;
  const certificate = store.certificate(request.certificate);
  const thing = certificate.things.has(clientId) ? store.thing(clientId) : undefined;
  const documents = [...certificate.policies].map((name) => store.policies.get(name));
  const decide = evaluatePolicies(documents, {
    clientId,
    thingName: thing?.name,
    thingAttributes: thing?.attributes ?? {},
  });
  if (!certificate.active) throw refused(clientId, 'iot:Connect', `certificate ${certificate.id} is not active`);
  const client = store.arn(`client/${clientId}`);
  if (!decide('iot:Connect', client)) throw refused(clientId, 'iot:Connect', client);
  const sinceMs = ports.clock.now();
  const allowed = new Map<string, boolean>();
  const subscribers: TopicSubscriber[] = [];
  let open = true;

  const may = (action: string, resource: string): boolean => {
    const key = `${action} ${resource}`;
    let answer = allowed.get(key);
    if (answer === undefined) {
      answer = decide(action, store.arn(resource));
      allowed.set(key, answer);
    }
    return answer;
  };
  const check = (action: string, resource: string): void => {
    if (!open) throw new AwsError('NotConnectedException', `Client ${clientId} is disconnected: connect again.`);
    if (!may(action, resource)) throw refused(clientId, action, store.arn(resource));
  };
  return {
    publish: async (topic, payload) => {
      check('iot:Publish', `topic/${topic}`);
      const content = typeof payload === 'string' || payload instanceof Uint8Array ? payload : JSON.stringify(payload);
      store.publish(topic, content, clientId);
    },
    subscribe: async (filter, onMessage) => {
      check('iot:Subscribe', `topicfilter/${filter}`);
      const mayReceive = (topic: string) => may('iot:Receive', `topic/${topic}`);
      const subscriber = { filter: compileFilter(filter), mayReceive, onMessage };
      subscribers.push(subscriber);
      store.subscribers.add(subscriber);
    },
    disconnect: () => {
      if (!open) return;
      open = false;
      for (const subscriber of subscribers) store.subscribers.delete(subscriber);
      ports.meter('iot', 'connectionMinute', Math.max(1, Math.ceil((ports.clock.now() - sinceMs) / MINUTE_MS)));
    },
  };
}

function refused(clientId: string, action: string, resource: string): AwsError {
  return new AwsError(
    'NotAuthorizedException',
    `Client ${clientId} is not authorized to perform ${action} on ${resource}.`,
    403,
  );
}

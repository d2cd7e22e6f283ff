/** `AWS::IoT::*`: rules, policies and things of the templates. */
import type { RegionPorts, ResourceHandler } from '../../service.ts';
import { isObject, optionalString, requiredString } from '../eventbridge/known-fields.ts';
import { attachPolicy, createThing } from './provisioning.ts';
import { parseRule } from './rule.ts';
import type { IotStore } from './store.ts';

export function iotResources(ports: RegionPorts, store: IotStore): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::IoT::TopicRule': {
      properties: ['RuleName', 'TopicRulePayload'],
      inert: ['Tags'],
      create: ({ properties, logicalId, generatedName }) => {
        const name = optionalString(properties, 'RuleName') ?? generatedName(128).replaceAll('-', '_');
        const arn = store.arn(`rule/${name}`);
        store.rules.push(parseRule(name, arn, properties['TopicRulePayload'], `topic rule ${logicalId}`));
        return { ref: name, attributes: { Arn: arn } };
      },
    },
    'AWS::IoT::Policy': {
      properties: ['PolicyName', 'PolicyDocument'],
      inert: ['Tags'],
      create: ({ properties, generatedName }) => {
        const name = optionalString(properties, 'PolicyName') ?? generatedName(128);
        store.policies.set(name, properties['PolicyDocument']);
        return { ref: name, attributes: { Arn: store.arn(`policy/${name}`), Id: name } };
      },
    },
    'AWS::IoT::Thing': {
      properties: ['ThingName', 'AttributePayload'],
      inert: [],
      create: ({ properties, generatedName }) => {
        const thingName = optionalString(properties, 'ThingName') ?? generatedName(128);
        const payload = isObject(properties['AttributePayload']) ? properties['AttributePayload'] : {};
        const attributes = (payload['Attributes'] ?? {}) as Readonly<Record<string, string>>;
        const { thingArn, thingId } = createThing(ports, store, { thingName, attributePayload: { attributes } });
        return { ref: thingName, attributes: { Arn: thingArn, Id: thingId } };
      },
    },
    'AWS::IoT::PolicyPrincipalAttachment': {
      properties: ['PolicyName', 'Principal'],
      inert: [],
      create: ({ properties, logicalId }) => {
        attachPolicy(
          store,
          requiredString(properties, 'PolicyName', logicalId),
          requiredString(properties, 'Principal', logicalId),
        );
        return { ref: logicalId, attributes: {} };
      },
    },
    'AWS::IoT::ThingPrincipalAttachment': {
      properties: ['ThingName', 'Principal'],
      inert: [],
      create: ({ properties, logicalId }) => {
        const thing = store.thing(requiredString(properties, 'ThingName', logicalId));
        store.certificate(requiredString(properties, 'Principal', logicalId)).things.add(thing.name);
        return { ref: logicalId, attributes: {} };
      },
    },
  };
}

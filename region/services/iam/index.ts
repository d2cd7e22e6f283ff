/** IAM resources of the templates: roles, their policies, managed policies. The rules live in the policy store. */
import type { PolicyStore } from '../../iam/policy-store.ts';
import type { ResourceContext, ResourceHandler, Service } from '../../service.ts';

const where = (context: ResourceContext): string => `${context.stackName}/${context.logicalId}`;

const namesIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function roleHandler(store: PolicyStore, idFor: (name: string) => string): ResourceHandler {
  return {
    properties: ['RoleName', 'Path', 'Policies', 'ManagedPolicyArns'],
    inert: ['AssumeRolePolicyDocument', 'Description', 'MaxSessionDuration', 'PermissionsBoundary', 'Tags'],
    create(context) {
      const { RoleName, Path, Policies, ManagedPolicyArns } = context.properties;
      const name = RoleName === undefined ? context.generatedName(64) : String(RoleName);
      const arn = store.roleArn(name, Path === undefined ? '/' : String(Path));
      store.addRole(arn, name);
      for (const policy of (Policies ?? []) as { PolicyDocument: unknown }[]) {
        store.attachInline(arn, policy.PolicyDocument, where(context));
      }
      for (const policyArn of namesIn(ManagedPolicyArns)) store.attachManaged(arn, policyArn, where(context));
      return { ref: name, attributes: { Arn: arn, RoleId: idFor(name) } };
    },
  };
}

function inlinePolicyHandler(store: PolicyStore): ResourceHandler {
  return {
    properties: ['PolicyDocument', 'Roles', 'PolicyName'],
    inert: [],
    create(context) {
      const { PolicyDocument, Roles, PolicyName } = context.properties;
      for (const role of namesIn(Roles)) {
        store.attachInline(store.arnOfName(role, where(context)), PolicyDocument, where(context));
      }
      const name = String(PolicyName ?? context.generatedName());
      return { ref: name, attributes: { Id: name } };
    },
  };
}

function managedPolicyHandler(store: PolicyStore, accountId: string): ResourceHandler {
  return {
    properties: ['PolicyDocument', 'Roles', 'ManagedPolicyName', 'Path'],
    inert: ['Description'],
    create(context) {
      const { PolicyDocument, Roles, ManagedPolicyName, Path } = context.properties;
      const name = String(ManagedPolicyName ?? context.generatedName());
      const arn = `arn:aws:iam::${accountId}:policy${String(Path ?? '/')}${name}`;
      store.addManaged(arn, PolicyDocument, where(context));
      for (const role of namesIn(Roles)) {
        store.attachManaged(store.arnOfName(role, where(context)), arn, where(context));
      }
      return { ref: arn, attributes: { PolicyArn: arn } };
    },
  };
}

export function createIam(accountId: string, store: PolicyStore): Service {
  const idFor = (name: string): string =>
    `AROA${name
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, '')
      .slice(0, 17)}`;
  return {
    name: 'iam',
    operations: {},
    permissions: {},
    resources: {
      'AWS::IAM::Role': roleHandler(store, idFor),
      'AWS::IAM::Policy': inlinePolicyHandler(store),
      'AWS::IAM::ManagedPolicy': managedPolicyHandler(store, accountId),
    },
  };
}

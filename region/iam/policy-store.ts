/**
 * Roles and what they may do. P1: a call of a role is allowed when a statement of its policies allows the action on the
 * resource and none denies it; the account and the services of AWS pass. Decisions without condition keys are cached
 * for each (role, action, resource) until the role's policies change.
 */
import { AwsError, UnknownToRegionError } from '../errors.ts';
import type { Permission, Principal } from '../service.ts';
import { MANAGED_POLICIES } from './managed-policies.ts';
import { type ConditionKeys, compileStatements, type Statement } from './statement.ts';

interface RoleRecord {
  readonly name: string;
  readonly statements: Statement[];
  /** By action and resource. */
  readonly decisions: Map<string, Map<string, boolean>>;
}

const NO_KEYS: ConditionKeys = {};

export class PolicyStore {
  readonly #accountId: string;
  readonly #roles = new Map<string, RoleRecord>();
  readonly #managed = new Map<string, readonly Statement[]>();

  constructor(accountId: string) {
    this.#accountId = accountId;
  }

  roleArn(name: string, path = '/'): string {
    return `arn:aws:iam::${this.#accountId}:role${path}${name}`;
  }

  hasRole(arn: string): boolean {
    return this.#roles.has(arn);
  }

  addRole(arn: string, name: string): void {
    this.#roles.set(arn, { name, statements: [], decisions: new Map() });
  }

  /** Gives the role a policy document of its own. */
  attachInline(roleArn: string, document: unknown, where: string): void {
    this.#attach(roleArn, compileStatements(document, where), where);
  }

  addManaged(policyArn: string, document: unknown, where: string): void {
    this.#managed.set(policyArn, compileStatements(document, where));
  }

  /** Attaches a managed policy: one of a template, or one of AWS's that the region has. */
  attachManaged(roleArn: string, policyArn: string, where: string): void {
    const own = this.#managed.get(policyArn);
    if (own !== undefined) {
      this.#attach(roleArn, own, where);
      return;
    }
    const awsName = /^arn:aws[^:]*:iam::aws:policy\/(.+)$/.exec(policyArn)?.[1];
    const document = awsName === undefined ? undefined : MANAGED_POLICIES[awsName];
    if (document === undefined) {
      throw new UnknownToRegionError(`managed policy ${policyArn}`, where, 'grant the actions in a policy of the app');
    }
    this.#attach(roleArn, compileStatements(document, policyArn), where);
  }

  /** The ARN of the role with this name, if there is one. */
  roleArnOf(name: string): string | undefined {
    for (const [arn, role] of this.#roles) if (role.name === name) return arn;
    return undefined;
  }

  /** As `roleArnOf`, for a role that must be there: policies attach by name. */
  arnOfName(name: string, where: string): string {
    const arn = this.roleArnOf(name);
    if (arn !== undefined) return arn;
    throw new UnknownToRegionError(`role ${name}`, where, 'the role must be a resource of the app');
  }

  /** Throws `AccessDeniedException` unless the principal may do all of it. */
  authorize(principal: Principal, permissions: readonly Permission[]): void {
    if (principal.kind === 'account' || principal.kind === 'service') return;
    if (principal.kind !== 'role') throw this.#denied(`${principal.kind} principal`, permissions[0]);
    const role = this.#roles.get(principal.arn);
    for (const permission of permissions) {
      if (role === undefined || !this.#isAllowed(role, permission)) {
        throw this.#denied(this.#sessionArn(principal.arn, role?.name), permission);
      }
    }
  }

  #isAllowed(role: RoleRecord, permission: Permission): boolean {
    if (permission.conditions !== undefined) return decide(role.statements, permission, permission.conditions);
    let byResource = role.decisions.get(permission.action);
    if (byResource === undefined) {
      byResource = new Map();
      role.decisions.set(permission.action, byResource);
    }
    let decision = byResource.get(permission.resource);
    if (decision === undefined) {
      decision = decide(role.statements, permission, NO_KEYS);
      byResource.set(permission.resource, decision);
    }
    return decision;
  }

  #attach(roleArn: string, statements: readonly Statement[], where: string): void {
    const role = this.#roles.get(roleArn);
    if (role === undefined) throw new UnknownToRegionError(`role ${roleArn}`, where, 'the role must be created first');
    role.statements.push(...statements);
    role.decisions.clear();
  }

  #sessionArn(roleArn: string, name: string | undefined): string {
    return `arn:aws:sts::${this.#accountId}:assumed-role/${name ?? roleArn.split('/').at(-1)}/region`;
  }

  #denied(who: string, permission: Permission | undefined): AwsError {
    const action = permission?.action ?? 'unknown';
    return new AwsError(
      'AccessDeniedException',
      `User: ${who} is not authorized to perform: ${action} on resource: ${permission?.resource ?? '*'} ` +
        `because no identity-based policy allows the ${action} action`,
    );
  }
}

function decide(statements: readonly Statement[], permission: Permission, keys: ConditionKeys): boolean {
  let isAllowed = false;
  for (const statement of statements) {
    if (!statement.matchesAction(permission.action) || !statement.matchesResource(permission.resource)) continue;
    if (statement.holds !== undefined && !statement.holds(keys)) continue;
    if (statement.effect === 'Deny') return false;
    isAllowed = true;
  }
  return isAllowed;
}

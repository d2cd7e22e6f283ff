/** What the parts of AppSync have in common: an API and its resolvers, a caller, a request, and a subscription. */
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Principal } from '../../service.ts';
import type { AuthMode } from './directives.ts';
import type { AppSyncError } from './errors.ts';
import type { Script } from './script.ts';

export interface DataSource {
  readonly name: string;
  readonly type: 'AWS_LAMBDA' | 'NONE';
  readonly lambdaArn: string | undefined;
  readonly roleArn: string | undefined;
}

/** One step of a resolver: a data source, and the code around its call (none: the function is called directly). */
export interface Step {
  readonly dataSource: DataSource;
  readonly script: Script | undefined;
}

export interface Resolver {
  readonly typeName: string;
  readonly fieldName: string;
  /** Code before and after the functions of a pipeline. */
  readonly script: Script | undefined;
  readonly steps: readonly Step[];
  readonly pipeline: boolean;
}

/** A request document that was parsed and validated once. */
export interface Prepared {
  readonly document: DocumentNode;
  readonly errors: readonly unknown[];
}

export interface GraphQLApi {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly url: string;
  readonly defaultMode: AuthMode;
  readonly modes: ReadonlySet<AuthMode>;
  readonly userPoolIds: ReadonlySet<string>;
  readonly environment: Readonly<Record<string, string>>;
  readonly introspection: boolean;
  definition: string | undefined;
  readonly dataSources: Map<string, DataSource>;
  readonly functions: Map<string, Step>;
  /** By `Type.field`. */
  readonly resolvers: Map<string, Resolver>;
  readonly subscriptions: Set<Subscription>;
  readonly prepared: Map<string, Prepared>;
  /** Built at the first request, when every resolver is known. */
  schema: GraphQLSchema | undefined;
}

export interface Caller {
  readonly mode: AuthMode;
  readonly principal: Principal;
  readonly groups: readonly string[];
  readonly identity: Readonly<Record<string, unknown>>;
}

export interface GraphQLResult {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly AppSyncError[];
}

export interface ExecutionContext {
  readonly caller: Caller;
  readonly headers: Readonly<Record<string, string>>;
  /** A subscription's event is shaped from the mutation's answer: no resolver runs. */
  readonly delivering: boolean;
}

export interface PreparedRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

export interface Subscription {
  readonly fieldName: string;
  readonly mutations: readonly string[];
  readonly args: Readonly<Record<string, unknown>>;
  readonly request: PreparedRequest;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly onData: (result: GraphQLResult) => void | Promise<void>;
  readonly sinceMs: number;
}

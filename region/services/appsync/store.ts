/** GraphQL APIs with their schema text, data sources, resolvers and functions, as the templates define them. */
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { AwsError } from '../../errors.ts';
import type { AuthMode } from './directives.ts';
import type { Script } from './script.ts';
import type { Subscription } from './subscriptions.ts';

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

export class AppSyncStore {
  readonly apis = new Map<string, GraphQLApi>();

  api(idOrUrl: string): GraphQLApi {
    const host = /^https?:\/\/([^./]+)\./.exec(idOrUrl);
    const api = this.apis.get(host?.[1] ?? idOrUrl);
    if (api === undefined) throw new AwsError('NotFoundException', `GraphQL API ${idOrUrl} not found.`, 404);
    return api;
  }
}

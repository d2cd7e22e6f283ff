/**
 * A table as this product keeps them: on demand, encrypted with the product's key, restorable to any second, kept when
 * its stack is deleted. `variable` is the environment variable by which functions find it.
 */
import {
  AttributeType,
  BillingMode,
  type StreamViewType,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

export interface OrderTableProps {
  readonly key: IKey;
  readonly variable: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly stream?: StreamViewType;
  /** Attribute with the time (epoch seconds) after which an item is removed. */
  readonly expiresBy?: string;
  /** Sparse indexes by name: only items that carry both keys are in them. */
  readonly indexes?: Readonly<Record<string, { readonly partitionKey: string; readonly sortKey: string }>>;
}

const text = (name: string) => ({ name, type: AttributeType.STRING });

export class OrderTable extends Table {
  readonly variable: string;
  readonly keyArn: string;

  constructor(scope: Construct, id: string, props: OrderTableProps) {
    const table: TableProps = {
      partitionKey: text(props.partitionKey),
      ...(props.sortKey === undefined ? {} : { sortKey: text(props.sortKey) }),
      ...(props.stream === undefined ? {} : { stream: props.stream }),
      ...(props.expiresBy === undefined ? {} : { timeToLiveAttribute: props.expiresBy }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    };
    super(scope, id, table);
    this.variable = props.variable;
    this.keyArn = props.key.keyArn;
    for (const [indexName, keys] of Object.entries(props.indexes ?? {})) {
      this.addGlobalSecondaryIndex({
        indexName,
        partitionKey: text(keys.partitionKey),
        sortKey: text(keys.sortKey),
      });
    }
  }
}

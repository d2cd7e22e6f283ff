/** Message attributes as publishers give them: filter policies and deliveries read them. */
export interface NotificationAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

export type NotificationAttributes = Readonly<Record<string, NotificationAttribute>>;

/** What left the region for customers and drivers, as its SNS saw it. */
import type { NotificationReport } from '../../operations/index.ts';
import type { Region, Service } from '../../region/index.ts';

interface SnsOutbox extends Service {
  readonly inspect: {
    published(topicArn?: string): readonly {
      readonly topicArn: string | undefined;
      readonly attributes: Readonly<Record<string, { readonly StringValue?: string }>>;
      readonly atMs: number;
    }[];
  };
}

/** In the order in which they left. A driver's alerts go to the channel `driver`. */
export function notificationsOf(region: Region): NotificationReport[] {
  const { CustomerTopicArn, DriverTopicArn } = region.outputs();
  const { inspect } = region.service<SnsOutbox>('sns');
  return inspect.published().flatMap(({ topicArn, attributes, atMs }) => {
    if (topicArn !== CustomerTopicArn && topicArn !== DriverTopicArn) return [];
    const text = (name: string): string => attributes[name]?.StringValue ?? '';
    const channel = topicArn === DriverTopicArn ? 'driver' : text('channel');
    return [
      {
        orderId: text('orderId'),
        kind: text('kind'),
        channel,
        at: new Date(atMs).toISOString(),
        key: text('key'),
      },
    ];
  });
}

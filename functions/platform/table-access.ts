/** What every user of a table does alike: read all pages of a query, and ask whether a conditional write took effect. */
import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';

/** All items of a query, page by page. The caller knows their shape: one writer owns each kind of item. */
export async function queryAll<Item>(documents: DynamoDBDocumentClient, input: QueryCommandInput): Promise<Item[]> {
  const items: Item[] = [];
  let from: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await documents.send(
      new QueryCommand({ ...input, ...(from === undefined ? {} : { ExclusiveStartKey: from }) }),
    );
    items.push(...((page.Items ?? []) as Item[]));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}

/**
 * @returns false when the write's condition did not hold
 * @throws whatever else the write threw
 * @example if (!(await tookEffect(documents.send(new PutCommand({ ...input, ConditionExpression }))))) return 'taken';
 */
export async function tookEffect(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

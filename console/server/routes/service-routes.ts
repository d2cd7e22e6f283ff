/** Service levels and stuck waits: the audit of a period, its archive verified, and waits that need a hand. */
import type { ConsoleOperations } from '../console-operations.ts';
import { endpoint } from '../endpoint.ts';
import { actionSchema } from '../schemas/actions.ts';
import { auditSchema, verificationSchema } from '../schemas/audit.ts';
import { given } from '../schemas/given.ts';
import { auditAddress, periodAddress, remedyBody } from '../schemas/requests.ts';
import { stuckWaitsSchema } from '../schemas/waits.ts';

export const serviceRoutes = (operations: ConsoleOperations) => [
  endpoint({
    method: 'get',
    path: '/api/audit',
    name: 'audit',
    summary: 'The audit of the orders closed in a period, from the archive alone',
    tag: 'SLA',
    query: auditAddress,
    answer: auditSchema,
    run: ({ query: { target = [], by = [], ...rest } }) =>
      operations.audit({ ...given(rest), by }, target.map(targetOf)),
  }),
  endpoint({
    method: 'get',
    path: '/api/audit/verify',
    name: 'verifyArchive',
    summary: 'Walk the hash chains of a period: changed, missing, reordered, foreign and unreadable records',
    tag: 'SLA',
    query: periodAddress,
    answer: verificationSchema,
    run: ({ query }) => operations.verify(query),
  }),
  endpoint({
    method: 'get',
    path: '/api/waits',
    name: 'listStuckWaits',
    summary: 'Waits that nothing will answer, signals that nothing takes, executions that outlive their order',
    tag: 'Waits',
    answer: stuckWaitsSchema,
    run: () => operations.waits(),
  }),
  endpoint({
    method: 'post',
    path: '/api/waits/remedy',
    name: 'remedyWait',
    summary: 'Apply one of the remedies that a stuck wait offers',
    tag: 'Waits',
    role: 'operator',
    body: remedyBody,
    answer: actionSchema,
    run: ({ body }) => operations.remedy(given(body)),
  }),
];

/** The schema has seen that it is `metric=number`. */
function targetOf(text: string): { readonly metric: string; readonly target: number } {
  const [metric = '', target] = text.split('=');
  return { metric, target: Number(target) };
}

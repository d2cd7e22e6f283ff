/** `arn#TestCase`, as Step Functions Local has it: the mocks of this test case answer the execution's tasks. */

/** Says what is wrong with a test case that an execution is to be started with; throws AwsError. */
export type CheckTestCase = (stateMachineArn: string, testCase: string) => void;

/** The input of a start as the engine takes it. Without `check` there are no test cases, and the ARN stays as it is. */
export function withTestCase(input: object, check: CheckTestCase | undefined): object {
  const { testCase: _, ...request } = input as { testCase?: unknown; stateMachineArn?: unknown };
  const [, stateMachineArn, testCase] = /^([^#]*)#(.+)$/.exec(String(request.stateMachineArn)) ?? [];
  if (stateMachineArn === undefined || testCase === undefined || check === undefined) return request;
  check(stateMachineArn, testCase);
  return { ...request, stateMachineArn, testCase };
}

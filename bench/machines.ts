/** The state machines that are measured: the same steps in both languages, and the ways of waiting. */

export const STATES_IN_CHAIN = 13;
const ADD = 'arn:aws:lambda:us-east-1:111111111111:function:add';
const TOKEN = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';

type State = Readonly<Record<string, unknown>>;

/** Seven Tasks with a Choice after each but the last: 13 states, all of which are passed. */
function chain(task: (last: boolean) => State, choice: State): Readonly<Record<string, State>> {
  const states: Record<string, State> = {};
  for (let step = 1; step <= 7; step += 1) {
    const last = step === 7;
    states[`Add${step}`] = { ...task(last), ...(last ? { End: true } : { Next: `IsMore${step}` }) };
    if (last) continue;
    const next = `Add${step + 1}`;
    states[`IsMore${step}`] = { Type: 'Choice', Choices: [{ ...choice, Next: next }], Default: 'Add7' };
  }
  return states;
}

export const CHAIN_JSONPATH = {
  StartAt: 'Add1',
  States: chain(() => ({ Type: 'Task', Resource: ADD, Parameters: { 'count.$': '$.count' } }), {
    Variable: '$.count',
    NumericGreaterThan: 0,
  }),
};

export const CHAIN_JSONATA = {
  QueryLanguage: 'JSONata',
  StartAt: 'Add1',
  States: chain(() => ({ Type: 'Task', Resource: ADD, Arguments: { count: '{% $states.input.count %}' } }), {
    Condition: '{% $states.input.count > 0 %}',
  }),
};

export const MAP_1000 = {
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      ItemProcessor: {
        StartAt: 'Add',
        States: { Add: { Type: 'Task', Resource: ADD, End: true } },
      },
      End: true,
    },
  },
};

export const WAITING = {
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: TOKEN,
      Parameters: { QueueUrl: 'https://sqs/asked', 'MessageBody.$': '$$.Task.Token' },
      TimeoutSeconds: 86_400,
      End: true,
    },
  },
};

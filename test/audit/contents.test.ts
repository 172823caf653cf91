/** Contents of events: taken out and put back they are the same, and nothing of them is left in the row. */
import { describe, expect, test } from 'vitest';
import { CONTENTS, joinContent, splitContent, standInForContent } from '@countersign/engine';
import type { EventType, JsonObject } from '@countersign/engine';

const SECRET = 'Mary Miller';

/** Data of events that have content, each with the secret in every field that can hold it. */
const EVENTS: readonly (readonly [EventType, JsonObject, JsonObject])[] = [
  [
    'element activated',
    {
      scopeKey: null,
      process: {
        processId: 'claim',
        version: 2,
        rootKey: 7,
        parentProcessInstanceKey: null,
        parentElementInstanceKey: null,
        trigger: { messageKey: 4, correlationKey: SECRET },
        tags: [SECRET],
        businessId: SECRET,
      },
    },
    {
      scopeKey: null,
      process: {
        processId: 'claim',
        version: 2,
        rootKey: 7,
        parentProcessInstanceKey: null,
        parentElementInstanceKey: null,
        trigger: { messageKey: 4, correlationKey: '(erased)' },
      },
    },
  ],
  [
    'variable created',
    { variableKey: 3, name: 'person', value: { b: SECRET, a: 1 } },
    { variableKey: 3, name: 'person', value: { erased: true } },
  ],
  [
    'user task completed',
    { userTaskKey: 4, assignee: null, action: SECRET, variables: { by: SECRET } },
    { userTaskKey: 4, assignee: '(erased)', action: '(erased)', variables: {} },
  ],
  [
    'user task updated',
    { userTaskKey: 4, action: SECRET, candidateUsers: [SECRET] },
    { userTaskKey: 4, action: '(erased)' },
  ],
  [
    'loop started',
    { size: 2, items: [SECRET, 'x'] },
    { size: 2, items: [{ erased: true }, { erased: true }] },
  ],
  [
    'decision evaluated',
    {
      decisionEvaluationKey: 1,
      decisionId: 'risk',
      output: SECRET,
      failure: null,
      evaluations: [
        {
          key: 2,
          decisionId: 'risk',
          output: SECRET,
          inputs: [{ id: 'i', name: 'who', value: SECRET }],
          matchedRules: [],
        },
      ],
    },
    {
      decisionEvaluationKey: 1,
      decisionId: 'risk',
      output: { erased: true },
      failure: null,
      evaluations: [{ key: 2, decisionId: 'risk', output: { erased: true }, inputs: [], matchedRules: [] }],
    },
  ],
  [
    'model call finished',
    { attempt: 1, outcome: 'answered', result: SECRET, resultHash: 'ab', requestHash: 'cd', cost: null },
    { attempt: 1, outcome: 'answered', result: { erased: true }, cost: null },
  ],
];

describe('the content of an event', () => {
  test.each(EVENTS)(
    '%s: leaves nothing in the row, and comes back whole or as stand-ins',
    (type, data, erased) => {
      const fields = CONTENTS[type];
      const split = splitContent(data, fields);
      expect(split.content).not.toBeNull();
      expect(JSON.stringify(split.data)).not.toContain(SECRET);
      expect(joinContent(split.data, split.content ?? {})).toEqual(data);
      expect(standInForContent(split.data, fields)).toEqual(erased);
    },
  );

  test('keeps the order of fields inside a value', () => {
    const data = { variableKey: 3, name: 'v', value: { b: 1, a: 2 } };
    const split = splitContent(data, CONTENTS['variable created']);
    const stored = JSON.parse(JSON.stringify(split.content)) as JsonObject;
    expect(JSON.stringify(joinContent(split.data, stored).value)).toBe('{"b":1,"a":2}');
  });

  test.each([
    ['job completed', { jobKey: 1, variables: {} }],
    ['user task created', { userTaskKey: 1, assignee: null, candidateUsers: [], candidateGroups: ['a'] }],
    ['variable created', { variableKey: 1, name: 'v', value: null }],
    ['element activated', { scopeKey: 4 }],
    ['flow taken', { scopeKey: 4 }],
  ] as const)('%s without any costs nothing: its data stays as it is', (type, data) => {
    const split = splitContent(data, CONTENTS[type]);
    expect(split.content).toBeNull();
    expect(split.data).toBe(data);
  });
});

import { describe, expect, it } from 'vitest';
import { csvLine } from './export.js';

const row = {
  position: 7,
  at: '2026-01-31T12:00:00.000Z',
  actor: 'user:mary',
  type: 'user task completed',
  elementId: 'approve',
  elementInstanceKey: '12',
  flowId: null,
  processInstanceKey: '10',
  processDefinitionKey: '3',
  data: { reason: 'fine, "really"\nyes' },
  erased: false,
};

describe('CSV of the journal', () => {
  it('quotes what needs it and ends with CR LF', () => {
    expect(csvLine(row)).toBe(
      '7,2026-01-31T12:00:00.000Z,user:mary,user task completed,approve,12,,10,3,"{""reason"":""fine, \\""really\\""\\nyes""}"\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])('keeps %j from being run as a formula', (elementId) => {
    expect(csvLine({ ...row, elementId })).toContain(`,'${elementId},`);
  });
});
